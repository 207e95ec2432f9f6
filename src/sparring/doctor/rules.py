"""The rules: each failure a small function of the history that finds it or not. `RULES` is all of them, the gravest first.

Thresholds were tuned on runs whose failures were made on purpose, see ``benchmarks/doctor.py``: seeds from 10 on. What it finds on
seeds 0 to 4 is published in docs/doctor.md.
"""

from collections.abc import Callable
from itertools import pairwise

from sparring.doctor.finding import GRAVEST, Finding, found
from sparring.doctor.signals import History, Look, lately
from sparring.doctor.stage import FEWEST, begun, late, settled
from sparring.doctor.state import fresh, half_way, state
from sparring.report.numbers import short

Rule = Callable[[History], Finding | None]

ALIKE, DEAD = 0.25, 0.001
"""Diversity of samples against real pictures: below the first they are nearly all alike, below the second all the same.
Measured: 0.75 to 1.02 in healthy runs once they have begun, 0.02 with new weights (of ``gan2014``, with 120 units at 16 pixels,
0.004 for 1,100 steps), 0 where z is ignored."""
SURE, FLAT = 0.95, -0.1
"""Accuracy of a D that is too strong, and V in nats, above which D(x) is near 1 and D(G(z)) near 0. Measured: at most 0.99
and -0.28 together in healthy runs of ``gan``, 1.00 and -0.003 with ``--loss minimax --d-steps 5``."""
GROWN, NEAR_HALF = 1.1, 0.05
"""What counts as movement of a small diversity since half of the images, as a factor. Near 1/2."""
SURELY, NEARER = 0.6, 0.75
"""Lower end of the interval of a fresh classifier's accuracy; a distance that has become smaller since, as a factor."""
LATELY = 0.8
"""Part of the steps after which something was measured lately."""
LOOKS, TWICE = 3, 2
"""For how many looks in a row something must be so."""
VANISHED = 1e-3
"""Norm of G's gradient, of the third largest row so far: one move in which it is huge, as NCE's with new weights, is no level."""
APART, TOGETHER, STILL, STILL_LOOKS = 0.9, 0.6, 0.03, 4
"""Distance of the far and of the other end of the ranges of samples and pictures; how far it may move; in how many looks."""
PINNED, FREE = 0.01, 0.1
"""How far the far end moves where G cannot go beyond it, and how far the other one moves meanwhile. Measured in 4 looks: less than
.01 and .15 with a G that ends in a sigmoid, after a third of the run."""
NARROW = 1.1
"""Range that the pictures' values should use at least, of 2."""
UNRELATED, IGNORED, UNHEARD = 0.05, 0.25, 0.02
"""Accuracy of a classifier above chance; how often samples show their class, of how often real pictures do; how much samples
differ for two labels, of how much they do for two noises."""
INVERTED = -0.3
CLOSED, NOT_MOVED = 0.04, 0.7
"""Cycle error in units of [-1, 1], below which it is closed; share of the way to the other domain that is left."""
COVERED = 0.5
COPIED = 0.5
OVERFITS = 0.5
SWINGS, COMES_BACK, SWUNG = 0.4, 0.6, 5
"""Share of samples that change their cluster between looks; net change of all of them, of the length of the way; looks."""
PASSES, FEW = 500, 1000
"""Passes over the pictures in the whole run; pictures."""


def varied(history: History) -> bool:
    """Whether samples differ: what is wrong with samples that are all alike is that they are."""
    return history.now.diversity is None or history.now.diversity >= ALIKE


def diverged(history: History) -> Finding | None:
    """A move was refused because its loss or gradient was not finite: whose it was and which term.

    A run that was rolled back and went on is no failure: then it is a notice.
    """
    bad = [e for e in history.events if e.get("kind") in ("rolled_back", "diverged")]
    if not bad:
        return None
    finding = found("diverged", len(bad), 1, why=str(bad[-1].get("error", "")).rstrip("."))
    return finding if bad[-1]["kind"] == "diverged" else finding._replace(severity="notice")


def range_mismatch(history: History) -> Finding | None:
    """One end of the range of the samples' values is far from that of the pictures', does not move, and the other is not.

    A range that is still growing is that of samples that are not done; where both ends are far, G has learnt nothing yet, unless
    one is held where it is while the other moves: then G cannot go beyond it.
    """
    values = [look.values for look in history.looks if look.values is not None][-STILL_LOOKS:]
    if not settled(history) or len(values) < STILL_LOOKS:
        return None
    for end, other in ((0, 1), (1, 0)):
        far = [abs(v[end] - v[end + 2]) for v in values]
        near = [abs(v[other] - v[other + 2]) for v in values[-TWICE:]]
        moved, free = (max(v[i] for v in values) - min(v[i] for v in values) for i in (end, other))
        held = moved <= PINNED and free >= FREE
        if min(far) >= APART and moved <= STILL and (max(near) <= TOGETHER or held):
            low, high, real_low, real_high = _values(history)
            said = {"low": low, "high": high, "real_low": real_low, "real_high": real_high}
            return found("range_mismatch", far[-1], APART, STILL_LOOKS, **said)
    return None


def unused_range(history: History) -> Finding | None:
    """The pictures use hardly more than half of the range that they are said to have."""
    wide = lately(history.looks, 1, lambda look: None if look.values is None else look.values[3] - look.values[2])
    if not wide or wide[-1] > NARROW:
        return None
    _, _, real_low, real_high = _values(history)
    return found("unused_range", wide[-1], NARROW, real_low=real_low, real_high=real_high)


def labels_unrelated(history: History) -> Finding | None:
    """Nothing in the pictures tells their labels, and the game is told them."""
    above = lately(history.looks, 1, lambda look: look.labels)
    return found("labels_unrelated", above[-1], UNRELATED) if above and above[-1] < UNRELATED else None


def labels_ignored(history: History) -> Finding | None:
    """Samples are the same for any label; or do not show the class that they were drawn for, although pictures do."""
    heard = lately(history.looks, TWICE, lambda look: look.heard)
    if begun(history) and heard and max(heard) < UNHEARD:
        return found("labels_ignored", heard[-1], UNHEARD, TWICE)
    match = lately(late(history), TWICE, lambda look: look.match)
    if not varied(history) or labels_unrelated(history) or not match or max(match) >= IGNORED:
        return None
    return found("labels_ignored", match[-1], IGNORED, TWICE)


def collapsed(history: History) -> Finding | None:
    """Samples all the same; or nearly, once the run has begun or after they had been better, unless they spread."""
    looks, now = history.looks, history.now
    best = max((look.diversity for look in looks if look.diversity is not None), default=0.0)
    last = [look.diversity for look in looks[-TWICE:]]
    for level in (DEAD, ALIKE if best > 2 * ALIKE else 0.0):
        if len(last) == TWICE and all(d is not None and d < level for d in last):
            return found("collapsed", last[-1] or 0.0, level, TWICE)
    if not begun(history) or now.diversity is None or now.diversity >= ALIKE or spreading(history):
        return None
    return found("collapsed", now.diversity, ALIKE)


def spreading(history: History) -> bool:
    """Whether samples that are nearly all alike are less so than when half as many images had been seen."""
    now, before = history.now, half_way(history.looks)
    if now.diversity is None or now.diversity >= ALIKE:
        return False
    return before is None or before.diversity is None or now.diversity > GROWN * before.diversity


def d_too_strong(history: History) -> Finding | None:
    """D is right on nearly all, and sure of it."""
    last = history.looks[-LOOKS:]
    sure = [_above(look.accuracy, SURE) and _above(look.value, FLAT) for look in last]
    if len(last) < LOOKS or not all(sure):
        return None
    return found("d_too_strong", history.now.accuracy or 0.0, SURE, LOOKS, state=state(history.now))


def no_gradient(history: History) -> Finding | None:
    """The generators' gradient is next to nothing, measured by what it was."""
    had, last = sorted(history.gradients)[-LOOKS:][:1], history.gradients[-LOOKS:]
    if history.now.step < FEWEST or not had or had[0] <= 0 or max(last) >= VANISHED * had[0]:
        return None
    return found("no_gradient", last[-1] / had[0], VANISHED, LOOKS)


def d_guesses(history: History) -> Finding | None:
    """D is at one half or below, and a fresh classifier still tells samples from pictures, time after time."""
    asked = [look for look in late(history) if look.judged is not None][-LOOKS:]
    if len(asked) < LOOKS or asked[-1].step < LATELY * history.now.step:
        return None
    if not all(_fooled(look) for look in asked) or _nearer(history):
        return None
    return found("d_guesses", min(_low(look) for look in asked), SURELY, LOOKS, fresh=fresh(asked[-1]))


def inverted(history: History) -> Finding | None:
    """The translation turns bright into dark."""
    colour = lately(history.looks, TWICE, lambda look: look.colour)
    if not begun(history) or not colour or max(colour) > INVERTED:
        return None
    return found("inverted", colour[-1], INVERTED, TWICE)


def closed_but_wrong(history: History) -> Finding | None:
    """The cycle is closed, and the translations are hardly nearer to the other domain than what was translated."""
    left = lately(history.looks, TWICE, lambda look: look.moved)
    errors = lately(history.looks, TWICE, lambda look: look.error)
    if not begun(history) or not left or not errors or min(left) < NOT_MOVED or max(errors) > CLOSED:
        return None
    return found("closed_but_wrong", left[-1], NOT_MOVED, TWICE, error=short(errors[-1]))


def partly_collapsed(history: History) -> Finding | None:
    """Some clusters of the real pictures have next to no samples, and no more of them have than at half of the images."""
    held = lately(late(history), TWICE, lambda look: look.covered)
    if not varied(history) or not held or max(held) >= COVERED:
        return None
    measured = [look for look in history.looks if look.covered is not None]
    before = half_way(measured)
    if before is not None and before.covered is not None and held[-1] > GROWN * before.covered:
        return None
    return found("partly_collapsed", held[-1], COVERED, TWICE)


def memorises(history: History) -> Finding | None:
    """Samples are far nearer to training pictures than new pictures are; samples that are all one picture do not count."""
    near = lately(late(history), TWICE, lambda look: look.nearest)
    if not varied(history) or not near or max(near) >= COPIED:
        return None
    return found("memorises", near[-1], COPIED, TWICE)


def d_overfits(history: History) -> Finding | None:
    """D answers held-out pictures more like fakes than like the training pictures."""
    gap = lately(late(history), LOOKS, lambda look: look.gap)
    return found("d_overfits", gap[-1], OVERFITS, LOOKS) if gap and min(gap) > OVERFITS else None


def oscillates(history: History) -> Finding | None:
    """Samples of fixed noise change their kind from look to look, and do not get anywhere by it."""
    shares = [look.shares for look in late(history) if look.shares is not None][-SWUNG:]
    if len(shares) < SWUNG:
        return None
    ways = [_apart(a, b) for a, b in pairwise(shares)]
    mean = sum(ways) / len(ways)
    if mean < SWINGS or _apart(shares[0], shares[-1]) > COMES_BACK * sum(ways):
        return None
    return found("oscillates", mean, SWINGS, len(shares))


def few_pictures(history: History) -> Finding | None:
    """Few pictures, and a long run."""
    n = history.pictures
    if not n or n >= FEW:
        return None
    passes = max(history.planned or 0, history.now.images) / n
    return found("few_pictures", passes, PASSES, pictures=n, passes=round(passes)) if passes > PASSES else None


RULES: tuple[Rule, ...] = (
    diverged,
    range_mismatch,
    labels_unrelated,
    labels_ignored,
    d_guesses,
    collapsed,
    d_too_strong,
    no_gradient,
    inverted,
    closed_but_wrong,
    oscillates,
    memorises,
    d_overfits,
    partly_collapsed,
    unused_range,
    few_pictures,
)


def findings(history: History) -> list[Finding]:
    """All that is found, the gravest first; before 100 steps only what does not depend on them."""
    rules = RULES if history.now.step >= FEWEST else (diverged, labels_unrelated, unused_range, few_pictures)
    all_found = [finding for rule in rules if (finding := rule(history)) is not None]
    return sorted(all_found, key=lambda f: GRAVEST.index(f.severity))


def _low(look: Look) -> float:
    """Lower end of the interval of the fresh classifier's accuracy; 0 if it was not asked."""
    return 0.0 if look.judged is None else look.judged.low


def _fooled(look: Look) -> bool:
    """Whether D can only guess at a look at which a fresh classifier can tell."""
    return look.accuracy is not None and look.accuracy < 0.5 + NEAR_HALF and _low(look) > SURELY


def _nearer(history: History) -> bool:
    """Whether samples have come nearer to real pictures since half of the images."""
    measured = [look for look in history.looks if look.distance is not None]
    before = half_way(measured) if measured else None
    if before is None or before.distance is None:
        return False
    return (measured[-1].distance or 0.0) < NEARER * before.distance


def _values(history: History) -> tuple[str, ...]:
    newest = next(look.values for look in reversed(history.looks) if look.values is not None)
    return tuple(f"{v:.2f}" for v in newest)


def _apart(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """Total variation."""
    return sum(abs(x - y) for x, y in zip(a, b, strict=True)) / 2


def _above(value: float | None, level: float) -> bool:
    return value is not None and value > level
