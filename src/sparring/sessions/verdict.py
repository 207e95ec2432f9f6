"""How a run stands, in words: from what is measured anyway and one number more, how much the samples differ.

D's own word is not enough: a D at one half may be too weak, and a D that is always right says nothing about samples that are
all alike. So samples are compared with held-out pictures, and the fresh classifier is heard where it was asked.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from sparring.data.streams import Domains
from sparring.engine.draw import DOMAINS, apply, evaluating, sampled
from sparring.games import Game, Map, Prior
from sparring.metrics.diversity import diversity
from sparring.metrics.two_sample import TwoSample
from sparring.report.numbers import finite, short
from sparring.report.rows import read
from sparring.sessions.advice import next_command
from sparring.words import mark, tr

if TYPE_CHECKING:
    from sparring.sessions.session import Session

EARLY, FEWEST = 0.06, 100
"""Part of the recipe's own length, and steps, before which samples that are all alike are no collapse: those of new weights
always are. Measured on clothes: 2 % of the real diversity with new weights, 90 % after 180 steps of ``dcgan``; of ``gan`` 3 to 9 %
until step 1,800 (4 % of its length), 45 % at 2,100 and 93 % at 4,300."""
ALIKE, DEAD = 0.25, 0.005
"""Diversity of samples against real pictures: below the first they are nearly all alike, below the second all the same.
Measured: 0.75 to 1.02 in healthy runs once they have begun, 0.02 with new weights, 0 where z is ignored."""
SURE, FLAT = 0.95, -0.1
"""Accuracy of a D that is too strong, and V in nats, above which D(x) is near 1 and D(G(z)) near 0. Measured: at most 0.99
and -0.28 together in healthy runs of ``gan``, 1.00 and -0.003 with ``--loss minimax --d-steps 5``."""
GROWN, NOTICED, NEAR_HALF = 1.1, 0.02, 0.05
"""What counts as movement since half of the images: of a small diversity, as a factor; of an accuracy or a share. Near 1/2."""
LOOKS, PICTURES, TRANSLATED = 3, 128, 16
"""For how many looks D must be too sure; pictures that are compared, fewer where they are translated."""


class Look(NamedTuple):
    """What was measured at one look.

    Args:
        step: Of training.
        images: Seen so far.
        diversity: Of what is drawn, as a share of that of real pictures; the least of all maps; None if it cannot be told.
        accuracy: How often D is right on held-out pictures and fakes, 0 to 1; the highest; None if unknown.
        value: V on held-out pictures, nats; None if the logits are no log odds.
        error: Such as that of the way there and back; None if there is none.
        judged: What a fresh classifier said, if it was asked at this look.
    """

    step: int
    images: int
    diversity: float | None = None
    accuracy: float | None = None
    value: float | None = None
    error: float | None = None
    judged: TwoSample | None = None


class Verdict(NamedTuple):
    """How a run stands.

    Args:
        name: early, collapsed, spreading, d_too_strong, d_guesses, alike, improving or steady.
        words: A sentence or two with the numbers.
        command: What to type next.
    """

    name: str
    words: str
    command: str = ""

    @property
    def trouble(self) -> bool:
        """Whether training on is unlikely to help."""
        return self.name in ("collapsed", "d_too_strong", "d_guesses")


def verdict(looks: Sequence[Look], length: int) -> Verdict:
    """Judge a run by what was measured, the newest look last.

    Args:
        looks: At least one.
        length: Of a whole run of the recipe, in images.
    """
    now = looks[-1]
    name = _name(looks, length)
    return Verdict(name, tr(SENTENCES[name], state=_state(now), share=percent(now.diversity), fresh=_fresh(now)))


SENTENCES = {
    "early": mark("Too early to tell: {state}."),
    "collapsed": mark(
        "Collapsed: the samples are nearly all alike; their diversity is {share} of that of real pictures."
    ),
    "spreading": mark(
        "The samples are still nearly all alike, but less so than before: diversity {share} of that of real pictures."
    ),
    "d_too_strong": mark("D is too strong: {state}; it is so sure of itself that G learns little from it."),
    "d_guesses": mark(
        "D can only guess, but the samples differ from real pictures: {fresh}. D is too weak, G is not done."
    ),
    "alike": mark("Nothing left to gain: {fresh}."),
    "improving": mark("Still improving: {state}."),
    "steady": mark("No trouble, and no progress in what is measured lately: {state}. Look at the samples."),
}


def _name(looks: Sequence[Look], length: int) -> str:
    now, before, lately = looks[-1], _half_way(looks), looks[-LOOKS:]
    if now.step < FEWEST:
        return "early"
    best = max((look.diversity for look in looks if look.diversity is not None), default=0.0)
    for level in (DEAD, ALIKE if best > 2 * ALIKE else 0.0):  # all the same; or nearly, and it had been better
        if len(lately) > 1 and all(_below(look.diversity, level) for look in lately[-2:]):
            return "collapsed"
    if len(lately) == LOOKS and all(_sure(look) for look in lately):
        return "d_too_strong"
    if now.images < EARLY * length:
        return "early"
    if _below(now.diversity, ALIKE):
        was = None if before is None else before.diversity
        return "spreading" if was is None or _above(now.diversity, GROWN * was) else "collapsed"
    if now.judged is not None and now.judged.indistinguishable:
        return "alike"
    if now.judged is not None and now.judged.low > 0.5 and _below(now.accuracy, 0.5 + NEAR_HALF):
        return "d_guesses"
    return "improving" if before is None or _better(before, now) else "steady"


def _half_way(looks: Sequence[Look]) -> Look | None:
    """The newest look at no more than half of the images seen now."""
    return next((look for look in reversed(looks) if look.images <= looks[-1].images / 2), None)


def _below(value: float | None, level: float) -> bool:
    return value is not None and value < level


def _above(value: float | None, level: float) -> bool:
    return value is not None and value > level


def _sure(look: Look) -> bool:
    return _above(look.accuracy, SURE) and _above(look.value, FLAT)


def _better(before: Look, now: Look) -> bool:
    """Whether anything moved the right way: D surely right less often, samples more diverse, a smaller error."""
    pairs = [
        (before.accuracy, now.accuracy, NOTICED),
        (before.error, now.error, NOTICED * (before.error or 0)),
        (_lack(before.diversity), _lack(now.diversity), NOTICED),
    ]
    return any(a is not None and b is not None and a - b > least for a, b, least in pairs)


def _lack(share: float | None) -> float | None:
    return None if share is None else max(0.0, 1 - share)


def _state(look: Look) -> str:
    found = []
    if look.accuracy is not None:
        found.append(tr("D is right on {share} of held-out pictures and fakes", share=percent(look.accuracy)))
    if look.diversity is not None:
        found.append(tr("diversity {share} of that of real pictures", share=percent(look.diversity)))
    if look.error is not None:
        found.append(tr("error {value}", value=short(look.error)))
    return tr("; ").join(found) or tr("{n:,} images seen", n=look.images)


def _fresh(look: Look) -> str:
    judged = look.judged
    if judged is None:
        return ""
    return tr("a fresh classifier is right on {share} of {n:,}", share=percent(judged.accuracy), n=judged.n)


def percent(share: float | None) -> str:
    """A share in [0, 1] as ``81 %``."""
    return tr("unknown") if share is None else f"{share:.0%}".replace("%", " %")


class Referee:
    """Looks at a run, and says how it stands when that changes, and at the end.

    Args:
        real: Pictures that training never sees, of each domain; the training's own where none are held out.
        looks: What was measured before the run was stopped, so that its verdict is that of a run that never was.
        length: Of a whole run of the recipe, in images.
    """

    def __init__(self, real: Domains, looks: Sequence[Look], length: int) -> None:
        self.looks, self.length = list(looks), length
        self.said = _said_last(looks, length)
        some = [p.batch(torch.arange(min(PICTURES, len(p)))) for p in real]
        self.real = {name: pictures for name, (pictures, _) in zip(DOMAINS, some, strict=False)}
        self.labels = {name: y for name, (_, y) in zip(DOMAINS, some, strict=False)}

    def look(self, session: "Session") -> None:
        """Measure, and say what it comes to if that is new or the run is over."""
        t = session.trainer
        self.looks = [look for look in self.looks if look.step <= t.steps]  # fewer after a rollback
        if not self.looks or self.looks[-1].step < t.steps:
            self.looks.append(self._measured(session))
            session.folder.look(to_row(self.looks[-1]))
        found = verdict(self.looks, self.length)
        command = next_command(found.name, session.folder.path, session.facts["plan"], session.folder.config, t.images)
        session.folder.verdict = {"step": t.steps, **found._replace(command=command)._asdict()}
        over = session.done >= 1
        if not over and found.name in (self.said, "early"):
            return
        self.said = found.name
        session.folder.event("verdict", step=t.steps, **found._replace(command=command)._asdict())
        said = [found.words, *([tr("Next: {command}", command=command)] if over or found.trouble else [])]
        if over:
            session.closing += said
            return
        for line in said:
            session.say(line)

    def _measured(self, session: "Session") -> Look:
        t, row = session.trainer, session.row
        with evaluating(t, average=t.experiment.averaged) as game:
            shares = [s for s in (self._share(game, m) for m in game.maps().values()) if s is not None]
        held = [entry for entry in read(row) if entry.held_out]

        def of(kind: str, which: Callable[[list[float]], float]) -> float | None:
            values = [v for entry in held if entry.kind == kind and (v := finite(row[entry.key])) is not None]
            return which(values) if values else None

        judged = session.judged[1] if session.judged and session.judged[0] == t.steps else None
        least = min(shares) if shares else None
        return Look(t.steps, t.images, least, of("accuracy", max), of("value", max), of("error", max), judged)

    def _share(self, game: Game, m: Map) -> float | None:
        """How much what a map draws differs, as a share of how much real pictures do."""
        real = self.real[m.draws]
        if isinstance(m.reads, Prior):
            labels = torch.arange(PICTURES) % m.classes if m.classes else None
            made = torch.cat([part.float().cpu() for part in sampled(game, m, PICTURES, 0)])
            return _ratio(diversity(made, labels), diversity(real, self.labels[m.draws] if m.classes else None))
        device = next(getattr(game, m.network).parameters()).device
        given = self.real[m.reads][:TRANSLATED]
        made = apply(game, m, given.to(device)).float().cpu()
        shares = [_ratio(diversity(made), diversity(of[:TRANSLATED])) for of in (given, real)]
        return max((s for s in shares if s is not None), default=None)


def to_row(look: Look) -> dict[str, Any]:
    """A look as JSON; `remembered` takes it back."""
    return {**look._asdict(), "judged": None if look.judged is None else look.judged._asdict()}


def remembered(rows: Sequence[Mapping[str, Any]], every: int) -> list[Look]:
    """Looks from ``looks.jsonl``; rows that are none are passed over.

    Args:
        rows: In order.
        every: Steps from one look to the next. What was looked at besides, at the end of a run that was made longer since, is
            left out: a run that was that long from the start has no such look.
    """
    found = []
    for row in rows:
        with suppress(TypeError, KeyError):
            judged = row["judged"]
            look = Look(**{**row, "judged": None if judged is None else TwoSample(**judged)})
            found += [look] if look.step % every == 0 else []
    return found


def _said_last(looks: Sequence[Look], length: int) -> str | None:
    """The name of the verdict that a referee who saw all this said last."""
    names = [verdict(looks[: i + 1], length).name for i in range(len(looks))]
    return next((name for name in reversed(names) if name != "early"), None)


def _ratio(made: float | None, real: float | None) -> float | None:
    return made / real if made is not None and real else None
