"""A translation measured against the truth, beside all that it has to beat.

A closed cycle says nothing about a right translation. Here the truth is known: pairs that training never saw. Beside the
translation always stand doing nothing, maps that know colour only, and, where other true pairs are at hand, the same network
trained on those: the bound.
"""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from sparring.errors import DataError, ModelError
from sparring.metrics import colour, honesty
from sparring.metrics.translation import (
    PAPER,
    against_truth,
    colour_correlation,
    drawn,
    kernel_distance,
    plain_features,
    share_of_gap,
)
from sparring.use.pairs import Pairs, few
from sparring.words import mark, tr

Translate = Callable[[Tensor], Tensor]
Measures = dict[str, float]
Rows = dict[str, Measures]

DIRECTIONS = {"x_to_y": "y_to_x", "y_to_x": "x_to_y"}
"""Where a translator leads, and the way back."""
PROBED = 100
PART_PIXELS, MEASURED_PIXELS = 1 << 17, 1 << 12
"""Pixels that go through a translator, and through the measures, at once: SSIM in float64 is fastest in small parts."""
CLOSED = 0.02
"""A cycle is called closed if its mean absolute error is below this share of the range: 5 steps of 255."""
NO_KNOWN = mark(
    "no supervised bound, no share of the gap and no paired colour map: they need other true pairs (--known X Y)"
)
NO_IDENTITY = mark(
    "the domains differ in channels: doing nothing is no translation and colours cannot be moved, so there is no identity row, "
    "no unpaired colour map and no share of the gap"
)
ROWS = {
    "identity": mark("identity"),
    "colour_moments": mark("colour, moments"),
    "colour_monge": mark("colour, Monge"),
    "colour_transport": mark("colour, transport"),
    "colour_linear_paired": mark("colour, linear, paired"),
    "this_run": mark("this run"),
    "supervised": mark("supervised bound"),
}
"""What rows are called."""


def evaluate_translation(
    translators: Mapping[str, Translate],
    pairs: Pairs,
    *,
    unpaired: tuple[Tensor, Tensor] | None = None,
    known: Pairs | None = None,
    bound: Mapping[str, Measures] | None = None,
    paper: float | None = PAPER,
) -> dict[str, Any]:
    """Measure translators against true pairs, each direction that there is a translator for.

    Args:
        translators: By direction, ``x_to_y`` and ``y_to_x`` or one of them; (n, C, H, W) in [-1, 1] -> (n, C', H, W).
        pairs: The truth, that training never saw.
        unpaired: Pictures of x and of y that colour maps are fitted to; by default ``known``, else ``pairs``, shuffled.
        known: Other true pairs: the paired colour map is fitted to them.
        bound: What the supervised bound reaches, by direction, see `sparring.use.bound`.
        paper: Value of the paper in [-1, 1]; None where every pixel matters.

    Returns:
        JSON: ``colour_maps_from``, ``score`` (the measure that shares are of), and by direction ``rows`` (identity, colour
        maps, this_run, supervised), ``honesty`` (None without both translators) and ``words``.

    Raises:
        DataError: If nothing is drawn in the pairs.
        ModelError: If a translation is not finite.
    """
    beside = baselines(pairs, unpaired, known, paper)
    found: dict[str, Any] = {"colour_maps_from": maps_from(unpaired, known), "score": score_of(paper)}
    for direction, back in DIRECTIONS.items():
        if direction not in translators:
            continue
        given, truth = oriented(direction, pairs)
        rows = {**beside[direction], "this_run": judged(translators[direction], given, truth, paper)}
        if bound is not None:
            rows["supervised"] = dict(bound[direction])
        share_words = add_shares(rows, score_of(paper))
        probe = probed(translators[direction], translators[back], given) if back in translators else None
        found[direction] = {
            "rows": rows,
            "honesty": None if probe is None else {**probe.as_json(), "words": honesty.words(probe)},
            "words": [
                *_verdict(rows, score_of(paper), probe),
                *share_words,
                tr("no honesty probe: it needs both translators") if probe is None else honesty.words(probe),
            ],
        }
    return found


def baselines(
    pairs: Pairs,
    unpaired: tuple[Tensor, Tensor] | None = None,
    known: Pairs | None = None,
    paper: float | None = PAPER,
) -> dict[str, Rows]:
    """Identity and colour maps against the truth, by direction.

    Args:
        pairs: The truth.
        unpaired: What colour maps are fitted to; by default ``known``, else ``pairs``, shuffled.
        known: True pairs for the paired linear map; without them there is none.
        paper: As in `evaluate_translation`.

    Raises:
        DataError: If nothing is drawn in the pairs.
    """
    sides = unpaired or _shuffled(known or pairs)
    found: dict[str, Rows] = {}
    for direction in DIRECTIONS:
        given, truth = oriented(direction, pairs)
        a, b = (few(side) for side in (sides if direction == "x_to_y" else sides[::-1]))
        maps: dict[str, Translate] = {}
        if given.shape[1] == truth.shape[1]:
            maps |= {
                "identity": colour.identity,
                "colour_moments": colour.fit_moments(a, b),
                "colour_monge": colour.fit_monge(a, b),
                "colour_transport": colour.fit_transport(a, b),
            }
        if known is not None:
            maps["colour_linear_paired"] = colour.fit_paired_linear(*(few(side) for side in oriented(direction, known)))
        found[direction] = {name: judged(f, given, truth, paper) for name, f in maps.items()}
    return found


def maps_from(unpaired: object, known: object) -> str:
    """What the unpaired colour maps were fitted to, in words."""
    if unpaired is not None:
        return tr("the run's own unpaired training pictures")
    return tr("the measured pairs, shuffled") if known is None else tr("the known pairs, shuffled")


def judged(f: Translate, given: Tensor, truth: Tensor, paper: float | None = PAPER) -> Measures:
    """All measures of one translation, as `measure` gives them."""
    return measure(given, translated(f, given), truth, paper)


@torch.no_grad()
def translated(f: Translate, pictures: Tensor) -> Tensor:
    """Pictures (N, C, H, W) through a translator in parts, in float32 on the CPU, cut to [-1, 1].

    Raises:
        ModelError: If a value is not finite.
    """
    first = next(f.parameters(), None) if isinstance(f, nn.Module) else None
    device = pictures.device if first is None else first.device
    out = torch.cat([f(some.to(device)).float().cpu() for some in torch.split(pictures, _rows(pictures, PART_PIXELS))])
    if not out.isfinite().all():
        raise ModelError(tr("a translation has values that are not finite; was the run's training healthy?"))
    return out.clamp(-1, 1)


def measure(given: Tensor, out: Tensor, truth: Tensor, paper: float | None = PAPER) -> Measures:
    """`against_truth` of any number of pictures, and the kernel distance of ``out`` to the style of ``truth``.

    Args:
        given: The input, (N, C, H, W).
        out: Its translation, (N, C', H, W).
        truth: What it should be; N >= 2.
        paper: As in `evaluate_translation`.

    Raises:
        DataError: If nothing is drawn.
    """
    parts, totals = [torch.split(p, _rows(truth, MEASURED_PIXELS)) for p in (given, out, truth)], dict[str, float]()
    masks = [None if paper is None else drawn(a, t, paper) for a, t in zip(parts[0], parts[2], strict=True)]
    some = [len(t) if m is None else int((m.sum((1, 2, 3)) > 0).sum()) for m, t in zip(masks, parts[2], strict=True)]
    if not sum(some):
        raise DataError(
            tr("nothing is drawn in the pairs, every pixel is white paper; if that matters, use --paper none")
        )
    for a, b, t, inked in zip(*parts, some, strict=True):
        for name, value in against_truth(a, b, t, paper).items():
            weight = inked / sum(some) if name.endswith("_drawn") else len(t) / len(truth)
            totals[name] = totals.get(name, 0.0) + (weight * value if weight else 0.0)
    mask = None if paper is None else torch.cat([m for m in masks if m is not None])
    features = [torch.cat([plain_features(part) for part in side]) for side in parts[1:]]
    correlation, distance = colour_correlation(given, out, mask), kernel_distance(*features)
    return {**totals, "colour_correlation": correlation, "kernel_distance": distance}


def probed(there: Translate, back: Translate, given: Tensor) -> honesty.Honesty:
    """The honesty probe on at most 100 pictures, evenly spread."""
    some = given[torch.linspace(0, len(given) - 1, min(PROBED, len(given))).long()]
    return honesty.probe(lambda p: translated(there, p), lambda p: translated(back, p), some)


def add_shares(rows: Rows, score: str) -> list[str]:
    """Add ``share_of_gap`` to every row, or say why there is none.

    Args:
        rows: By name; changed in place.
        score: The measure: identity has the share 0, the supervised bound 1.
    """
    if "identity" not in rows:
        return [tr(NO_IDENTITY)] + ([] if "supervised" in rows else [tr(NO_KNOWN)])
    if "supervised" not in rows:
        return [tr(NO_KNOWN)]
    start, end = rows["identity"][score], rows["supervised"][score]
    if end <= start:
        return [
            tr(
                "no share of the gap: the supervised bound ({bound:.2f} dB) is not nearer to the truth than doing nothing "
                "({nothing:.2f} dB); it needs more minutes (--bound-minutes) or more known pairs",
                bound=end,
                nothing=start,
            )
        ]
    for row in rows.values():
        row["share_of_gap"] = share_of_gap(row[score], start, end)
    return _weak_bound(rows, score)


def _weak_bound(rows: Rows, score: str) -> list[str]:
    """A warning if the run does better than the bound by either measure: then it bounds nothing, and shares are too large."""
    own, bound = rows["this_run"], rows["supervised"]
    if own[score] <= bound[score] and own.get("mae", 1.0) >= bound.get("mae", 0.0):
        return []
    return [
        tr(
            "the supervised bound was trained too little to be one: this run has {own:.2f} dB and an error of {own_mae:.2%}, the "
            "bound {bound:.2f} dB and {bound_mae:.2%}; the shares are too large, give it more minutes (--bound-minutes)",
            own=own[score],
            own_mae=own.get("mae", float("nan")),
            bound=bound[score],
            bound_mae=bound.get("mae", float("nan")),
        )
    ]


def score_of(paper: float | None) -> str:
    """The measure that decides: PSNR inside the drawn part, or over the picture where every pixel matters."""
    return "psnr" if paper is None else "psnr_drawn"


def oriented(direction: str, pairs: Pairs) -> tuple[Tensor, Tensor]:
    """Input and truth of a direction."""
    return (pairs.x, pairs.y) if direction == "x_to_y" else (pairs.y, pairs.x)


def _verdict(rows: Rows, score: str, probe: honesty.Honesty | None) -> list[str]:
    """Is it nearer to the truth than doing nothing, and than a map of colours?"""
    own, lines = rows["this_run"][score], list[str]()
    if "identity" in rows:
        nothing = rows["identity"][score]
        if own > nothing:
            text = mark(
                "the translation is nearer to the truth than doing nothing: {own:.2f} dB against {nothing:.2f} dB"
            )
        elif probe is not None and probe.clean < CLOSED:
            text = mark(
                "the cycle is closed, but the translation is not nearer to the truth than doing nothing: {own:.2f} dB against "
                "{nothing:.2f} dB"
            )
        else:
            text = mark(
                "the translation is not nearer to the truth than doing nothing: {own:.2f} dB against {nothing:.2f} dB"
            )
        lines.append(tr(text, own=own, nothing=nothing))
    maps = {name: row[score] for name, row in rows.items() if name.startswith("colour_")}
    if maps and (best := max(maps, key=lambda name: maps[name])) and maps[best] >= own:
        lines.append(
            tr("a plain colour mapping does as well: {name} has {db:.2f} dB", name=tr(ROWS[best]), db=maps[best])
        )
    return lines


def _shuffled(pairs: Pairs) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    x, y = (side[torch.randperm(len(side), generator=generator)] for side in (pairs.x, pairs.y))
    return x, y


def _rows(pictures: Tensor, pixels: int) -> int:
    """Pictures that have so many pixels together, at least 1."""
    return max(1, pixels // (pictures.shape[2] * pictures.shape[3]))
