"""What a run draws from noise, or pictures from anywhere, measured against real pictures."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, NamedTuple

import torch
from torch import Tensor

from sparring.data.download import Progress
from sparring.data.named import NAMES
from sparring.data.open import open_pictures
from sparring.data.pictures import Pictures
from sparring.engine.draw import of_noise, sampled
from sparring.engine.draw import of_pictures as maps_of_pictures
from sparring.errors import CommandError, DataError, ModelError
from sparring.games.classify import classifier_of
from sparring.measure.fakes import Fakes, Some
from sparring.measure.features import Wish
from sparring.measure.measure import Measurement, chosen, measure
from sparring.measure.reference import Reference
from sparring.measure.table import Sort
from sparring.recipes import Recipe
from sparring.runs.folder import RunFolder, find
from sparring.runs.listing import CONFIG
from sparring.runs.model_file import is_model_file
from sparring.sessions.config import run_config
from sparring.sessions.domains import digest_of_domains, open_domains
from sparring.sessions.parts import part as parted
from sparring.use.checkpoints import find_checkpoint
from sparring.use.model import Model, Samples, load
from sparring.use.run import TrainedRun
from sparring.words import mark, tr

USUAL = 5_000
TRANSLATES = mark("this run translates images; measure it against true pairs: sparring evaluate RUN --pairs X Y")
Part = Literal["auto", "held out", "training"]


class Sources(NamedTuple):
    """What is compared with what.

    Args:
        fakes: Generated pictures, or a function that streams so many.
        there: How many there are; None if as many as anyone likes can be generated.
        reference: Real pictures.
        notes: What to know of them, a line each.
        own: The classifier that a run has trained.
    """

    fakes: Fakes | Callable[[int], Iterator[Some]]
    there: int | None
    reference: Reference
    notes: list[str]
    own: Sort | None = None


def evaluate(
    run_or_pictures: Any,
    data: Any = None,
    *,
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
) -> Measurement:
    """Measure what a run draws from noise, or generated pictures from anywhere, against real pictures.

    Args:
        run_or_pictures: What `sparring.train` gave, the folder, number or name of a run, or a checkpoint folder; or generated
            pictures: a folder, a file, an array, what `Model.sample` gave, or a tensor (N, C, H, W) in [-1, 1].
        data: Real pictures; of a run by default its own, of which those that it held out are best.
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
        Values by name with their intervals, the card that says how they came about, and warnings.

    Raises:
        CommandError: If it cannot be measured so, with what to change.
        DataError: If pictures cannot be opened, or are no longer those the run was trained on.
        ModelError: If there is no such run, or it is damaged.
    """
    how: dict[str, Any] = {
        "metrics": metrics,
        "features": features,
        "count": count,
        "seed": seed,
        "cache": cache,
        "progress": progress,
    }
    chosen(metrics)  # a wrong name is told before anything is opened
    if not is_run(run_or_pictures):
        if data is None:
            raise CommandError(tr("images without a run need real ones to be compared with: give --data REAL"))
        return measured(of_pictures(run_or_pictures, data, size, progress), weights="files", **how)
    recipe = recipe or getattr(run_or_pictures, "recipe", None)
    checkpoint = find_checkpoint(run_or_pictures, step, best)
    model = load(checkpoint, weights=weights, recipe=recipe)
    return measured(of_run(model, checkpoint, data, seed, part, progress), weights=weights, **how)


def measured(sources: Sources, *, count: int | None, **how: Any) -> Measurement:
    """Measure, and say how many pictures were generated where nobody said how many.

    Args:
        sources: What is compared with what.
        count: As `evaluate` takes it.
        how: The rest of what `measure` takes.
    """
    fakes, there, reference, notes, own = sources
    real = len(reference.pictures)
    if count is None:
        count = max(2, min(USUAL, max(real, there or 0)))
        if there is None and count < USUAL:
            text = mark("there are {n:,} real images, so {n:,} were generated; --count generates more")
            notes = [*notes, tr(text, n=real)]
    found = measure(fakes(count) if callable(fakes) else fakes, reference, count=count, own=own, **how)
    return found._replace(warnings=[*found.warnings, *notes])


def is_run(what: Any) -> bool:
    """Whether a run or a checkpoint is meant, and not pictures: what is neither is taken for a run, whose absence is told."""
    if isinstance(what, TrainedRun | int):
        return True
    if not isinstance(what, str | os.PathLike) or str(what) in NAMES:
        return False
    path = Path(what)
    if (path / CONFIG).is_file() or (path / "manifest.json").is_file() or is_model_file(path):
        return True
    with suppress(ModelError):
        find(Path("runs"), str(what))
        return True
    return not path.expanduser().exists()


def of_run(
    model: Model, checkpoint: Path, data: Any, seed: int, part: Part = "auto", progress: Progress | None = None
) -> Sources:
    """What a model draws, classes in turn, and what it is compared with.

    Args:
        model: That draws.
        checkpoint: Where it is from.
        data: Real pictures; None for those of the run.
        seed: Of the noise.
        part: As `evaluate` takes it.
        progress: Called with (what, done, in all).

    Raises:
        CommandError: If the model does not draw from noise, or nobody knows where the run's pictures are.
        DataError: If pictures cannot be opened, or are not those of the run.
    """
    if not of_noise(model.game) and maps_of_pictures(model.game):
        raise CommandError(tr(TRANSLATES))
    m, _ = model.noise_map()
    reference = _reference(model, checkpoint, data, part, progress)
    labelled = bool(m.classes) and reference.pictures.class_names == model.class_names

    @torch.no_grad()
    def draw(count: int) -> Iterator[Some]:
        at = 0
        for x in sampled(model.game, m, count, seed):
            y = torch.arange(at, at + len(x)) % m.classes if labelled else None
            at += len(x)
            yield x.float().cpu(), y

    missing = [
        tr("the classes of {name!r} are not those of the run, so labels are not compared", name=reference.pictures.name)
    ]
    own = _own_classifier(model) if reference.pictures.class_names == model.class_names else None
    return Sources(draw, None, reference, missing if m.classes and not labelled else [], own)


def _own_classifier(model: Model) -> Sort | None:
    """What of a model classifies, if anything does."""
    network = classifier_of(model.game)
    if network is None:
        return None
    device = next(model.game.parameters()).device
    return lambda x: network.classify(x.to(device)).float().cpu()


def of_pictures(what: Any, data: Any, size: str | None = None, progress: Progress | None = None) -> Sources:
    """Generated pictures from anywhere, and real ones; the generated ones are brought to the size of the real ones.

    Args:
        what: Generated pictures, as `evaluate` takes them.
        data: Real pictures, as `sparring.open_pictures` takes them.
        size: Resize both; None for real pictures that have one size.
        progress: Called with (what, done, in all).

    Raises:
        DataError: If they cannot be opened.
    """
    real = open_pictures(data, size, progress=progress)
    notes = [tr("real images: {note}", note=note) for note in real.found.get("notes", [])]
    what = what.tensor if isinstance(what, Samples) else what
    if isinstance(what, Tensor):
        return Sources(what, len(what), Reference(real, "all"), notes)
    shape = real.spec.height, real.spec.width
    fake = open_pictures(what, shape, channels=real.spec.channels, progress=progress)
    notes += [tr("generated images: {note}", note=note) for note in fake.found.get("notes", [])]
    if fake.class_names != real.class_names:
        low, high = fake.spec.low, fake.spec.high
        fake = Pictures(fake.images, name=fake.name, low=low, high=high, found=fake.found)
    return Sources(fake, len(fake), Reference(real, "all"), notes)


def _reference(model: Model, checkpoint: Path, data: Any, part: Part, progress: Progress | None) -> Reference:
    """The run's own pictures, parted as in training, wherever they are now; or others, all of them."""
    home, spec = checkpoint.resolve().parents[1], model.spec
    config = None
    if (home / CONFIG).is_file():
        config = run_config(RunFolder(home))
    if data is None:
        if config is None:
            raise CommandError(tr("a checkpoint alone does not say where its images are: give --data REAL"))
        domains = open_domains(config.sources, progress=progress, **config.opening)
    else:
        how: dict[str, Any] = {} if config is None else {"fit": config.fit, "skip_bad": config.skip_bad}
        size = spec.height, spec.width
        domains = (open_pictures(data, size, channels=spec.channels, progress=progress, **how),)
    if config is not None and digest_of_domains(domains) == model.facts["data"]:
        parts = parted(domains, config.run)
        return Reference.of_run(parts.training[0], parts.held_out[0] if parts.held_out else None, part)
    if data is None:
        raise DataError(
            tr(
                "what is in {source} now is not what {run} was trained on; give --data REAL to measure against it anyway",
                source=", ".join(config.sources) if config else "",
                run=home.name,
            )
        )
    return Reference(domains[0], "all")
