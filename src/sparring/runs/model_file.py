"""A model in one file: a zip of safetensors and JSON that is read where it lies and never unpacked.

``manifest.json, model.json, weights.safetensors``, stored as they are. It is judged before anything of it is believed: exactly
these three names, nothing compressed (so that nothing can swell), sizes that fit in the file, digests that are right. Nothing here
reads or writes a pickle, and nothing that a file says is imported or run.
"""

import io
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from torch import Tensor

from sparring import durable
from sparring.errors import ModelError
from sparring.runs import manifest, tensor_file
from sparring.runs.finite import not_finite
from sparring.runs.manifest import Manifest
from sparring.runs.tensor_file import Shape
from sparring.words import mark, tr

KIND = "sparring model"
SUFFIX = ".zip"
FACTS, WEIGHTS = "model.json", "weights.safetensors"
NAMES = sorted((manifest.FILE, FACTS, WEIGHTS))
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can say: two files of one model are equal."""
LARGEST_MANIFEST = 1 << 16


class ModelFile(NamedTuple):
    """What an exported model holds.

    Args:
        step: Of the training.
        facts: What it says of itself.
        shapes: Of its tensors, from the header.
        data: The bytes of its tensors, whose digest was found right.
        path: Where it is from, for messages.
    """

    step: int
    facts: dict[str, Any]
    shapes: dict[str, Shape]
    data: bytes
    path: Path

    def tensors(self) -> dict[str, Tensor]:
        """The weights, on the CPU.

        Raises:
            ModelError: If they cannot be read, or are not finite.
        """
        found = tensor_file.from_bytes(self.data, self.path / WEIGHTS)
        if (odd := not_finite("ema", found)) is not None:
            raise ModelError(tr("{path} is damaged: {name!r} is not finite.", path=self.path / WEIGHTS, name=odd))
        return found


def write(path: Path, step: int, facts: Mapping[str, Any], weights: Mapping[str, Tensor]) -> None:
    """Write a model whole; a file that is there is replaced.

    Args:
        path: Where.
        step: Of the training.
        facts: JSON.
        weights: By name.

    Raises:
        ValueError: If something is no JSON or no tensor.
        NoRoomError: If the disk is full.
    """
    files = {FACTS: durable.json_text(dict(facts)).encode(), WEIGHTS: tensor_file.to_bytes(weights)}
    written = Manifest(step, {name: manifest.entry(data) for name, data in files.items()})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, data in {manifest.FILE: manifest.to_bytes(written, KIND), **files}.items():
            info = zipfile.ZipInfo(name, LONG_AGO)
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, data)
    durable.write_file(path, packed.getvalue())


def is_model_file(path: Path) -> bool:
    """Whether a path is a zip that says it is a model of sparring; whether it is whole is not looked at."""
    if path.suffix.lower() != SUFFIX or not path.is_file():
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return {manifest.FILE, FACTS} <= set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def read(path: Path) -> ModelFile:
    """Read a model, after names, sizes and digests were found right.

    Raises:
        ModelError: If anything is damaged, missing or foreign.
        NoRoomError: If it is larger than the machine's memory.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            found = _judged(archive, path)
            whole = manifest.parse(_bytes(archive, found[manifest.FILE], LARGEST_MANIFEST, path), path, KIND)
            if sorted([manifest.FILE, *whole.files]) != NAMES:
                raise ModelError(tr(FOREIGN, path=path, names=", ".join(NAMES)))
            parts = {name: _bytes(archive, found[name], entry.size, path) for name, entry in whole.files.items()}
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise ModelError(tr("{path} cannot be read as a zip: {error}.", path=path, error=error)) from None
    for name, expected in whole.files.items():
        manifest.check(path / name, expected, manifest.entry(parts[name]))
    facts = durable.parse_json(parts[FACTS], path / FACTS)
    if not isinstance(facts, dict):
        raise ModelError(tr("{path} is damaged: it is no JSON object.", path=path / FACTS))
    start, data = parts[WEIGHTS][: 8 + tensor_file.LARGEST_HEADER], parts[WEIGHTS]
    return ModelFile(whole.step, facts, tensor_file.header(start, len(data), path / WEIGHTS), data, path)


FOREIGN = mark("{path} is no model that `sparring export` wrote: that holds {names}, stored without compression.")


def _judged(archive: zipfile.ZipFile, path: Path) -> dict[str, zipfile.ZipInfo]:
    """Its entries by name, before a byte of them is read.

    Raises:
        ModelError: If a name, a kind or a size is not as `write` writes it.
        NoRoomError: If they are more than the machine's memory.
    """
    entries = archive.infolist()
    plain = all(
        entry.compress_type == zipfile.ZIP_STORED
        and not entry.flag_bits & 1  # encrypted
        and stat.S_IFMT(entry.external_attr >> 16) in (0, stat.S_IFREG)
        and entry.compress_size == entry.file_size
        for entry in entries
    )
    if sorted(entry.filename for entry in entries) != NAMES or not plain:
        raise ModelError(tr(FOREIGN, path=path, names=", ".join(NAMES)))
    declared, size = sum(entry.file_size for entry in entries), path.stat().st_size
    if declared > size:
        text = mark("{path} is damaged: it has {size:,} bytes and declares {declared:,}.")
        raise ModelError(tr(text, path=path, size=size, declared=declared))
    manifest.check_memory(declared, path)
    return {entry.filename: entry for entry in entries}


def _bytes(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int, path: Path) -> bytes:
    """Its bytes; never more than the manifest or a limit says."""
    if entry.file_size > most:
        text = mark("{path} has more than the {most:,} bytes that are expected.")
        raise ModelError(tr(text, path=path / entry.filename, most=most))
    with archive.open(entry) as stream:
        return stream.read(most + 1)
