"""``sparring sample``: pictures from a trained run."""

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from cyclopts import Parameter

from sparring.commands.outputs import file_for, folder_for, name_of_run
from sparring.errors import CommandError
from sparring.report.gif import save_gif
from sparring.report.grid import grid as draw_grid
from sparring.report.grid import to_pil
from sparring.report.png import save_png
from sparring.use.checkpoints import find_checkpoint
from sparring.use.model import Model, Samples, load
from sparring.words import tr, trn

PROGRESS_MS = 60


def sample(
    run: str,
    *,
    count: int = 64,
    seed: int = 0,
    label: str | None = None,
    grid: Annotated[bool, Parameter(help="One picture of all samples; --no-grid writes a file for each.")] = True,
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
        interpolate: Seeds and the number of frames: 1:2:60 goes from seed 1 to 2; 1:2:3:4:60 through all, with --gif in a loop.
        weights: The exponential moving average of the weights, or the newest weights.
        step: Step of the checkpoint; by default the newest.
        best: Take the checkpoint that measured best while the run trained.
        recipe: ./FILE.py:NAME, for a run of your own recipe.
        out: File to write, or with --no-grid a folder; by default one in the current folder, named after run, step and
            seed. Nothing is overwritten.
    """
    checkpoint = find_checkpoint(run, step, best)
    way = None if interpolate is None else _way(interpolate)
    if way is None and gif:
        raise CommandError(tr("--gif shows an interpolation: give --interpolate SEEDS:FRAMES too, such as 1:2:60"))
    model = load(checkpoint, weights=weights, recipe=recipe)
    names, weights = model.class_names, model.facts["weights"]
    number = None if label is None else model.number_of(label)
    steps = int(model.facts["progress"]["steps"])
    noise = f"{seed}" if way is None else "-to-".join(map(str, way[0]))
    name = [name_of_run(checkpoint), f"step{steps}", f"seed{noise}"]
    if number is not None:
        name.append(names[number] if 0 <= number < len(names) else f"label{number}")
    name += ["newest"] if weights == "newest" else []
    path = file_for(out, name, ".gif" if gif else ".png") if grid or gif else folder_for(out, name, _suffix(model))
    text = {"recipe": str(model.facts["plan"]["recipe"]), "step": str(steps), "seed": noise, "weights": weights}
    if way is None:
        drawn = model.sample(count, seed=seed, label=number)
    else:
        drawn = model.walk(*way, closed=gif and len(way[0]) > 2, label=number)
    pictures = model.arrays(drawn.tensor)
    if gif:
        save_gif([to_pil(_large(p), model.spec.low, model.spec.high) for p in pictures], path, PROGRESS_MS, 0)
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
