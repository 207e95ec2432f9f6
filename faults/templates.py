"""Good runs that cases begin with: made once, by the program itself."""

import random
from collections.abc import Callable
from pathlib import Path

from faults.child import Limits
from faults.lab import Command, Lab
from faults.pieces import CYCLEGAN, GAN, QUICK, good_folder

PICTURES = 24
RECIPES: dict[str, tuple[str, ...]] = {
    "gan": ("--data", "x", *GAN),
    "dcgan": ("--data", "x", "--features", "4", "--z-dim", "4", "--batch-size", "4", *QUICK),
    "cyclegan_small": ("--data", "x", "--data-y", "y", *CYCLEGAN),
}
"""What each is trained with: 8 px, one thread, float32."""


def words(recipe: str, *more: str) -> tuple[str, ...]:
    """The command that trains a recipe on the folders x and y."""
    return ("train", recipe, *RECIPES[recipe], "--run.out", "runs", *more)


def data(folder: Path) -> None:
    """The folders x and y, always the same pictures."""
    for name in ("x", "y"):
        good_folder(folder / name, random.Random(name), PICTURES)


def make(place: Path, program: Callable[[list[str]], object], limits: Limits) -> Path:
    """Train every recipe for 12 steps; each run's folder is ``templates/RECIPE``.

    Raises:
        RuntimeError: If one could not be trained: nothing can be tried then.
    """
    target = place / "templates"
    target.mkdir()
    for recipe in RECIPES:
        (work := place / f"made-{recipe}").mkdir()
        lab = Lab(work, target, limits, program)
        data(lab.folder)
        every = ("--run.steps", "12", "--run.save-every", "6", "--run.log-every", "2", "--run.keep", "1")
        ended = lab.run(Command(words(recipe, *every), {0}))
        if lab.faults:
            raise RuntimeError(f"the template {recipe} could not be made: {ended.said}")
        (run,) = (lab.folder / "runs").iterdir()
        run.rename(target / recipe)
    for name in ("x", "y"):
        (lab.folder / name).rename(target / f"data-{name}")
    return target
