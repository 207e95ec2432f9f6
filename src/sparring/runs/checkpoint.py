"""Checkpoints: a folder of safetensors and JSON that is whole or not there, and knows its own digests.

``00001200/{game,ema,optimizers,rng}.safetensors, state.json, manifest.json``. Nothing here reads or writes a
pickle, and nothing that a file says is imported or run.
"""

import os
import re
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from sparring import durable
from sparring.engine.snapshot import Snapshot
from sparring.errors import ModelError
from sparring.runs import manifest, tensor_file
from sparring.runs.finite import not_finite
from sparring.runs.lock import alive
from sparring.runs.manifest import Manifest
from sparring.runs.tensor_file import Shape
from sparring.words import mark, tr

STATE = "state.json"
ON_CPU = ("rng",)  # the states of generators live on the CPU whatever the device

_STEP = re.compile(r"(\d{8,18})(?:-(\d{1,9}))?")
_PART = re.compile(r"[a-z][a-z0-9_]{0,63}")
_ASIDE = re.compile(r"\.(?:writing|removing)-(\d{1,9})-([0-9a-f]+)-.*")
_TOKEN = os.urandom(4).hex()  # tells this process from a dead one with the same id, as in containers


def save(folder: Path, snapshot: Snapshot, keep: int = 2) -> Path:
    """Write a checkpoint aside, make it durable, and rename it into place; then remove old ones.

    Args:
        folder: Where a run keeps its checkpoints; made if it is missing, in the run's folder, which is not.
        snapshot: What to write. A step that is there already and equal is left; another one is replaced.
        keep: How many to keep, this one included. Later ones are never removed.

    Returns:
        The folder of this checkpoint.

    Raises:
        ValueError: If a weight or a moment is not finite, or something is no JSON or no tensor; nothing has been written.
        ModelError: If the folder of the run is gone.
        NoRoomError: If the disk is full; older checkpoints are whole.
    """
    assert keep >= 1, keep
    assert 0 <= snapshot.step < 10**18, snapshot.step
    _check(snapshot.tensors)
    state = durable.json_text(snapshot.state).encode()
    needed = len(state) + sum(t.nbytes for part in snapshot.tensors.values() for t in part.values())
    aside = folder / f".writing-{os.getpid()}-{_TOKEN}-{snapshot.step:08d}"
    with durable.room_for(tr("the checkpoint of step {step}", step=snapshot.step), folder, needed):
        _make(folder)
        _sweep(folder)
        try:
            written = _write(aside, snapshot, state)
            path = _put(aside, folder, written)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
    _prune(folder, path, keep)
    return path


def keep_only(path: Path) -> None:
    """Remove all other checkpoints beside one, later ones too."""
    for other in steps(path.parent):
        if other != path:
            _discard(other)


def read(path: Path, names: Collection[str] | None = None, device: torch.device | str = "cpu") -> Snapshot:
    """Read a checkpoint, after its sizes and digests were found right.

    Args:
        path: The folder of one checkpoint.
        names: The parts to read, such as ``["ema"]``; all by default. Only what is read is digested.
        device: Where tensors go; the states of generators stay on the CPU.

    Raises:
        ModelError: If anything is damaged, missing or foreign.
        NoRoomError: If a file is larger than the machine's memory.
    """
    whole = manifest.read(path)
    parts = _parts(whole)
    for name in names or ():
        if name not in parts:
            raise ModelError(
                tr(
                    "{path} has no {name!r}; it has {parts}.",
                    path=path,
                    name=name,
                    parts=", ".join(parts) or tr("no tensors"),
                )
            )
    state = _state(path, whole)
    tensors = {}
    for name in parts if names is None else names:
        file = f"{name}.safetensors"
        loaded = tensor_file.from_bytes(manifest.read_file(path, file, whole.files[file]), path / file)
        if (odd := not_finite(name, loaded)) is not None:
            raise ModelError(tr("{path} is damaged: {name!r} is not finite.", path=path / file, name=odd))
        tensors[name] = loaded if name in ON_CPU else {k: t.to(device) for k, t in loaded.items()}
    return Snapshot(whole.step, tensors, state)


def shapes(path: Path) -> dict[str, dict[str, Shape]]:
    """Shapes and dtypes of every tensor, such as ``((64, 3, 4, 4), "float32")``, from the headers alone.

    Args:
        path: The folder of one checkpoint.

    Raises:
        ModelError: If a size differs from the manifest, or a header from its file; payloads are not digested.
    """
    whole = manifest.read(path)
    found = {}
    for name in _parts(whole):
        file = path / f"{name}.safetensors"
        start = durable.read_start(file, 8 + tensor_file.LARGEST_HEADER)
        found[name] = tensor_file.header(start, whole.files[file.name].size, file)
    return found


def verify(path: Path) -> Manifest:
    """Digest all of a checkpoint, a little at a time.

    Args:
        path: The folder of one checkpoint.

    Raises:
        ModelError: If anything is damaged, missing or foreign; it names the file and what differs.
    """
    whole = manifest.read(path)
    for name, expected in whole.files.items():
        manifest.verify_file(path, name, expected)
    _state(path, whole)
    shapes(path)
    return whole


def newest(folder: Path) -> tuple[Path, list[str]]:
    """The newest whole checkpoint, and a message for each damaged one that was passed over.

    Args:
        folder: Where a run keeps its checkpoints.

    Raises:
        ModelError: If there is none.
    """
    passed: list[str] = []
    for path in steps(folder):
        try:
            verify(path)
        except ModelError as error:
            if not path.exists() and (later := [p for p in steps(folder) if _age(p) > _age(path)]):
                return newest(later[0].parent)  # a run that trains has removed it, for it has written newer ones
            passed.append(tr("The checkpoint {name} was passed over: {error}", name=path.name, error=error))
        else:
            return path, passed
    raise ModelError("\n".join([tr("There is no whole checkpoint in {folder}.", folder=folder), *passed]))


def steps(folder: Path) -> list[Path]:
    """The checkpoints of a folder by name, the newest first; whether they are whole is not looked at."""
    names = os.listdir(folder) if folder.is_dir() else []
    return sorted((folder / name for name in names if _STEP.fullmatch(name)), key=_age, reverse=True)


def step_of(path: Path) -> int:
    """The step that a checkpoint's name tells: ``00001200``, or ``00001200-2`` where it was saved a second time."""
    return _age(path)[0]


def _make(folder: Path) -> None:
    """Make the folder of checkpoints in the folder of its run; that one is not made anew when someone removed it."""
    if folder.is_dir():
        return
    try:
        folder.mkdir(exist_ok=True)
    except FileNotFoundError:
        text = mark("There is no folder {folder} any more, so no checkpoint was written.")
        raise ModelError(tr(text, folder=folder.parent)) from None
    durable.sync(folder.parent)


def _check(tensors: Mapping[str, Mapping[str, Tensor]]) -> None:
    for part, named in tensors.items():
        if not _PART.fullmatch(part):
            raise ValueError(f"{part!r} cannot be the name of a part of a checkpoint")
        if (name := not_finite(part, named)) is not None:
            raise ValueError(f"the tensor {name!r} of {part!r} is not finite: it is not written to a checkpoint")


def _write(aside: Path, snapshot: Snapshot, state: bytes) -> Manifest:
    """Write every file, the manifest last, and make all of them durable."""
    shutil.rmtree(aside, ignore_errors=True)
    os.mkdir(aside)
    files = {}
    for name, data in _contents(snapshot, state):
        durable.write_new(aside / name, data)
        files[name] = manifest.entry(data)
    written = Manifest(snapshot.step, files)
    durable.write_new(aside / manifest.FILE, manifest.to_bytes(written))
    durable.sync(aside)
    return written


def _contents(snapshot: Snapshot, state: bytes) -> Iterator[tuple[str, bytes]]:
    """One file in memory at a time."""
    yield STATE, state
    for name, tensors in snapshot.tensors.items():
        yield f"{name}.safetensors", tensor_file.to_bytes(tensors)


def _put(aside: Path, folder: Path, written: Manifest) -> Path:
    """Rename into place. An old one of this step goes only after the new one has a name that counts."""
    target = folder / f"{written.step:08d}"
    old = [path for path in steps(folder) if step_of(path) == written.step]
    if not old:
        return _rename(aside, target)
    if _holds(old[0], written):
        shutil.rmtree(aside)
        return old[0]
    path = _rename(aside, folder / f"{target.name}-{_age(old[0])[1] + 1}")
    for one in old:
        _discard(one)
    return path if target.exists() else _rename(path, target)


def _rename(old: Path, new: Path) -> Path:
    durable.patiently(os.rename, old, new)
    durable.sync(new.parent)
    return new


def _holds(path: Path, written: Manifest) -> bool:
    try:
        return verify(path) == written
    except ModelError:
        return False


def _prune(folder: Path, saved: Path, keep: int) -> None:
    """Remove what is older than the ``keep`` newest; a damaged one is not counted among them."""
    kept = 1
    for path in steps(folder):
        if _age(path) >= _age(saved):
            continue
        if kept >= keep:
            _discard(path)
            continue
        with suppress(ModelError):
            manifest.read(path)
            kept += 1


def _discard(path: Path) -> None:
    """Remove a checkpoint; half removed, it has no name that counts."""
    aside = path.with_name(f".removing-{os.getpid()}-{_TOKEN}-{path.name}")
    with suppress(OSError):
        durable.patiently(os.rename, path, aside)
        shutil.rmtree(aside)


def _sweep(folder: Path) -> None:
    """Remove what dead processes left half written or half removed."""
    for name in os.listdir(folder):
        if found := _ASIDE.fullmatch(name):
            pid, token = int(found[1]), found[2]
            mine = pid == os.getpid()
            if (mine and token != _TOKEN) or (not mine and not alive(pid)):
                shutil.rmtree(folder / name, ignore_errors=True)


def _age(path: Path) -> tuple[int, int]:
    found = _STEP.fullmatch(path.name)
    assert found is not None, path
    return int(found[1]), int(found[2] or 1)


def _parts(whole: Manifest) -> list[str]:
    return [name.removesuffix(".safetensors") for name in whole.files if name.endswith(".safetensors")]


def _state(path: Path, whole: Manifest) -> dict[str, Any]:
    if STATE not in whole.files:
        raise ModelError(tr("{path} is damaged: {name} is missing.", path=path, name=STATE))
    state = durable.parse_json(manifest.read_file(path, STATE, whole.files[STATE]), path / STATE)
    if not isinstance(state, dict):
        raise ModelError(tr("{path} is damaged: it is no JSON object.", path=path / STATE))
    return state
