"""Run folders and checkpoints that were forged, with right digests, and what reads them."""

import json
import random
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from faults.forge import mutate, raw, replace, retensor, sign, text
from faults.lab import Case, Command
from faults.pieces import good_folder

RUNS = ("gan", "dcgan", "cyclegan_small")
USED = frozenset({0, 2, 3, 4})
"""Refused as a model, as a command (data or settings that changed), or for its size; or used, if it could be."""
TRAINED = USED | {5}
WAYS = (
    "state",
    "state",
    "state",
    "config",
    "config",
    "tensors",
    "tensors",
    "raw",
    "part",
    "manifest",
    "file",
    "file",
    "journal",
)


def checkpoint_of(run: Path) -> Path:
    """The newest checkpoint of a template."""
    return max((run / "checkpoints").iterdir())


def state(run: Path, rng: random.Random) -> str:
    folder = checkpoint_of(run)
    value, what = mutate(json.loads((folder / "state.json").read_bytes()), rng)
    (folder / "state.json").write_bytes(text(value))
    sign(folder)
    return f"state.json: {what}"


def config(run: Path, rng: random.Random) -> str:
    name = rng.choice(("config.json", "config.json", "config.json", "data.json", "environment.json", "verdict.json"))
    if not (run / name).is_file():
        name = "config.json"
    value, what = mutate(json.loads((run / name).read_bytes()), rng)
    (run / name).write_bytes(text(value))
    return f"{name}: {what}"


def tensors(run: Path, rng: random.Random, change: Callable[[Path, random.Random], str] = retensor) -> str:
    folder = checkpoint_of(run)
    file = rng.choice(sorted(folder.glob("*.safetensors")))
    what = change(file, rng)
    sign(folder)
    return f"{file.name}: {what}"


def part(run: Path, rng: random.Random) -> str:
    """A part is missing, doubled or of another name, and the manifest agrees."""
    folder = checkpoint_of(run)
    file = rng.choice(sorted(path for path in folder.iterdir() if path.name != "manifest.json"))
    kind = rng.choice(("gone", "gone", "copied", "renamed", "swapped"))
    if kind == "gone":
        file.unlink()
    elif kind == "copied":
        shutil.copy(file, folder / f"other{file.suffix}")
    elif kind == "renamed":
        file.rename(folder / f"other{file.suffix}")
    else:
        other = rng.choice(sorted(folder.glob("*.safetensors")))
        if other != file and file.suffix == other.suffix:
            data = file.read_bytes()
            file.write_bytes(other.read_bytes())
            other.write_bytes(data)
    sign(folder)
    return f"{file.name} {kind}"


def manifest(run: Path, rng: random.Random) -> str:
    told: list[str] = []

    def change(value: dict[str, Any]) -> None:
        changed, what = mutate(dict(value), rng)
        told.append(what)
        if isinstance(changed, dict):
            value.clear()
            value.update(changed)

    try:
        sign(checkpoint_of(run), change)
    except (ValueError, TypeError):  # what JSON does not know cannot be signed
        (checkpoint_of(run) / "manifest.json").write_bytes(b'{"step": NaN}')
    return f"manifest: {told[0]}"


def file(run: Path, rng: random.Random) -> str:
    folder = rng.choice((run, run, checkpoint_of(run), run / "checkpoints"))
    path = rng.choice(sorted(path for path in folder.iterdir()))
    return f"{path.relative_to(run)}: {replace(path, rng)}"


def journal(run: Path, rng: random.Random) -> str:
    """Rows that are none, in what is written while training."""
    name = rng.choice(("events.jsonl", "metrics.jsonl", "looks.jsonl", "measurements.jsonl", "log.txt", "command.txt"))
    path = run / name
    rows = path.read_bytes().splitlines() if path.is_file() else [b"{}"]
    i = rng.randrange(len(rows))
    if name.endswith("jsonl") and rng.random() < 0.7:
        value, what = mutate(json.loads(rows[i]), rng)
        rows[i] = text(value)
    else:
        rows[i], what = rng.choice(
            ((b"", "empty"), (b"\xff", "no text"), (b"[" * 9999, "nested"), (b'{"step":1e999}', "infinite"))
        )
    path.write_bytes(b"\n".join(rows) + rng.choice((b"\n", b"", b'\n{"step": 3, "ima')))
    return f"{name} row {i}: {what}"


CHANGES = {
    "state": state, "config": config, "tensors": tensors, "raw": partial(tensors, change=raw), "part": part,
    "manifest": manifest, "file": file, "journal": journal,
}  # fmt: skip


def make(rng: random.Random, folder: Path, templates: Path) -> Case:
    """A forged run beside a good one, and every command that reads it."""
    recipe = rng.choice(RUNS)
    (folder / "runs").mkdir()
    run = shutil.copytree(templates / recipe, folder / "runs" / "0002-forged", symlinks=True)
    shutil.copytree(templates / "gan", folder / "runs" / "0001-good", symlinks=True)
    for name in ("x", "y"):
        shutil.copytree(templates / f"data-{name}", folder / name)
    what = f"{recipe}, {CHANGES[rng.choice(WAYS)](run, rng)}"
    name = "runs/0002-forged"
    commands = [Command(("info", name), USED), Command(("list",), {0})]
    if recipe == "cyclegan_small":
        good_folder(folder / "pictures", rng, 2)
        commands.append(Command(("translate", name, "pictures", "--out", "out"), USED))
    else:
        commands.append(Command(("sample", name, "--count", "2", "--out", "s.png"), USED))
    if rng.random() < 0.3:
        commands.append(Command(("evaluate", name, "--count", "8"), USED))
    if rng.random() < 0.15:
        commands.append(
            Command(
                rng.choice((("compare", "1", "2"), ("diagnose", name), ("export", name), ("export-metrics", name))),
                USED,
            )
        )
    commands.append(Command(("resume", name, "--steps", "14"), TRAINED))
    return Case(what, commands)
