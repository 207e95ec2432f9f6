"""A recipe of one's own that leaves word of what its process does, for one who kills it, and that can be told to go wrong.

Told by FAULT in the environment: ``nan RANK STEP`` makes the pictures of one process NaN at one step, until it is rolled back;
``nan RANK STEP always`` after that, too; ``flip RANK STEP`` changes one weight of one process after a step, the first time.
"""

import mmap
import os
from contextlib import contextmanager
from functools import wraps
from pathlib import Path

from sparring.engine.distributed import World
from sparring.engine.trainer import Trainer
from sparring.recipes.noise import gan
from sparring.runs import checkpoint

STARTING, FORWARD, COLLECTIVE, SAVING = range(4)
PHASES = ("starting", "forward", "collective", "saving")


def watched(spec, *, g_hidden: tuple[int, ...] = (32,), d_hidden: tuple[int, ...] = (32,), batch_size: int = 32):
    """A small GAN.

    Needs: one set of small pictures.

    Good for: being killed.

    Args:
        spec: Of the pictures.
        g_hidden: Units of G.
        d_hidden: Units of D.
        batch_size: Pictures in a batch.
    """
    return gan(spec, g_hidden=g_hidden, d_hidden=d_hidden, batch_size=batch_size)


def phase_of(folder, pid):
    """What a process does that works in a folder."""
    try:
        return PHASES[(Path(folder) / f"phase-{pid}").read_bytes()[0]]
    except (OSError, IndexError):
        return PHASES[STARTING]


def within(owner, name, number):
    """While a function runs, the process is in this phase."""
    do = getattr(owner, name)

    @wraps(do)
    def marked(*args, **how):
        with phase(number):
            return do(*args, **how)

    setattr(owner, name, marked)


@contextmanager
def phase(number):
    before, PLACE[0] = PLACE[0], number
    try:
        yield
    finally:
        PLACE[0] = before


def of_this_process():
    """A byte that others can read, also of a process that has been stopped."""
    path = Path(f"phase-{os.getpid()}")
    path.write_bytes(bytes(1))
    with path.open("r+b") as file:
        return mmap.mmap(file.fileno(), 1)


def go_wrong(kind, rank, at, *more):
    """Make the fault that was asked for, in the process it was asked for."""
    step, made = Trainer.step, Path("flipped")
    if rank != os.environ["RANK"]:
        return

    def given(self, played, *args, given=Trainer._given):
        batch, turn = given(self, played, *args)
        if played.step == int(at) and (more or self.rate == 1.0):
            batch = batch._replace(x=batch.x * float("nan"))
        return batch, turn

    def flipped(self):
        terms = step(self)
        if self.steps == int(at) and not made.exists():
            made.touch()
            next(self.game.parameters()).data.view(-1)[0] += 1e-3
        return terms

    if kind == "nan":
        Trainer._given = given
    else:
        Trainer.step = flipped


if "RANK" in os.environ:
    PLACE = of_this_process()
    if os.environ.get("FAULT"):
        go_wrong(*os.environ["FAULT"].split())
    within(Trainer, "step", FORWARD)
    within(World, "_ask", COLLECTIVE)
    within(checkpoint, "save", SAVING)
