"""A translation measured without true pairs: what the run's own held-out images can say, and what they cannot.

How near translations are to the style of the other domain, beside doing nothing; whether colours are kept; how far the way
there and back is from the source; and whether the source is hidden in between. None of it says that a translation is right.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import l1_loss

from sparring.data.download import Progress
from sparring.data.pictures import Pictures
from sparring.engine.draw import DOMAINS, of_noise, of_pictures
from sparring.errors import CommandError, DataError
from sparring.metrics import honesty
from sparring.metrics.translation import colour_correlation, plain_features, style_distance
from sparring.metrics.value import Value
from sparring.recipes import Recipe
from sparring.report.numbers import short
from sparring.runs import model_file
from sparring.runs.folder import RunFolder
from sparring.runs.listing import CONFIG
from sparring.runs.model_file import is_model_file
from sparring.sessions import saved
from sparring.sessions.build import plan_from, sketch
from sparring.sessions.config import run_config
from sparring.sessions.domains import digest_of_domains, moved, open_domains
from sparring.sessions.parts import part
from sparring.settings import is_paired
from sparring.use.evaluate import DIRECTIONS, PART_PIXELS, Translate, probed, translated
from sparring.use.pairs import few
from sparring.words import mark, tr

STEP = 2 / 255
"""Of 8 bits in [-1, 1]."""
PIXELS = 1 << 24
"""Of one domain's images that are measured, at most."""
NEARER = mark(
    "the translations are nearer to {target} than doing nothing: kernel distance {own} against {nothing} of the untouched images"
)
UNCLEAR = mark(
    "whether the translations are nearer to {target} than doing nothing is not clear from {n:,} images: kernel distance {own} "
    "against {nothing} of the untouched images"
)
NO_NEARER = mark(
    "the translations are no nearer to {target} than doing nothing: kernel distance {own} against {nothing} of the untouched images"
)


def translates(path: Path, recipe: Recipe | None) -> bool:
    """Whether what a checkpoint holds translates between two domains, and draws nothing from noise."""
    facts = model_file.read(path).facts if is_model_file(path) else saved.read(path).state
    made = plan_from(facts.get("plan", {}), recipe)
    game = sketch(made).game
    return len(made.specs) == len(DOMAINS) and bool(of_pictures(game)) and not of_noise(game)


def learns_from_pairs(path: Path, recipe: Recipe | None) -> bool:
    """Whether what a checkpoint holds was trained on pairs, so that what its run held out are pairs too."""
    return is_paired(plan_from(saved.read(path).state["plan"], recipe).recipe)


def held_out_images(
    path: Path, digest: str, data: str | None, data_y: str | None, progress: Progress | None = None
) -> tuple[Tensor, Tensor]:
    """Images of both domains that a run held out, (N, C, H, W) and (M, C', H, W), evenly spread where there are many.

    Args:
        path: Of the checkpoint, in its run folder.
        digest: Of the data, as the checkpoint has it.
        data: Where the images of x are now; None for where they were.
        data_y: The same for y.
        progress: Called with (what, done, in all).

    Raises:
        CommandError: If there is only a checkpoint.
        DataError: If the data cannot be opened, are others, or fewer than 2 of a domain were held out.
    """
    home = path.resolve().parents[1]
    if not (home / CONFIG).is_file():
        raise CommandError(tr("a checkpoint alone does not say which images were held out: give the folder of its run"))
    config = run_config(RunFolder(home))
    sources = moved(config.sources, (data, data_y))
    domains = open_domains(sources, progress=progress, **config.opening)
    if digest_of_domains(domains) != digest:
        text = mark(
            "what is in {sources} now is not what {run} was trained on, so nobody knows which images were held out; say where its "
            "images are: --data X --data-y Y"
        )
        raise DataError(tr(text, sources=", ".join(sources), run=home.name))
    held_out = part(domains, config.run).held_out
    x, y = (_enough(pictures) for pictures in held_out)
    return x, y


def _enough(pictures: Pictures) -> Tensor:
    if len(pictures) < 2:
        raise DataError(
            tr("only 1 image of {name} was held out; at least 2 are needed to measure a style", name=pictures.name)
        )
    return few(pictures, PIXELS)


def evaluate_unpaired(
    translators: Mapping[str, Translate], x: Tensor, y: Tensor, names: Mapping[str, str]
) -> dict[str, Any]:
    """Measure translators on images that have no partner, each direction that there is a translator for.

    Args:
        translators: By direction, ``x_to_y`` and ``y_to_x`` or one of them; (n, C, H, W) in [-1, 1] -> (n, C', H, W).
        x: (N, C, H, W) in [-1, 1], that training never saw.
        y: (M, C', H, W), the same.
        names: What x and y are called.

    Returns:
        JSON: by direction ``rows`` (identity and this_run: kernel_distance with its interval, colour_correlation, cycle_error),
        ``honesty`` (None without both translators) and ``words``.

    Raises:
        ModelError: If a translation is not finite.
    """
    found: dict[str, Any] = {}
    for way, back in DIRECTIONS.items():
        if way not in translators:
            continue
        given, real = (x, y) if way == "x_to_y" else (y, x)
        out = translated(translators[way], given)
        own = _distance(out, real)
        rows: dict[str, dict[str, float | None]] = {}
        nothing = None
        if given.shape[1] == real.shape[1]:
            nothing = _distance(given, real)
            rows["identity"] = {**_json(nothing), "colour_correlation": colour_correlation(given, given)}
        rows["this_run"] = {**_json(own), "colour_correlation": colour_correlation(given, out)}
        probe = None
        if back in translators:
            rows["this_run"]["cycle_error"] = float(l1_loss(translated(translators[back], out), given)) / 2
            probe = probed(translators[way], translators[back], given)
        found[way] = {
            "rows": rows,
            "honesty": None if probe is None else {**probe.as_json(), "words": honesty.words(probe)},
            "words": [
                *_style(own, nothing, names[way[-1]], len(given)),
                *_colours(rows["this_run"]["colour_correlation"]),
                tr("no honesty probe: it needs both translators") if probe is None else honesty.words(probe),
            ],
        }
    return found


def _distance(pictures: Tensor, real: Tensor) -> Value:
    """How far pictures are from the style of real ones of another number and size."""
    if pictures.shape[2:] != real.shape[2:]:
        raise DataError(tr("the images of both domains must have one size to be compared; this run's have two"))
    a, b = [
        torch.cat([plain_features(some) for some in torch.split(p, max(1, PART_PIXELS // (p.shape[2] * p.shape[3])))])
        for p in (pictures, real)
    ]
    return style_distance(a, b, floor=STEP)


def _json(distance: Value) -> dict[str, float | None]:
    return {
        "kernel_distance": distance.value,
        "kernel_distance_low": distance.low,
        "kernel_distance_high": distance.high,
    }


def _style(own: Value, nothing: Value | None, target: str, n: int) -> list[str]:
    if nothing is None:
        return [tr("the domains differ in channels: doing nothing is no translation, so there is no identity row")]
    text = NO_NEARER
    if own.value < nothing.value:
        apart = own.high is not None and nothing.low is not None and own.high < nothing.low
        text = NEARER if apart else UNCLEAR
    return [tr(text, target=target, own=short(own.value), nothing=short(nothing.value), n=n)]


def _colours(correlation: float | None) -> list[str]:
    if correlation is None or correlation >= 0:
        return []
    return [tr("light and dark are swapped: the colour correlation with the source is {r:.2f}", r=correlation)]
