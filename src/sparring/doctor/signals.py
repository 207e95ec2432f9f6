"""What is measured at one look at a run, and a run's history of looks. All of it is JSON."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from sparring.metrics.two_sample import TwoSample

DEAR = (
    "covered",
    "shares",
    "distance",
    "newest",
    "values",
    "nearest",
    "gap",
    "match",
    "heard",
    "labels",
    "colour",
    "moved",
)
"""What is measured only when samples are drawn."""
DENSE = 5
"""Half of the times that samples are drawn before looks at what is dear become rarer."""


class Look(NamedTuple):
    """What was measured at one look. None: it was not measured at this look, or cannot be told.

    Args:
        step: Of training.
        images: Seen so far.
        diversity: Of what is drawn, as a share of that of real pictures; the least of all maps.
        accuracy: How often D is right on held-out pictures and fakes, 0 to 1; the highest.
        value: V on held-out pictures, nats.
        error: Such as that of the way there and back, mean absolute difference of values in [-1, 1].
        judged: What a fresh classifier said, if it was asked at this look.
        covered: Share of the clusters of real pictures that hold at least a fifth of their share of the samples.
        shares: Share of each of those clusters in samples of the newest weights.
        distance: Kernel distance of samples and held-out pictures in plain features.
        newest: The same of the newest weights, where averaged ones are used.
        values: 1st and 99th percentile of the values of samples, and of real pictures.
        nearest: Median distance of samples to the nearest training picture, as a share of that of held-out pictures.
        gap: Where D's answer to held-out pictures stands between that to training pictures (0) and to fakes (1).
        match: How often samples show the class they were drawn for: 0 is chance, 1 as often as held-out pictures.
        heard: How much samples of the same noise differ for two labels, as a share of how much they do for two noises.
        labels: How often a classifier that learnt from training pictures is right on held-out ones: 0 is chance, 1 always.
        colour: Correlation of a translation's values with those of its input; the least of all maps.
        moved: Kernel distance of translations and held-out pictures, as a share of that of what was translated; the largest.
    """

    step: int
    images: int
    diversity: float | None = None
    accuracy: float | None = None
    value: float | None = None
    error: float | None = None
    judged: TwoSample | None = None
    covered: float | None = None
    shares: tuple[float, ...] | None = None
    distance: float | None = None
    newest: float | None = None
    values: tuple[float, ...] | None = None
    nearest: float | None = None
    gap: float | None = None
    match: float | None = None
    heard: float | None = None
    labels: float | None = None
    colour: float | None = None
    moved: float | None = None


class History(NamedTuple):
    """All that a diagnosis is made from.

    Args:
        looks: In order, the newest last.
        length: Of a whole run of the recipe, in images.
        planned: Length of this run, in images; None if it is given in minutes.
        pictures: Training pictures, of the smallest domain; None if unknown.
        settings: Of the recipe.
        defaults: The recipe's own settings, as far as it has any.
        events: What happened, in order: rows with ``kind``.
        gradients: Norms of the generators' gradient, in order: means over some steps each.
        seconds: Of training so far; None if unknown.
    """

    looks: Sequence[Look]
    length: int
    planned: int | None = None
    pictures: int | None = None
    settings: Mapping[str, Any] = {}
    defaults: Mapping[str, Any] = {}
    events: Sequence[Mapping[str, Any]] = ()
    gradients: Sequence[float] = ()
    seconds: float | None = None

    @property
    def now(self) -> Look:
        """The newest look; one at the very start if there is none."""
        return self.looks[-1] if self.looks else Look(0, 0)


def lately(looks: Sequence[Look], n: int, read: Callable[[Look], float | None]) -> list[float]:
    """The last n values that were measured, in order; none at all if there are fewer."""
    found = [value for look in looks if (value := read(look)) is not None]
    return found[-n:] if len(found) >= n else []


def to_row(look: Look) -> dict[str, Any]:
    """A look as JSON; `remembered` takes it back."""
    return {**look._asdict(), "judged": None if look.judged is None else look.judged._asdict()}


def is_whole(step: int, sample_every: int) -> bool:
    """Whether all that is dear is measured after this step: whenever samples are drawn, less often the longer the run is.

    The first 10 times, then every other time until the 20th, then every fourth until the 40th, and so on. Measured with `dcgan` at
    28 pixels on one thread: a whole look takes as long as 1.7 steps, a cheap one .3; together 1.2 % of the time at first, less than
    1 % after 10 samples.

    Args:
        step: Of training.
        sample_every: Steps from one sample to the next.
    """
    times, rest = divmod(step, max(1, sample_every))
    return rest == 0 and times % (1 << max(0, (times // DENSE).bit_length() - 1)) == 0


def remembered(
    rows: Sequence[Mapping[str, Any]], every: int = 1, whole: Callable[[int], bool] = lambda step: True
) -> list[Look]:
    """Looks from ``looks.jsonl``; rows that are none are passed over.

    Args:
        rows: In order.
        every: Steps from one look to the next. What was looked at besides, at the end of a run that was made longer since, is
            left out: a run that was that long from the start has no such look.
        whole: Whether all that is dear is measured after a step; at others it is left out, for the same reason.
    """
    found = []
    for row in rows:
        with suppress(TypeError, KeyError):
            judged = row["judged"]
            cheap = not whole(row["step"])
            kept: dict[str, Any] = {k: _tuple(v) for k, v in row.items() if not (cheap and k in DEAR)}
            look = Look(**{**kept, "judged": None if judged is None else TwoSample(**judged)})
            found += [look] if look.step % every == 0 else []
    return found


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
