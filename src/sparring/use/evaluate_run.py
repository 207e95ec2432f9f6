"""A run measured from Python, whatever it draws: samples from noise, or translations, against true pairs or without them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from sparring.data.download import Progress
from sparring.data.open import Source
from sparring.engine.backend import backend_for, find_precision
from sparring.errors import CommandError
from sparring.measure.features import Wish
from sparring.measure.measure import Measurement
from sparring.metrics.translation import PAPER
from sparring.recipes import Recipe
from sparring.runs.folder import RunFolder
from sparring.runs.listing import CONFIG
from sparring.sessions.config import run_config
from sparring.sessions.recipe_file import find_recipe
from sparring.use import evaluate_samples
from sparring.use.bound import keep_bound, kept_bound, key_of, measured_bound
from sparring.use.checkpoints import find_checkpoint, name_of_run
from sparring.use.evaluate import DIRECTIONS, evaluate_translation
from sparring.use.evaluate_samples import Part, is_run
from sparring.use.model import Model, load
from sparring.use.pairs import EMBEDDED, Pairs, few, in_parts, open_emoji, open_pairs, own_pictures, shared
from sparring.use.unpaired import evaluate_unpaired, held_out_images, learns_from_pairs, translates
from sparring.words import mark, tr

Asked = str | Sequence[Source]
"""True pairs: two sources, X and Y, whose pictures correspond one to one; or ``emoji``, the embedded test designs."""
Paper = Literal["white", "none"]


def evaluate(
    run_or_pictures: Any,
    data: Any = None,
    *,
    data_y: Any = None,
    pairs: Asked | None = None,
    known: Sequence[Source] | None = None,
    bound_minutes: float | None = None,
    paper: Paper | None = None,
    metrics: Sequence[str] | None = None,
    features: Wish = "auto",
    count: int | None = None,
    seed: int = 0,
    weights: Literal["average", "newest"] = "average",
    step: int | None = None,
    best: bool = False,
    size: str | None = None,
    part: Part = "auto",
    recipe: str | Recipe | None = None,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> Measurement | dict[str, Any]:
    """Measure what a run draws from noise, or generated pictures, against real ones; or how a run translates.

    Args:
        run_or_pictures: What `sparring.train` gave, the folder, number or name of a run, a checkpoint folder, or a file that
            `sparring export` wrote; or generated pictures: a folder, a file, an array, what `Model.sample` gave, or a tensor
            (N, C, H, W) in [-1, 1].
        data: Real pictures; of a run by default its own, of which those that it held out are best. Of a run that translates,
            where the first domain is now.
        data_y: Of a run that translates, where the second domain is now.
        pairs: Of a run that translates: two sources of true pairs to measure against, or ``emoji``. Without them the pairs
            that the run held out, if it learns from pairs; else its held-out pictures say how near translations are to the
            other domain, not whether they are right.
        known: With pairs: two sources of other true pairs, to train the supervised bound on.
        bound_minutes: With pairs: training time of the bound for each direction, by default 5; it is kept in the run's folder.
        paper: With pairs: ``white``, so that pixels of white paper do not count as drawn (the default), or ``none``.
        metrics: Names out of `sparring.measure.table.METRICS`, or ``fid`` and ``kid``; None for all that can be taken.
        features: ``auto``, ``classifier``, ``random``, ``pixels``, ``efficientnet-lite0``, ``inception``, or a
            function on pictures.
        count: Pictures of either side at most; by default 5,000, or as many as there are real ones.
        seed: Of the noise, and of what measures draw.
        weights: Of a run: ``average`` (EMA) or ``newest``.
        step: Of the checkpoint; the newest whole one by default.
        best: Take the checkpoint that measured best while the run trained.
        size: Of pictures without a run: resize both sides to ``64`` or ``48x64`` (height x width).
        part: Of a run's own data: ``held out``, ``training``, or ``auto``: held out if there are at least 500.
        recipe: For a run of a recipe of your own: the function, or ``./mine.py:fn``.
        cache: The cache folder.
        progress: Called with (what, done, in all).

    Returns:
        Of samples a `Measurement`: values by name with their intervals, the card that says how they came about, and warnings.
        Of translations what ``sparring evaluate --json`` prints: by direction ``rows`` and ``words``.

    Raises:
        CommandError: If it cannot be measured so, with what to change.
        DataError: If pictures cannot be opened, or are no longer those the run was trained on.
        ModelError: If there is no such run, or it is damaged.
    """
    own = recipe or getattr(run_or_pictures, "recipe", None)
    place = find_checkpoint(run_or_pictures, step, best) if is_run(run_or_pictures) else None
    of_translations = {"data_y": data_y, "pairs": pairs, "known": known, "bound_minutes": bound_minutes, "paper": paper}
    of_samples = {"metrics": metrics, "count": count, "size": size}
    function = None if own is None else find_recipe(own)
    if place is None or not translates(place, function):
        _refuse(of_translations, mark("{name} is for runs that translate"))
        how: dict[str, Any] = {**of_samples, "features": features, "seed": seed, "weights": weights, "step": step}
        how |= {"best": best, "part": part, "recipe": own, "cache": cache, "progress": progress}
        return evaluate_samples.evaluate(run_or_pictures, data, **how)
    _refuse(of_samples, mark("{name} is for runs that draw from noise; this run translates"))
    if paper not in (None, *get_args(Paper)):
        raise CommandError(tr("paper is {paper!r}; it is white or none", paper=paper))
    model = load(place, weights=weights, recipe=own)
    minutes = 5.0 if bound_minutes is None else bound_minutes
    if pairs is None and learns_from_pairs(place, function):
        return against_pairs(
            model, place, own_pairs(model, place, data, data_y, progress), known, minutes, paper or "white"
        )
    if pairs is None:
        _refuse({"known": known, "bound_minutes": bound_minutes, "paper": paper}, mark("{name} needs pairs too"))
        return without_pairs(model, place, data, data_y, progress)
    _refuse({"data": data, "data_y": data_y}, mark("{name} is for measuring without pairs"))
    return against_pairs(model, place, pairs, known, minutes, paper or "white")


def own_pairs(
    model: Model, checkpoint: Path, data: Any = None, data_y: Any = None, progress: Progress | None = None
) -> Pairs:
    """The pairs that a run which learns from pairs has held out.

    Args:
        model: Of the run.
        checkpoint: Where it is from.
        data: Where the pictures of x are now; None for where they were.
        data_y: The same for y.
        progress: Called with (what, done, in all).
    """
    x, y = held_out_images(checkpoint, str(model.facts["data"]), data, data_y, progress)
    return Pairs(x, y, tr("held out by the run"), "training")


def against_pairs(
    model: Model,
    checkpoint: Path,
    pairs: Asked | Pairs,
    known: Sequence[Source] | None = None,
    bound_minutes: float = 5.0,
    paper: str = "white",
    told: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """Translations compared with true pairs, beside the baselines they have to beat, as JSON.

    Args:
        model: That translates.
        checkpoint: Where it is from.
        pairs: As `evaluate` takes them.
        known: Likewise.
        bound_minutes: Likewise.
        paper: Likewise.
        told: Called with a line before what takes minutes.
    """
    home = checkpoint.resolve().parents[1]
    folder = home if (home / CONFIG).is_file() else None
    return {
        "run": name_of_run(checkpoint),
        "step": int(model.facts["progress"]["steps"]),
        "weights": model.facts["weights"],
        **_evaluated(model, folder, pairs, known, bound_minutes, PAPER if paper == "white" else None, told),
    }


def without_pairs(
    model: Model, checkpoint: Path, data: Any = None, data_y: Any = None, progress: Progress | None = None
) -> dict[str, Any]:
    """Translations of the run's own held-out pictures, as JSON.

    Args:
        model: That translates.
        checkpoint: Where it is from.
        data: Where the pictures of x are now; None for where they were.
        data_y: The same for y.
        progress: Called with (what, done, in all).
    """
    x, y = held_out_images(checkpoint, str(model.facts["data"]), data, data_y, progress)
    found = evaluate_unpaired({way: w.network for way, w in model.ways().items()}, x, y, model.domain_names)
    note = mark(
        "without true pairs nobody knows whether a translation is right: these numbers say how near it is to the other "
        "domain and what becomes of the source. If you have true pairs: sparring evaluate {run} --pairs X Y"
    )
    return {
        "run": name_of_run(checkpoint),
        "step": int(model.facts["progress"]["steps"]),
        "weights": model.facts["weights"],
        "held_out": {"x": len(x), "y": len(y)},
        "domains": model.domain_names,
        **found,
        "notes": [tr(note, run=checkpoint.resolve().parents[1])],
    }


def _refuse(given: dict[str, Any], text: str) -> None:
    """Refuse what would do nothing.

    Raises:
        CommandError: With the first of them.
    """
    for name, value in given.items():
        if value is not None:
            raise CommandError(tr(text, name=name))


def _evaluated(
    model: Model,
    folder: Path | None,
    pairs: Asked | Pairs,
    known: Sequence[Source] | None,
    minutes: float,
    paper: float | None,
    told: Callable[[str], None],
) -> dict[str, Any]:
    """The report of a run without its name."""
    translators = {direction: way.network for direction, way in model.ways().items()}
    measured, others = _opened(model, folder, pairs, known)
    domains, missing = own_pictures(folder, str(model.facts["data"]))
    bound = None if others is None else _bound(model, folder, others, measured, minutes, paper, told)
    unpaired = None if domains is None else (few(domains[0]), few(domains[1]))
    found = evaluate_translation(translators, measured, unpaired=unpaired, known=others, bound=bound, paper=paper)
    notes = [
        tr("colour maps were fitted to {what}: {why}", what=found["colour_maps_from"], why=missing)
        if missing
        else tr("colour maps were fitted to {what}", what=found["colour_maps_from"])
    ]
    if measured.matched == "order alone":
        notes.append(tr("pairs were matched by their order alone, there are no names to compare"))
    for domain, own, pictures in zip("xy", domains or (), (measured.x, measured.y), strict=False):
        if seen := shared(pictures, in_parts(own)):
            notes.append(
                tr(
                    "{seen} of {n} measured pictures of {domain} are in the run's training pictures",
                    seen=seen,
                    n=len(pictures),
                    domain=domain,
                )
            )
    if others is not None and (seen := measured.shared_with(others)):
        notes.append(
            tr(
                "{seen} of {n} measured pairs are among the known pairs, so the bound has seen them",
                seen=seen,
                n=len(measured.x),
            )
        )
    return {
        "pairs": measured.facts(),
        "known": None if others is None else others.facts(),
        "paper": "none" if paper is None else "white",
        **found,
        "bound": None if bound is None else {k: v for k, v in bound.items() if k not in DIRECTIONS},
        "notes": notes,
    }


def _opened(
    model: Model, folder: Path | None, pairs: Asked | Pairs, known: Sequence[Source] | None
) -> tuple[Pairs, Pairs | None]:
    size = None
    if folder is not None:
        size = run_config(RunFolder(folder)).size
    if isinstance(pairs, Pairs):
        return pairs, None if known is None else open_pairs(known, model.specs, size)
    sources = [pairs] if isinstance(pairs, str) else list(pairs)
    if len(sources) == 1 and isinstance(sources[0], str) and sources[0] == EMBEDDED:
        measured, others = open_emoji(model.specs, size)
        return measured, others if known is None else open_pairs(known, model.specs, size)
    measured = open_pairs(sources, model.specs, size)
    return measured, None if known is None else open_pairs(known, model.specs, size)


def _bound(
    model: Model,
    folder: Path | None,
    known: Pairs,
    pairs: Pairs,
    minutes: float,
    paper: float | None,
    told: Callable[[str], None],
) -> dict[str, Any]:
    """The bound, kept from before or trained now."""
    made = model.plan
    key = key_of(made, known, pairs, minutes, paper)
    if folder is not None and (found := kept_bound(folder, key)):
        return {**found, "kept": True}
    told(tr("training the supervised bound: {minutes:g} minutes each direction", minutes=minutes))
    device = next(model.game.parameters()).device
    backend = backend_for(str(device), find_precision("auto", str(device)))
    found = measured_bound(made, known, pairs, minutes, backend, paper)
    if folder is not None:
        keep_bound(folder, key, found)
    return {**found, "kept": False}
