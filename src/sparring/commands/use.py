"""``sparring sample``: pictures from a trained run."""

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from cyclopts import Parameter

from sparring.commands.outputs import file_for, folder_for
from sparring.errors import CommandError
from sparring.report import video
from sparring.report.gif import save_gif
from sparring.report.grid import grid as draw_grid
from sparring.report.grid import to_pil
from sparring.report.png import save_png
from sparring.use.checkpoints import find_checkpoint, name_of_run
from sparring.use.model import Model, Samples, load
from sparring.words import mark, tr, trn

PROGRESS_MS = 60


def sample(
    run: str,
    *,
    count: int = 64,
    seed: int = 0,
    label: str | None = None,
    grid: Annotated[bool, Parameter(help="One picture of all samples; --no-grid writes a file for each.")] = True,
    truncation: float = 1.0,
    mix: str | None = None,
    interpolate: str | None = None,
    gif: Annotated[bool, Parameter(negative="", help="With --interpolate: an animated GIF.")] = False,
    weights: Literal["average", "newest"] = "average",
    step: int | None = None,
    best: Annotated[bool, Parameter(negative="")] = False,
    recipe: str | None = None,
    out: Path | None = None,
) -> None:
    """Generate pictures with a trained run.

    Args:
        run: The folder, number or name of a run, a checkpoint folder, or a file that sparring export wrote.
        count: Number of pictures.
        seed: Seed of the noise; the same seed gives the same pictures.
        label: Class to draw, by name or number (conditional models); by default all in turn.
        truncation: How far styles go from their mean (models with styles, such as stylegan2): 1 changes nothing; 0.7 gives less
            variety and fewer bad pictures; 0 gives the mean picture.
        mix: Two seeds, 1:2 (models with styles): from picture 1 to picture 2, which lends it the style of one more layer in
            each, the finest first.
        interpolate: Seeds and the number of frames: 1:2:60 goes from seed 1 to 2; 1:2:3:4:60 through all, animated in a
            loop. Models with styles go through these, others through the noise.
        weights: The exponential moving average of the weights, or the newest weights.
        step: Step of the checkpoint; by default the newest.
        best: Take the checkpoint that measured best while the run trained.
        recipe: ./FILE.py:NAME, for a run of your own recipe.
        out: File to write (PNG; with --gif GIF; with --interpolate also NAME.mp4), or with --no-grid a folder; by default one
            in the current folder, named after run, step and seed. Nothing is overwritten.
    """
    checkpoint = find_checkpoint(run, step, best)
    way = None if interpolate is None else _way(interpolate)
    mixed = None if mix is None else _mixed(mix)
    if way and mixed:
        raise CommandError(tr("--mix and --interpolate are two ways from seed to seed; give one of them"))
    film = out is not None and out.suffix.lower() == ".mp4" and not gif
    if way is None and (gif or film):
        needs = mark("{flag} shows an interpolation: give --interpolate SEEDS:FRAMES too, such as 1:2:60")
        raise CommandError(tr(needs, flag="--gif" if gif else f"--out {out}"))
    if film:
        video.check()
    model = load(checkpoint, weights=weights, recipe=recipe)
    names, weights = model.class_names, model.facts["weights"]
    number = None if label is None else model.number_of(label)
    steps = int(model.facts["progress"]["steps"])
    noise = "-to-".join(map(str, way[0])) if way else "-mix-".join(map(str, mixed or (seed,)))
    name = [name_of_run(checkpoint), f"step{steps}", f"seed{noise}"]
    if number is not None:
        name.append(names[number] if 0 <= number < len(names) else f"label{number}")
    name += [] if truncation == 1 else [f"truncation{truncation:g}"]
    name += ["newest"] if weights == "newest" else []
    moving = ".gif" if gif else ".mp4" if film else None
    path = file_for(out, name, moving or ".png") if grid or moving else folder_for(out, name, _suffix(model))
    text = {"recipe": str(model.facts["plan"]["recipe"]), "step": str(steps), "seed": noise, "weights": weights}
    text |= {} if truncation == 1 else {"truncation": f"{truncation:g}"}
    if way:
        drawn = model.walk(*way, closed=moving is not None and len(way[0]) > 2, label=number, truncation=truncation)
    elif mixed:
        drawn = model.mix(*mixed, label=number, truncation=truncation)
    else:
        drawn = model.sample(count, seed=seed, label=number, truncation=truncation)
    pictures = model.arrays(drawn.tensor)
    if moving:
        frames = [to_pil(_large(p), model.spec.low, model.spec.high) for p in pictures]
        save_gif(frames, path, PROGRESS_MS, 0) if gif else video.save_mp4(frames, path, PROGRESS_MS, text)
        print(path)
    elif grid:
        save_png(to_pil(draw_grid(pictures), model.spec.low, model.spec.high), path, text)
        print(path)
    else:
        _one_by_one(drawn, model, path, text)


def _suffix(model: Model) -> str:
    """Of a file that holds one picture as it is: PNG, or NPY for what PNG cannot hold."""
    kind = model.spec.bits, model.spec.channels
    return ".png" if kind in {(8, 1), (8, 3), (8, 4), (16, 1)} else ".npy"


def _one_by_one(drawn: Samples, model: Model, folder: Path, text: dict[str, str]) -> None:
    """A file for each picture; what PNG cannot hold (16-bit colour, many channels, floats) as one NPY."""
    folder.mkdir(parents=True, exist_ok=True)
    if _suffix(model) == ".png":
        for i, picture in enumerate(drawn.pictures):
            save_png(picture, folder / f"{i:06d}.png", {**text, "number": str(i)})
        print(f"{folder}: {_pictures(len(drawn.pictures))}")
    else:
        np.save(folder / "samples.npy", model.arrays(drawn.tensor), allow_pickle=False)
        found = tr("{n} in the values of the data", n=_pictures(len(drawn.pictures)))
        print(f"{folder / 'samples.npy'}: {found}")


def _pictures(n: int) -> str:
    return trn("{n:,} picture", "{n:,} pictures", n)


def _large(picture: np.ndarray) -> np.ndarray:
    """Whole-number magnified to about 256 pixels, so that a person sees it."""
    scale = max(1, 256 // max(picture.shape[:2]))
    return picture.repeat(scale, 0).repeat(scale, 1)


def _mixed(text: str) -> tuple[int, int]:
    """Two seeds."""
    try:
        a, b = (int(part) for part in text.split(":"))
    except ValueError as e:
        raise CommandError(tr("--mix is {text!r}; give two seeds, such as 1:2", text=text)) from e
    return a, b


def _way(text: str) -> tuple[list[int], int]:
    """Seeds, and the number of frames, which comes last."""
    try:
        a, b, *others = (int(part) for part in text.split(":"))
        *seeds, frames = [a, b, *others] if others else []
    except ValueError as e:
        raise CommandError(
            tr(
                "--interpolate is {text!r}; give two or more seeds and the number of frames, such as 1:2:60 or 1:2:3:60",
                text=text,
            )
        ) from e
    return seeds, frames
