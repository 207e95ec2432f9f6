"""What to know before measured numbers are trusted."""

from collections.abc import Mapping

from sparring.measure.features import Features
from sparring.measure.table import Sides
from sparring.metrics.value import Value
from sparring.words import tr

SURE = 0.8
"""Below this accuracy a classifier's answers say little about labels."""


def warnings(values: Mapping[str, Value], sides: Sides, features: Features) -> list[str]:
    """Too few pictures for a Frechet distance, too many features, not all pictures compared, a weak classifier: a line each.

    Args:
        values: What was measured.
        sides: What it was measured of.
        features: In which.
    """
    lines, real, fake = list[str](), sides.real, sides.fake.known
    fewest = min(real.n, fake.n)
    if "frechet_distance" in values and fewest < features.dimension:
        lines.append(
            tr(
                "the smaller set has {n:,} images, fewer than the {d:,} features of {name}: the Frechet distance is much too "
                "large; the kernel distance has no such bias",
                n=fewest,
                d=features.dimension,
                name=features.name,
            )
        )
    elif fake.moments is None:
        lines.append(
            tr(
                "{name} has {d:,} features, too many for a Frechet distance; the kernel distance has no such limit",
                name=features.name,
                d=features.dimension,
            )
        )
    if len(real.features) < real.n or len(fake.features) < fake.n:
        lines.append(
            tr(
                "kernel distance, precision, recall, density and coverage are of {real:,} real and {fake:,} generated images",
                real=len(real.features),
                fake=len(fake.features),
            )
        )
    judge = sides.classifier
    if judge is not None and judge.accuracy < SURE:
        lines.append(
            tr("the classifier is right on {share:.0%} of real images only; what it says of labels is rough", share=judge.accuracy)
        )  # fmt: skip
    return lines
