"""The packed store: decoded pictures in one .npy beside their labels and a description, all JSON and npy.

A store is written aside, fsynced and renamed into its place, so that it is whole or absent; whoever comes second
with the same key uses what the first one made. It carries a hash over every pixel and one over all else that matters, so that
damage is seen and it is rebuilt. The pixels of a large store are hashed again only if its file was touched since they were.
"""

import contextlib
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from sparring.data import leftovers
from sparring.data.cache import key_of, remembered, writing_to
from sparring.data.layout import float_range
from sparring.data.on_disk import OnDisk, Stored, read_npy
from sparring.data.phrase import said
from sparring.data.pictures import Pictures, digest_of, pixel_hash
from sparring.data.spec import Spec
from sparring.data.stamp import is_settled, stamp_of
from sparring.data.values import DTYPES
from sparring.durable import patiently, read_bytes, sync
from sparring.errors import DataError, ModelError

FORMAT = 5
LARGEST_ABOUT = 256 << 20
"""Bytes: a million files that were left out are named in half of it."""


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
    with writing_to(folder.parent), leftovers.owned(aside):
        leftovers.clear(folder.parent)
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
        }
        (aside / "about.json").write_text(json.dumps(about), "utf-8")
        sync(aside / "about.json")
        _move_in(aside, folder)
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
    """Open a store without decoding; None if there is none or it is damaged."""
    try:
        about = json.loads(read_bytes(folder / "about.json", LARGEST_ABOUT))
        if about["format"] != FORMAT:
            return None
        spec = Spec(**about["spec"])
        images = read_npy(folder / "images.npy")
        labels = np.asarray(read_npy(folder / "labels.npy")[:]) if spec.classes else None
        if images.shape != (spec.count, spec.height, spec.width, spec.channels):
            return None
        if digest_of(spec, about["pixels"], labels) != about["digest"]:
            return None
        if _pixels_of(images, folder.parent.with_name("digests")) != about["pixels"]:
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
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, DataError, ModelError):
        return None


def _in_words(found: dict[str, Any]) -> dict[str, Any]:
    """What was found while packing, in the language that is spoken now: notes and reasons are kept as phrases."""
    files = [{**entry, "reason": said(entry["reason"])} for entry in found["skipped"]["files"]]
    return {**found, "notes": [*map(said, found["notes"])], "skipped": {**found["skipped"], "files": files}}


def _pixels_of(images: Stored, notes: Path) -> str:
    """The hash of all pixels; of a file on the disk that nobody touched since, as it was found then."""
    if not isinstance(images, OnDisk):
        return pixel_hash(images)
    facts = images.file.facts
    note = notes / key_of(str(images.file.path.resolve()), stamp_of(facts)) if is_settled(facts) else None
    return remembered(note, lambda: pixel_hash(images))
