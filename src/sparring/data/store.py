"""The packed store: decoded pictures in one .npy beside their labels and a description, all JSON and npy.

A store is written aside, fsynced and renamed into its place, so that it is whole or absent; whoever comes second
with the same key uses what the first one made. It carries sizes and hashes, so that damage is seen and it is rebuilt.
"""

import contextlib
import hashlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from sparring.data.cache import writing_to
from sparring.data.layout import float_range
from sparring.data.phrase import said
from sparring.data.pictures import Pictures, digest_of
from sparring.data.spec import Spec
from sparring.data.values import DTYPES
from sparring.durable import patiently, sync

FORMAT = 4
PROBES, PROBE = 64, 1 << 20


def write_store(
    folder: Path,
    pictures: Iterable[tuple[int, np.ndarray]],
    plan: tuple[tuple[int, int, int], int],
    finish: Any,
) -> Pictures:
    """Write a store and open it.

    Args:
        folder: Where it will lie.
        pictures: (number, (H, W, C)) one after another; they are written as they come.
        plan: ((H, W, C), bits).
        finish: Called with the numbers of the pictures that came; gives name, labels, class names and the
            description, whose notes and reasons are phrases.

    Raises:
        NoRoomError: If the disk is full; nothing is left behind.
        DataError: If the cache cannot be written, or whatever ``pictures`` raises.
    """
    aside = folder.with_name(f".{folder.name}-{os.getpid()}-{uuid.uuid4().hex[:8]}.part")
    with writing_to(folder.parent):
        aside.mkdir(parents=True)
        _clear_old(folder.parent)
        try:
            shape, bits = plan
            kept, pixels, low, high = _write_pixels(aside / "images.npy", pictures, shape, np.dtype(DTYPES[bits]))
            name, labels, class_names, found = finish(kept)
            if bits < 32:
                low, high = 0.0, float(2**bits - 1)
            else:
                low, high = float_range(low, high)
            height, width, channels = shape
            spec = Spec(channels, height, width, len(class_names), len(kept), bits, low, high)
            if labels is not None:
                np.save(aside / "labels.npy", labels, allow_pickle=False)
                sync(aside / "labels.npy")
            about = {
                "format": FORMAT,
                "spec": spec._asdict(),
                "name": name,
                "class_names": list(class_names),
                "found": found,
                "pixels": pixels,
                "digest": digest_of(spec, pixels, labels),
                "files": {p.name: probe(p) for p in sorted(aside.glob("*.npy"))},
            }
            (aside / "about.json").write_text(json.dumps(about), "utf-8")
            sync(aside / "about.json")
            _move_in(aside, folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    made = open_store(folder)
    assert made is not None, f"the store {folder} was just written and cannot be opened"
    return made


def _write_pixels(
    path: Path, pictures: Iterable[tuple[int, np.ndarray]], shape: tuple[int, int, int], dtype: np.dtype[Any]
) -> tuple[list[int], str, float, float]:
    kept, sha = list[int](), hashlib.sha256()
    low, high = np.inf, -np.inf

    def header(count: int) -> dict[str, Any]:
        return {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": (count, *shape)}

    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header(0))  # numpy leaves room for the count to grow
        start = file.tell()
        for number, image in pictures:
            assert image.shape == shape and image.dtype == dtype, f"{image.shape} {image.dtype}"
            data = np.ascontiguousarray(image).data
            file.write(data)
            sha.update(data)
            kept.append(number)
            if dtype.kind == "f":
                low, high = min(low, float(image.min())), max(high, float(image.max()))
        file.seek(0)
        np.lib.format.write_array_header_1_0(file, header(len(kept)))
        assert file.tell() == start, "the header of a .npy grew"
        file.flush()
        os.fsync(file.fileno())
    return kept, sha.hexdigest(), low, high


def _clear_old(folder: Path) -> None:
    """Remove what a killed process left unfinished a day ago or earlier."""
    for part in folder.glob(".*.part*"):
        with contextlib.suppress(OSError):
            if max(p.stat().st_mtime for p in (part, *part.iterdir())) < time.time() - 86_400:
                shutil.rmtree(part, ignore_errors=True)


def _move_in(aside: Path, folder: Path) -> None:
    """Put a finished store in its place; one that is there already is kept if it is whole."""
    sync(aside)
    for _ in range(3):
        with contextlib.suppress(OSError):
            patiently(os.rename, aside, folder)
            return sync(folder.parent)
        if open_store(folder) is not None:
            return None
        damaged = aside.with_name(aside.name + ".damaged")
        with contextlib.suppress(FileNotFoundError):
            os.rename(folder, damaged)
        shutil.rmtree(damaged, ignore_errors=True)
    os.rename(aside, folder)
    return None


def open_store(folder: Path) -> Pictures | None:
    """Open a store, memory-mapped and without decoding; None if there is none or it is damaged."""
    try:
        about = json.loads((folder / "about.json").read_text("utf-8"))
        if about["format"] != FORMAT or any(probe(folder / name) != seen for name, seen in about["files"].items()):
            return None
        spec = Spec(**about["spec"])
        images = np.load(folder / "images.npy", mmap_mode="r", allow_pickle=False)
        labels = np.load(folder / "labels.npy", allow_pickle=False) if spec.classes else None
        if images.shape != (spec.count, spec.height, spec.width, spec.channels):
            return None
        return Pictures(
            images,
            labels,
            tuple(about["class_names"]),
            name=about["name"],
            low=spec.low,
            high=spec.high,
            found=_in_words(about["found"]),
            digest=str(about["digest"]),
            pixels=lambda: str(about["pixels"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _in_words(found: dict[str, Any]) -> dict[str, Any]:
    """What was found while packing, in the language that is spoken now: notes and reasons are kept as phrases."""
    files = [{**entry, "reason": said(entry["reason"])} for entry in found["skipped"]["files"]]
    return {**found, "notes": [*map(said, found["notes"])], "skipped": {**found["skipped"], "files": files}}


def probe(path: Path) -> list[Any]:
    """Size and a hash over 64 blocks of 1 MiB spread evenly: over everything for a file up to 64 MiB."""
    sha, size = hashlib.sha256(), path.stat().st_size
    with path.open("rb") as file:
        for i in range(PROBES):
            file.seek(max(0, size - PROBE) * i // (PROBES - 1) if size > PROBES * PROBE else i * PROBE)
            sha.update(file.read(PROBE))
    return [size, sha.hexdigest()]
