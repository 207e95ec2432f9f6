"""``sparring sample``: pictures from a trained run."""

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from cyclopts import Parameter

from sparring.errors import CommandError
from sparring.report.gif import save_gif
from sparring.report.grid import grid as draw_grid
from sparring.report.grid import to_pil
from sparring.report.png import save_png
from sparring.use.model import Model, Samples, load

PROGRESS_MS = 60


def sample(
    run: str,
    *,
    count: int = 64,
    seed: int = 0,
    grid: Annotated[bool, Parameter(help="One picture of all instead of one file each.")] = True,
    label: int | str | None = None,
    interpolate: str | None = None,
    gif: Annotated[bool, Parameter(negative="", help="With --interpolate: an animated GIF.")] = False,
    weights: Literal["average", "newest"] = "average",
    step: int | None = None,
    recipe: str | None = None,
    out: Path | None = None,
) -> None:
    """Draw pictures from a run.

    Args:
        run: The folder, number or name of a run, or a checkpoint folder.
        count: How many pictures.
        seed: Of the noise; the same seed draws the same pictures.
        label: Class to draw, by number or name, for conditional models; by default all in turn.
        interpolate: A:B:FRAMES, the way from the noise of seed A to that of seed B.
        weights: The average of the weights, or the newest.
        step: Of the checkpoint; the newest whole one by default.
        recipe: ./FILE.py:NAME, for a run of a recipe of your own.
        out: File or folder to write; by default in the current folder.
    """
    model = load(run, weights=weights, step=step, recipe=recipe)
    text = {
        "recipe": str(model.facts["plan"]["recipe"]),
        "step": str(model.facts["progress"]["steps"]),
        "seed": str(seed),
        "weights": weights,
    }
    name = f"{Path(run).name or run}-seed{seed}"
    if interpolate is None and gif:
        raise CommandError("--gif shows an interpolation: give --interpolate A:B:FRAMES too, such as 1:2:60")
    if interpolate:
        a, b, frames = _way(interpolate)
        drawn = model.interpolate(a, b, frames, label=label)
        name, text["seed"] = f"{Path(run).name or run}-{a}-to-{b}", f"{a} to {b}"
    else:
        drawn = model.sample(count, seed=seed, label=label)
    pictures = model.arrays(drawn.tensor)
    if gif:
        path = out or Path(f"{name}.gif")
        save_gif([to_pil(_large(p), model.spec.low, model.spec.high) for p in pictures], path, PROGRESS_MS, 0)
        print(path)
    elif grid:
        path = out or Path(f"{name}.png")
        save_png(to_pil(draw_grid(pictures), model.spec.low, model.spec.high), path, text)
        print(path)
    else:
        _one_by_one(drawn, model, out or Path(name), text)


def _one_by_one(drawn: Samples, model: Model, folder: Path, text: dict[str, str]) -> None:
    """One file a picture; what PNG cannot hold (16-bit colour, many channels, floats) as one NPY."""
    folder.mkdir(parents=True, exist_ok=True)
    if (model.spec.bits == 8 and model.spec.channels in (1, 3, 4)) or (model.spec.bits, model.spec.channels) == (16, 1):
        for i, picture in enumerate(drawn.pictures):
            save_png(picture, folder / f"{i:06d}.png", {**text, "number": str(i)})
        print(f"{folder}: {len(drawn.pictures)} pictures")
    else:
        np.save(folder / "samples.npy", model.arrays(drawn.tensor), allow_pickle=False)
        print(f"{folder / 'samples.npy'}: {len(drawn.pictures)} pictures as they are in the data")


def _large(picture: np.ndarray) -> np.ndarray:
    """Whole-number magnified to about 256 pixels, so that a person sees it."""
    scale = max(1, 256 // max(picture.shape[:2]))
    return picture.repeat(scale, 0).repeat(scale, 1)


def _way(text: str) -> tuple[int, int, int]:
    try:
        a, b, frames = (int(part) for part in text.split(":"))
    except ValueError as e:
        raise CommandError(f"interpolate is {text!r}; give two seeds and a number of frames, such as 1:2:60") from e
    return a, b, frames
