"""One call that measures: generated pictures against a reference, by name, with a card that says how."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sparring.data.download import Progress
from sparring.data.pictures import Pictures
from sparring.errors import CommandError
from sparring.measure.card import WEIGHTS, Card, card_of, fields_of, number, versions, wrong
from sparring.measure.classifier import classifier, labelled
from sparring.measure.fakes import Fakes, gather
from sparring.measure.features import Features, Wish, find_features, is_fid
from sparring.measure.reference import Reference, known
from sparring.measure.table import ALIASES, METRICS, NEEDS, Sides, Sort
from sparring.measure.warned import warnings
from sparring.metrics.value import Value
from sparring.words import tr

KEPT = 10_000


class Measurement(NamedTuple):
    """What was measured.

    Args:
        values: By name of the measure, see `METRICS`.
        card: How.
        warnings: What to know before the numbers are trusted, a line each.
    """

    values: dict[str, Value]
    card: Card
    warnings: list[str]

    def as_json(self) -> dict[str, Any]:
        """``values`` as {name: [value, low, high]}, ``card`` and ``warnings``."""
        values = {name: list(value) for name, value in self.values.items()}
        return {"values": values, "card": self.card.as_json(), "warnings": list(self.warnings)}


def measure(
    fakes: Fakes,
    reference: Reference | Pictures,
    *,
    metrics: Sequence[str] | None = None,
    features: Wish = "auto",
    count: int = 50_000,
    kept: int = KEPT,
    seed: int = 0,
    weights: str = "average",
    own: Sort | None = None,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> Measurement:
    """Measure generated pictures.

    Args:
        fakes: Pictures, (N, C, H, W) in [-1, 1], or parts of such with or without labels; they are rounded as if saved.
        reference: Real pictures, best with the training and held-out parts.
        metrics: Names out of `METRICS`, or "fid" and "kid", which are refused in other features than inception; None for all
            that can be taken of these pictures.
        features: A name, a function on pictures or `Features`, see `find_features`.
        count: Pictures of either side at most.
        kept: Of these, so many at most are compared one by one: kernel distance, precision, recall, density, coverage. Time grows
            with its square.
        seed: Of what measures draw.
        weights: Which weights drew the pictures, for the card: "average", "newest" or "files".
        own: The classifier that the run itself has trained, of the reference's classes: pictures (n, C, H, W) -> logits (n, K).
        cache: The cache folder, for the reference's features and its classifier.
        progress: Called with (what, done, in all).

    Raises:
        CommandError: If a measure is not known, needs what is not there, or cannot be taken of so few pictures.
        DataError: If generated pictures have another shape than the real ones.
        ModelError: If generated pictures are not finite.
    """
    if isinstance(reference, Pictures):
        reference = Reference(reference, "all")
    if weights not in WEIGHTS or min(count, kept) < 2:
        raise CommandError(
            tr(
                "weights are {weights!r}, count {count}, kept {kept}; weights must be one of {known}, the others 2 or more",
                weights=weights, count=count, kept=kept, known=", ".join(WEIGHTS),
            )
        )  # fmt: skip
    names = chosen(metrics)
    found = find_features(features, reference.learnt, cache=cache, progress=progress)
    check_fid(metrics, found)
    pictures, spec = reference.pictures, reference.pictures.spec
    needs = {need for name in names for need in METRICS[name].needs}
    real = known(pictures, reference.part, found, count, kept, cache, progress)
    fake = gather(fakes, found, spec, count, kept, progress)
    training = held_out = None
    if "held out" in needs and reference.training is not None and reference.held_out is not None:
        same = min(len(reference.training), len(reference.held_out), kept)
        training = known(reference.training, "training", found, same, same, cache, progress)
        held_out = known(reference.held_out, "held out", found, same, same, cache, progress)
    judge = None
    if "classifier" in needs and labelled(reference.learnt):
        judge = classifier(reference.learnt, cache=cache, progress=progress)
    sides = Sides(fake, real, reference, judge, training, held_out, seed, own)
    values, left_out = _taken(names, sides, metrics is not None, progress)
    card = Card(
        pictures.name, pictures.digest(), reference.part, real.n, fake.known.n, spec.height, spec.width, spec.channels,
        found.name, found.digest, found.resize, seed, weights, versions(), kept,
    )  # fmt: skip
    return Measurement(values, card, [*warnings(values, sides, found), *left_out])


def from_json(found: Any) -> Measurement:
    """A measurement out of JSON that anyone may have written.

    Raises:
        ModelError: If it is not just what `Measurement.as_json` gives.
    """
    fields = fields_of(found, Measurement._fields, "measurement")
    if not isinstance(fields["values"], dict):
        raise wrong("values", fields["values"])
    values = {}
    for name, three in fields["values"].items():
        if (
            name not in METRICS
            or not isinstance(three, list)
            or len(three) != 3
            or (three[1] is None) != (three[2] is None)
        ):
            raise wrong(f"values.{name}", three)
        ends = [None if end is None else number(end, f"values.{name}") for end in three[1:]]
        values[name] = Value(number(three[0], f"values.{name}"), *ends)
    lines = fields["warnings"]
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise wrong("warnings", lines)
    return Measurement(values, card_of(fields["card"]), lines)


def chosen(metrics: Sequence[str] | None) -> list[str]:
    """Names of measures in the order of the table; all if none are named.

    Raises:
        CommandError: If one is not known.
    """
    if metrics is None:
        return list(METRICS)
    known = [*METRICS, *ALIASES]
    if unknown := [name for name in metrics if name not in known]:
        raise CommandError(tr("there is no metric {name!r}; use {known}", name=unknown[0], known=", ".join(known)))
    wanted = {ALIASES.get(name, name) for name in metrics}
    return [name for name in METRICS if name in wanted]


def check_fid(metrics: Sequence[str] | None, features: Features) -> None:
    """That "fid" and "kid" are measured in Inception features.

    Raises:
        CommandError: If they are not.
    """
    short = [name for name in metrics or () if name in ALIASES]
    if short and not is_fid(features.name, features.digest):
        raise CommandError(
            tr(
                "{short} is a number in Inception features only, these are {features}; ask for {full}, or use features inception",
                short=short[0].upper(), features=features.name, full=ALIASES[short[0]],
            )
        )  # fmt: skip


def _taken(
    names: list[str], sides: Sides, asked: bool, progress: Progress | None
) -> tuple[dict[str, Value], list[str]]:
    """Values, and why a measure that nobody asked for by name was left out although what it needs is there."""
    values, left_out = dict[str, Value](), list[str]()
    for at, name in enumerate(names):
        missing = [tr(NEEDS[need]) for need in METRICS[name].needs if need not in sides.has]
        if missing and asked:
            raise CommandError(tr("{metric} needs {what}, and there are none", metric=name, what=missing[0]))
        if missing:
            continue
        if progress:
            progress(tr(METRICS[name].said), at, len(names))
        try:
            values[name] = METRICS[name].of(sides)
        except ValueError as error:  # of so few pictures, or pictures that are all alike
            text = tr("{metric} cannot be measured: {error}", metric=name, error=error)
            if asked:
                raise CommandError(text) from None
            left_out.append(text)
    return values, left_out
