"""True pairs, to measure a translation against; and the pictures that a run was trained on, to compare with."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from sparring.data.embedded_sets import emoji_pairs
from sparring.data.files import listing
from sparring.data.named import NAMES
from sparring.data.open import Source, open_pictures
from sparring.data.pictures import Pictures
from sparring.data.spec import Spec
from sparring.data.streams import Domains
from sparring.data.values import to_unit
from sparring.errors import CommandError, DataError
from sparring.runs.folder import RunFolder
from sparring.sessions.config import run_config
from sparring.sessions.domains import digest_of_domains, open_domains, source_text
from sparring.sessions.parts import part
from sparring.words import tr

EMBEDDED = "emoji"


class Pairs(NamedTuple):
    """Pictures of both domains in [-1, 1]; row i of one belongs to row i of the other.

    Args:
        x: (N, C, H, W) float32.
        y: (N, C', H, W) float32.
        name: What they are called.
        matched: How it is known that rows belong together: "design", "file name", "training" or "order alone".
    """

    x: Tensor
    y: Tensor
    name: str = "pairs"
    matched: str = "order alone"

    def digest(self) -> str:
        """SHA-256 of shapes and values, in hexadecimal."""
        sha = hashlib.sha256()
        for pictures in (self.x, self.y):
            sha.update(str(tuple(pictures.shape)).encode())
            for picture in pictures:
                sha.update(_bytes(picture))
        return sha.hexdigest()

    def shared_with(self, other: "Pairs") -> int:
        """How many pairs are, to the last bit, also among the other ones."""
        theirs = set(zip(map(_print, other.x), map(_print, other.y), strict=True))
        return sum(pair in theirs for pair in zip(map(_print, self.x), map(_print, self.y), strict=True))

    def facts(self) -> dict[str, Any]:
        """JSON: name, count, how rows were matched, digest."""
        return {"name": self.name, "count": len(self.x), "matched_by": self.matched, "digest": self.digest()}


def open_pairs(sources: Sequence[Source], specs: Sequence[Spec], size: tuple[int, int] | None = None) -> Pairs:
    """Open two sources whose pictures belong together, one by one.

    Files of two folders or zips must have the same names, but for the suffix. Arrays and named sets have no names, so that
    only their number is compared; `Pairs.matched` says which it was.

    Args:
        sources: Of x and of y, as `sparring.data.open.open_pictures` takes them.
        specs: What the run's pictures are, of x and of y.
        size: Height and width to cut and resize to.

    Raises:
        CommandError: If there are not two sources.
        DataError: If they cannot be opened, do not match, or are not of the run's channels.
    """
    if len(sources) != 2:
        raise CommandError(
            tr(
                "pairs are two sources, one of each domain, or {embedded} alone; {n} given",
                embedded=EMBEDDED,
                n=len(sources),
            )
        )
    texts = [source_text(source) for source in sources]
    names = [_names(source) for source in sources]
    if names[0] is not None and names[1] is not None:
        _check_names(names[0], names[1], texts)
    opened = [open_pictures(source, size) for source in sources]
    for found, text, known in zip(opened, texts, names, strict=True):
        if known is not None and len(known) != len(found):
            skipped = [entry["file"] for entry in found.found["skipped"]["files"]]
            raise DataError(
                tr(
                    "{source}: {files} cannot be read, so rows do not match; remove the pair",
                    source=text,
                    files=", ".join(skipped[:3]),
                )
            )
    pairs = _pairs(opened, specs, tr("{x} and {y}", x=texts[0], y=texts[1]), "order alone")
    if names[0] is None or names[1] is None:
        return pairs
    place = {name: row for row, name in enumerate(names[1])}  # suffixes may have sorted y otherwise
    return pairs._replace(y=pairs.y[[place[name] for name in names[0]]], matched="file name")


def open_emoji(specs: Sequence[Spec], size: tuple[int, int] | None = None) -> tuple[Pairs, Pairs]:
    """The embedded emoji, modern is x and flat is y: the test designs, and all others.

    Args:
        specs: What the run's pictures are, of x and of y.
        size: Height and width to resize to.

    Raises:
        DataError: If the run's pictures have other channels.
    """
    found = emoji_pairs()
    test = found.role == "test"
    measured, known = (
        _pairs([open_pictures(style[rows], size) for style in (found.modern, found.flat)], specs, name, "design")
        for rows, name in ((test, tr("emoji, test designs")), (~test, tr("emoji, all other designs")))
    )
    return measured, known


def own_pictures(run: Path | None, digest: str) -> tuple[Domains | None, str]:
    """What a run was trained on, without a pair and without the pictures it held out, if that is still there.

    Args:
        run: The run folder; None if there is only a checkpoint.
        digest: Of the data, as the checkpoint has it.

    Returns:
        The pictures of both domains and nothing, or None and the reason.
    """
    if run is None:
        return None, tr("a checkpoint alone does not say where its pictures are")
    try:
        config = run_config(RunFolder(run))
        domains = open_domains(config.sources, **config.opening)
    except DataError as e:
        return None, str(e)
    if digest_of_domains(domains) != digest:
        return None, tr("what is there now is not what the run was trained on")
    return part(domains, config.run).training, ""


def shared(pictures: Tensor, others: Iterable[Tensor]) -> int:
    """How many of the pictures (N, C, H, W) are, to the last bit, among others that come in parts (n, C, H, W)."""
    known = {_print(picture) for some in others for picture in some}
    return sum(_print(picture) in known for picture in pictures)


def in_parts(pictures: Pictures, rows: int = 500) -> Iterable[Tensor]:
    """All pictures as the networks see them, a part after another."""
    return (pictures.batch(index)[0] for index in torch.split(torch.arange(len(pictures)), rows))


def few(pictures: Pictures | Tensor, pixels: int = 1 << 22) -> Tensor:
    """Pictures (n, C, H, W) evenly spread over all, so many that they have at most this many pixels, and at least 2."""
    height, width = pictures.shape[2:] if isinstance(pictures, Tensor) else (pictures.spec.height, pictures.spec.width)
    most = min(len(pictures), max(2, pixels // (height * width)))
    index = torch.linspace(0, len(pictures) - 1, most, dtype=torch.float64).long()
    return pictures[index] if isinstance(pictures, Tensor) else pictures.batch(index)[0]


def _pairs(opened: Sequence[Pictures], specs: Sequence[Spec], name: str, matched: str) -> Pairs:
    for domain, found, spec in zip("xy", opened, specs, strict=True):
        if found.spec.channels != spec.channels:
            raise DataError(
                tr(
                    "{domain} of the pairs is {pairs} and {domain} of the run is {run} (height x width x channels); the "
                    "channels must be the same",
                    domain=domain,
                    pairs=_shape(found.spec),
                    run=_shape(spec),
                )
            )
    a, b = (found.spec for found in opened)
    if a.count != b.count:
        raise DataError(
            tr(
                "x of the pairs has {x:,} pictures and y {y:,}; row i of one belongs to row i of the other",
                x=a.count,
                y=b.count,
            )
        )
    if (a.height, a.width) != (b.height, b.width):
        raise DataError(
            tr(
                "x of the pairs is {x} and y {y} (height x width x channels); make them alike",
                x=_shape(a),
                y=_shape(b),
            )
        )
    if a.count < 2:
        raise DataError(tr("there is 1 pair; at least 2 are needed to measure a style"))
    x, y = (_unit(found, spec) for found, spec in zip(opened, specs, strict=True))
    return Pairs(x, y, name, matched)


def _unit(found: Pictures, spec: Spec) -> Tensor:
    """In the run's range of values, or in their own if they are stored in another type."""
    return to_unit(found.images, spec if spec.bits == found.spec.bits else found.spec)


def _names(source: Source) -> list[str] | None:
    """Names below the folder or in the zip, without suffix, in the order of the pictures; None if there are none."""
    if not isinstance(source, str | Path) or str(source) in NAMES:
        return None
    path = Path(source).expanduser()
    if not path.is_dir() and not (path.is_file() and path.suffix.lower() == ".zip"):
        return None
    with listing(path) as found:
        return [str(Path(entry.name).with_suffix("")) for entry in found.entries]


def _check_names(x: list[str], y: list[str], texts: Sequence[str]) -> None:
    for mine, other, here, there in ((x, set(y), texts[0], texts[1]), (y, set(x), texts[1], texts[0])):
        if lone := next((name for name in mine if name not in other), None):
            raise DataError(
                tr(
                    "{name} in {here} has no partner in {there}; file names must match (extensions may differ)",
                    name=lone,
                    here=here,
                    there=there,
                )
            )
        if double := next((name for name, n in Counter(mine).items() if n > 1), None):
            raise DataError(
                tr(
                    "{name} is in {here} more than once, with different extensions; which is meant?",
                    name=double,
                    here=here,
                )
            )


def _shape(spec: Spec) -> str:
    return f"{spec.height} x {spec.width} x {spec.channels}"


def _print(picture: Tensor) -> bytes:
    return hashlib.sha256(_bytes(picture)).digest()


def _bytes(picture: Tensor) -> memoryview:
    return np.ascontiguousarray(picture.detach().cpu().float().numpy()).data.cast("B")
