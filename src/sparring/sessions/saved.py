"""What a checkpoint says of itself, declared, and read no other way: nothing is used that was not held against this before."""

from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from sparring.engine.optimizer_check import check_optimizers
from sparring.engine.optimizer_state import OptimizerFacts
from sparring.engine.snapshot import Snapshot
from sparring.engine.trainer import Trainer
from sparring.errors import ModelError
from sparring.runs import checkpoint
from sparring.runs.folder import RunFolder
from sparring.schema import Long, conform
from sparring.settings import Within
from sparring.words import mark, tr

TRAINED = ("game", "ema", "optimizers")
"""The parts of a checkpoint that a run needs to go on."""
Seconds = Annotated[float, Within(0, 1e15)]
Pixels = Annotated[int, Within(1, 65536)]


class Reached(TypedDict):
    """How far a run is."""

    steps: Annotated[int, Within(0, 10**17)]
    images: Annotated[int, Within(0, 10**24)]


class Progress(Reached):
    """The same with the factor on its learning rates."""

    rate: Annotated[float, Within(1e-9, 1)]


class SpecFacts(TypedDict):
    """A `sparring.data.spec.Spec`."""

    channels: Annotated[int, Within(1, 4096)]
    height: Pixels
    width: Pixels
    classes: NotRequired[Annotated[int, Within(0, 1 << 31)]]
    count: NotRequired[Annotated[int, Within(0, 1 << 62)]]
    bits: NotRequired[Literal[8, 16, 32]]
    low: NotRequired[Annotated[float, Within(-3.4e38, 3.4e38)]]
    high: NotRequired[Annotated[float, Within(-3.4e38, 3.4e38)]]


class FileFacts(TypedDict):
    """Where a recipe of one's own came from."""

    path: str
    sha256: str


class PlanFacts(TypedDict):
    """What was trained, as `sparring.sessions.build.describe` gives it; the recipe's signature declares its settings."""

    recipe: str
    own: NotRequired[bool]
    file: NotRequired[FileFacts]
    specs: Annotated[list[SpecFacts], Long(1, 8)]
    settings: dict[str, Any]
    seed: Annotated[int, Within(0, 2**63 - 1)]


class Said(TypedDict):
    """What a checkpoint, and a model in one file, say of themselves."""

    plan: PlanFacts
    seconds: Seconds
    data: str
    name: str
    domains: NotRequired[list[str]]
    classes: NotRequired[list[str]]


class MeterFacts(TypedDict):
    """What was added up for the next row of metrics."""

    steps: Annotated[int, Within(0, 10**17)]
    seconds: Seconds
    sums: dict[str, Literal["NaN", "Infinity", "-Infinity"] | float]


class State(Said):
    """``state.json`` of a checkpoint."""

    progress: Progress
    meter: NotRequired[MeterFacts]
    optimizers: dict[str, OptimizerFacts]


class Exported(Said):
    """``model.json`` of a model in one file."""

    progress: Reached
    weights: Literal["average", "newest"]


def read(path: Path, names: Collection[str] | None = ()) -> Snapshot:
    """Read a checkpoint of a run, after all that it says of itself was found to make sense.

    Args:
        path: The folder of one checkpoint.
        names: The parts to read, as `checkpoint.read` takes them; none by default, for what it says alone.

    Raises:
        ModelError: If anything is damaged, missing or foreign.
        NoRoomError: If a file is larger than the machine's memory.
    """
    snapshot = checkpoint.read(path, names)
    check_said(snapshot.state, State, snapshot.step, path / checkpoint.STATE)
    return snapshot


def check_said(facts: Any, kind: Any, step: int, path: Path) -> None:
    """Hold what a file says of itself against its declaration, and its step against that of the manifest.

    Raises:
        ModelError: With the file and the field.
    """
    conform(facts, kind, path)
    if (steps := facts["progress"]["steps"]) != step:
        text = mark("{path} is damaged: progress.steps is {steps}, and the manifest is of step {step}")
        raise ModelError(tr(text, path=path, steps=steps, step=step))
    for spec in facts["plan"]["specs"]:
        if not spec.get("low", 0) < spec.get("high", 255):
            raise ModelError(tr("{path} is damaged: plan.specs: low is not below high", path=path))


def write(folder: RunFolder, snapshot: Snapshot, keep: int) -> None:
    """Write a checkpoint, and leave word of it among the events.

    Args:
        folder: Of the run.
        snapshot: With what it says of itself.
        keep: Number of checkpoints to keep.
    """
    path = checkpoint.save(folder.checkpoints, snapshot, keep)
    folder.event("saved", step=snapshot.step, checkpoint=path.name)


def newest(folder: RunFolder) -> tuple[Snapshot, list[str]] | None:
    """The newest whole checkpoint of a run with a word on each that was passed over; None if the run was never saved.

    Raises:
        ModelError: If it was saved, and no checkpoint is whole.
    """
    if never(folder):
        return None
    path, passed_over = checkpoint.newest(folder.checkpoints)
    return read(path, TRAINED), passed_over


def never(folder: RunFolder) -> bool:
    """Whether a run was never saved, as one that was killed before its first checkpoint: nothing is lost if it begins anew."""
    said = any(e.get("kind") == "saved" for e in folder.events())
    return not said and not checkpoint.steps(folder.checkpoints) and not folder.read_metrics()


def restore(trainer: Trainer, snapshot: Snapshot) -> None:
    """Take back a snapshot from a file, after what its optimizers keep was held against what such optimizers keep.

    Raises:
        ModelError: If it is of other networks or optimizers, or something is missing, of another shape or type.
    """
    check_optimizers(
        trainer.experiment.optimizers, snapshot.tensors["optimizers"], snapshot.state["optimizers"], snapshot.step
    )
    trainer.restore(snapshot)
