"""Drawing for the page: models are loaded and used by one thread, one drawing after another; the server never waits in it."""

import asyncio
import contextvars
import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

import torch
from PIL import Image

from sparring.engine.draw import of_noise
from sparring.errors import CommandError
from sparring.runs import checkpoint
from sparring.runs.folder import RunFolder
from sparring.studio.watch import TooMany
from sparring.use.model import Model, load
from sparring.use.wall import wall
from sparring.words import mark, tr

Which = Literal["newest", "best"]
KEPT = 2
"""Models that stay in memory."""
WAITING = 8
"""Drawings that wait for their turn, at most; who comes then is asked to come again."""
PATIENCE = 60.0
"""Seconds after which a page is told that a drawing takes too long."""
MOST_PIXELS = 16_000_000
T = TypeVar("T")


class Wish(NamedTuple):
    """What to draw with.

    Args:
        which: Checkpoint.
        label: Class by number, of models that draw classes; None for the first.
        truncation: Of models with styles.
    """

    which: Which = "newest"
    label: int | None = None
    truncation: float = 1.0


class Studio:
    """The thread that draws, and the models that it has at hand."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "drawing", initializer=torch.set_num_threads, initargs=(1,))
        self._models: OrderedDict[Path, Model] = OrderedDict()
        self._waiting = 0
        self._lock = threading.Lock()

    async def do(self, work: Callable[..., T], *given: Any) -> T:
        """Do something in the thread that draws, in the language that is spoken here.

        Raises:
            TooMany: If too many wait already, or it takes too long.
        """
        if self._waiting >= WAITING:
            raise TooMany(tr("Too many drawings are waiting; try again in a moment."))
        self._waiting += 1
        context = contextvars.copy_context()
        future = self._thread.submit(context.run, work, *given)
        future.add_done_callback(lambda _: self._over())
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), PATIENCE)
        except TimeoutError:
            raise TooMany(tr("The drawing takes longer than {n} seconds.", n=int(PATIENCE))) from None

    def close(self) -> None:
        """Draw nothing more."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def model(self, run: Path, which: Which) -> Model:
        """The model of a run's newest or best checkpoint; a newer one replaces it. Called by the thread that draws.

        Raises:
            ModelError: If there is no whole checkpoint.
            CommandError: If its recipe is not known here.
        """
        folder = RunFolder.open(run)
        there = checkpoint.steps(folder.best if which == "best" else folder.checkpoints)
        found = self._models.get(there[0]) if there else None
        if found is None:
            found = load(run, best=which == "best", device="cpu")
            if there:
                self._models[there[0]] = found
        if there:
            self._models.move_to_end(there[0])
        while len(self._models) > KEPT:
            self._models.popitem(last=False)
        return found

    def facts(self, run: Path, which: Which) -> dict[str, Any]:
        """What can be drawn with a run, and how large its pictures are."""
        model = self.model(run, which)
        m, _ = model.noise_map()
        spec = model.spec_of(m.draws)
        names = model.class_names if len(model.class_names) == m.classes else tuple(map(str, range(m.classes)))
        return {
            "step": model.facts["progress"]["steps"],
            "images": model.facts["progress"]["images"],
            "height": spec.height,
            "width": spec.width,
            "classes": list(names) if m.classes else [],
            "truncation": "truncation" in m.options,
            "best": bool(checkpoint.steps(RunFolder.open(run).best)),
            "maps": list(of_noise(model.game)),
        }

    def seeds(self, run: Path, wish: Wish, first: int, count: int) -> Image.Image:
        """A sheet of one picture for each seed from ``first`` on."""
        model = self._room(run, wish, count)
        seeds = range(first, first + count)
        return sheet(wall(model, seeds, label=wish.label, truncation=wish.truncation).pictures)

    def way(self, run: Path, wish: Wish, a: int, b: int, frames: int) -> Image.Image:
        """A sheet of frames on the way from one seed to another, as ``sparring sample --interpolate`` goes."""
        model = self._room(run, wish, frames)
        found = model.walk((a, b), frames, label=wish.label, truncation=wish.truncation)
        return sheet(found.pictures)

    def _room(self, run: Path, wish: Wish, count: int) -> Model:
        """The model, if so many of its pictures may be drawn at once.

        Raises:
            CommandError: If they have too many pixels.
        """
        model = self.model(run, wish.which)
        spec = model.spec_of(model.noise_map()[0].draws)
        most = max(1, MOST_PIXELS // (spec.height * spec.width))
        if count > most:
            text = mark(
                "{count} pictures of {height} x {width} pixels are too many at once; at most {most} can be drawn"
            )
            raise CommandError(tr(text, count=count, height=spec.height, width=spec.width, most=most))
        return model

    def _over(self) -> None:
        with self._lock:
            self._waiting -= 1


def columns_of(count: int) -> int:
    """Pictures side by side in a sheet of so many."""
    return math.ceil(math.sqrt(count))


def sheet(pictures: list[Image.Image]) -> Image.Image:
    """Pictures of one size row by row, without lines: picture i stands in row ``i // columns``, column ``i % columns``."""
    columns = columns_of(len(pictures))
    width, height = pictures[0].size

    whole = Image.new(pictures[0].mode, (columns * width, math.ceil(len(pictures) / columns) * height))
    for i, picture in enumerate(pictures):
        whole.paste(picture, (i % columns * width, i // columns * height))
    return whole
