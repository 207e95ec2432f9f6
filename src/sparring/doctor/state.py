"""How a run stands at a look, in words, and what it was at half of its images."""

from collections.abc import Sequence

from sparring.doctor.finding import percent
from sparring.doctor.signals import Look
from sparring.report.numbers import short
from sparring.words import tr


def state(look: Look) -> str:
    """What D can tell, how diverse samples are, and the error."""
    told = []
    if look.accuracy is not None:
        told.append(tr("D is right on {share} of held-out pictures and fakes", share=percent(look.accuracy)))
    if look.diversity is not None:
        told.append(tr("diversity {share} of that of real pictures", share=percent(look.diversity)))
    if look.error is not None:
        told.append(tr("error {value}", value=short(look.error)))
    return tr("; ").join(told) or tr("{n:,} images seen", n=look.images)


def fresh(look: Look) -> str:
    """What the fresh classifier said; nothing if it was not asked."""
    judged = look.judged
    if judged is None:
        return ""
    return tr("a fresh classifier is right on {share} of {n:,}", share=percent(judged.accuracy), n=judged.n)


def half_way(looks: Sequence[Look]) -> Look | None:
    """The newest look at no more than half of the images seen now."""
    return next((look for look in reversed(looks) if look.images <= looks[-1].images / 2), None)
