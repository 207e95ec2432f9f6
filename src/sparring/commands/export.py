"""``sparring export``: a trained model in one file for another machine or another program."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from sparring import durable
from sparring.commands.aligned import aligned
from sparring.commands.outputs import file_for
from sparring.engine.draw import of_noise
from sparring.sessions.recipe_file import flag
from sparring.use import exported, onnx_file
from sparring.use.checkpoints import find_checkpoint, name_of_run
from sparring.use.model import Model, load
from sparring.words import mark, tr


def export(
    run: str,
    *,
    to: Annotated[Literal["zip", "onnx"], Parameter(name="--to")] = "zip",
    weights: Literal["average", "newest"] = "average",
    step: int | None = None,
    best: Annotated[bool, Parameter(negative="")] = False,
    recipe: str | None = None,
    out: Path | None = None,
) -> None:
    """Write a trained model to one file for another machine: weights, settings, labels; no pictures of the data.

    Args:
        run: The folder, number or name of a run, or a checkpoint folder.
        to: zip, which sample, translate, info and sparring.load take in place of a run; or onnx, for other programs: a file for
            each direction of a translation.
        weights: The exponential moving average of the weights, or the newest weights.
        step: Step of the checkpoint; by default the newest.
        best: Take the checkpoint that measured best while the run trained.
        recipe: ./FILE.py:NAME, for a run of your own recipe.
        out: File to write; by default one in the current folder, named after run and step. Nothing is overwritten.
    """
    if to == "onnx":
        onnx_file.check()
    checkpoint = find_checkpoint(run, step, best)
    model = load(checkpoint, weights=weights, recipe=recipe, device="cpu")
    name = [name_of_run(checkpoint), f"step{model.facts['progress']['steps']}"]
    name += ["newest"] if model.facts["weights"] == "newest" else []
    if to == "zip":
        path = file_for(out, name, ".zip")
        exported.write(model, path)
        print(f"{path}: {durable.amount(path.stat().st_size)}")
        print(aligned(_next(model, path)))
    else:
        for one, path in _places(model, out, name):
            apart = onnx_file.write(model, one, path)
            text = mark("{path}: {size}, at most {apart:.1g} from what the model draws (of [-1, 1])")
            print(tr(text, path=path, size=durable.amount(path.stat().st_size), apart=apart))
    print(tr("The file contains no images of the data; the run folder does. To share the model, share the file."))


def _places(model: Model, out: Path | None, name: list[str]) -> list[tuple[str, Path]]:
    """A file for each map; one for each of several is named after it."""
    maps = list(model.game.maps())
    if len(maps) == 1:
        return [(maps[0], file_for(out, name, ".onnx"))]
    if out is None:
        return [(one, file_for(None, [*name, one], ".onnx")) for one in maps]
    file_for(out, name, ".onnx")  # refuses another suffix
    return [(one, file_for(out.with_stem(f"{out.stem}-{one}"), name, ".onnx")) for one in maps]


def _next(model: Model, path: Path) -> list[tuple[str, str]]:
    """What to type there."""
    own = flag(model.facts["plan"])
    if of_noise(model.game):
        return [(tr("Draw:"), f"sparring sample {path}{own}")]
    return [(tr("Translate:"), f"sparring translate {path} PICTURES{own}")]
