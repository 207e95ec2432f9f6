"""What `sparring data check` finds: usable pictures, skipped ones with reasons, near-duplicates, warnings."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from sparring.data.decode import decode
from sparring.data.download import Progress
from sparring.data.duplicates import near_duplicates, thumbnail
from sparring.data.entries import classes_by_folder, printable
from sparring.data.files import listing
from sparring.data.header import Unreadable
from sparring.data.named import NAMES
from sparring.data.open import open_pictures
from sparring.data.size import parse_size
from sparring.data.survey import Skipped, name_sizes, propose_size, read_headers
from sparring.errors import DataError

SHOWN = 20
MOST_COMPARED = 20_000
FEW = 500


@dataclass
class Check:
    """What was found in some data.

    Args:
        source: Where.
        kind: "folder", "zip", "npy", ..., "embedded".
        usable: How many pictures can be used.
        skipped: File and reason of each that cannot.
        ignored: How many files of each suffix are no pictures.
        sizes: How many pictures of each "HxW".
        forms: How many of each "channels x bits".
        resized: How many would be cut and resized.
        classes: How many pictures of each class.
        unlabelled: How many of pictures that have classes have none.
        duplicates: Pairs of names that look the same.
        warnings: What should be known before training.
    """

    source: str
    kind: str
    usable: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    ignored: dict[str, int] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    forms: dict[str, int] = field(default_factory=dict)
    resized: int = 0
    classes: dict[str, int] = field(default_factory=dict)
    unlabelled: int = 0
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """All of it as JSON."""
        return asdict(self)

    def text(self) -> str:
        """All of it for a person; long lists are cut."""
        lines = [f"{self.source} ({self.kind}): {self.usable:,} usable pictures"]
        lines += [f"  {n:,} of {size}" for size, n in list(self.sizes.items())[:5]]
        lines += [f"  {n:,} {form}" for form, n in self.forms.items()]
        lines += [f"  {self.resized:,} would be cut around the centre and resized"] if self.resized else []
        if self.classes:
            lines.append(f"{len(self.classes)} classes: " + ", ".join(f"{k} {n:,}" for k, n in self.classes.items()))
        lines += [f"  {self.unlabelled:,} without a label"] if self.unlabelled else []
        if self.ignored:
            others = ", ".join(f"{n:,} {suffix}" for suffix, n in self.ignored.items())
            lines.append(f"ignored, no pictures: {others}")
        lines += _some(f"skipped: {len(self.skipped):,}", [f"{name}: {why}" for name, why in self.skipped])
        pairs = [f"{later} looks like {first}" for first, later in self.duplicates]
        lines += _some(f"near-duplicates: {len(pairs):,}", pairs)
        return "\n".join(lines + [f"warning: {warning}" for warning in self.warnings])


def _some(title: str, items: list[str]) -> list[str]:
    if not items:
        return []
    more = [f"  and {len(items) - SHOWN:,} more"] if len(items) > SHOWN else []
    return [title, *(f"  {item}" for item in items[:SHOWN]), *more]


def check(
    source: str | Path | np.ndarray | Tensor,
    size: int | str | tuple[int, int] | None = None,
    *,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> Check:
    """Look at all of some data, decode every file, and say what is there.

    Args:
        source: As for `open_pictures`.
        size: The size that training would be given.
        cache: As for `open_pictures`.
        progress: Called with (what, done, in all).

    Raises:
        DataError: If nothing can be used.
    """
    if isinstance(source, str | Path) and str(source) not in NAMES:
        path = Path(source).expanduser()
        if path.is_dir() or (path.is_file() and path.suffix.lower() == ".zip"):
            return _check_files(path, parse_size(size), progress)
    return _check_array(source, size, cache, progress)


def _check_files(path: Path, size: tuple[int, int] | None, progress: Progress | None) -> Check:
    with listing(path) as found:
        result = Check(str(path), found.kind, skipped=found.skipped, ignored=dict(found.ignored.most_common()))
        skipped = Skipped(len(found.entries), str(path))
        names, small, sizes, forms = list[str](), list[np.ndarray](), Counter[tuple[int, int]](), Counter[str]()
        coloured = False
        for i, (entry, header) in enumerate(read_headers(found.entries, skipped, progress)):
            try:
                image = decode(entry, header, (64, 64))
            except Unreadable as error:
                skipped.add(entry.name, str(error))
                continue
            names.append(entry.name)
            sizes[header.height, header.width] += 1
            forms[f"{'grey' if header.channels == 1 else f'{header.channels} channels'}, {header.bits} bits"] += 1
            coloured |= header.channels == 3 and bool((image != image[..., :1]).any())
            if len(small) < MOST_COMPARED:
                small.append(thumbnail(image, *_range(image)))
            if progress and i % 50 == 0:
                progress("decoding", i, len(found.entries))
    result.skipped = found.skipped + skipped.bad
    if not names:
        first = "".join(f"\n  {name}: {why}" for name, why in result.skipped[:5])
        raise DataError(f"No file in {path} can be used:{first}")
    result.usable = len(names)
    result.sizes = {f"{h}x{w}": n for (h, w), n in sizes.most_common()}
    result.forms = dict(forms.most_common())
    result.resized = 0 if size is None else sum(n for s, n in sizes.items() if s != size)
    _add_duplicates(result, small, [printable(name) for name in names])
    if labelled := classes_by_folder(names):
        counts = np.bincount(labelled[0], minlength=len(labelled[1])).tolist()
        result.classes = dict(zip(labelled[1], counts, strict=True))
    if size is None and len(sizes) > 1:
        result.warnings.append(f"{len(sizes):,} different sizes: {name_sizes(sizes)}. {propose_size(sizes)}")
    if size is not None and (small_ones := sum(n for (h, w), n in sizes.items() if h < size[0] or w < size[1])):
        result.warnings.append(f"{small_ones:,} pictures are smaller than {size[0]}x{size[1]} and would be enlarged")
    if len(skipped.bad) > 0.01 * len(found.entries):
        result.warnings.append(
            f"{len(skipped.bad):,} of {len(found.entries):,} files are bad: more than 1 % stops training"
        )
    if not coloured and any("channels" in form for form in forms):
        result.warnings.append("the pictures are stored as colour but hold only grey")
    return _warn(result)


def _check_array(source: Any, size: Any, cache: Path | None, progress: Progress | None) -> Check:
    pictures = open_pictures(source, cache=cache, progress=progress)
    spec, wanted = pictures.spec, parse_size(size)
    result = Check(str(pictures.found.get("source")), str(pictures.found.get("kind")), usable=len(pictures))
    result.sizes = {f"{spec.height}x{spec.width}": len(pictures)}
    result.forms = {f"{'grey' if spec.channels == 1 else f'{spec.channels} channels'}, {spec.bits} bits": len(pictures)}
    result.resized = len(pictures) if wanted not in (None, (spec.height, spec.width)) else 0
    about = pictures.description()
    result.classes, result.unlabelled = about["classes"], about["unlabelled"]
    compared = min(len(pictures), MOST_COMPARED)
    small = [thumbnail(pictures.stored(np.array([i]))[0], spec.low, spec.high) for i in range(compared)]
    _add_duplicates(result, small, [f"picture {i}" for i in range(compared)])
    if spec.bits == 16 and (largest := int(pictures.images.max())) < 16384:
        result.warnings.append(f"16-bit pictures, but the largest value is {largest}: stretch them, or they train dark")
    return _warn(result)


def _range(image: np.ndarray) -> tuple[float, float]:
    if image.dtype.kind != "f":
        return 0.0, float(np.iinfo(image.dtype).max)
    low, high = float(image.min()), float(image.max())
    return low, high if high > low else low + 1


def _add_duplicates(result: Check, thumbnails: list[np.ndarray], names: list[str]) -> None:
    pairs = near_duplicates(np.stack(thumbnails)) if len(thumbnails) > 1 else []
    result.duplicates = [(names[first], names[later]) for first, later in pairs]
    if len(thumbnails) < result.usable:
        result.warnings.append(f"only the first {len(thumbnails):,} pictures were compared for near-duplicates")


def _warn(result: Check) -> Check:
    if result.usable < FEW:
        result.warnings.append(f"{result.usable:,} pictures are few: a GAN will learn them by heart")
    if len(result.duplicates) > 0.05 * result.usable:
        result.warnings.append(f"{len(result.duplicates):,} near-duplicates: they count double in training")
    if result.classes and (few := [name for name, n in result.classes.items() if n < 20]):
        result.warnings.append(f"classes with fewer than 20 pictures: {', '.join(few[:10])}")
    return result
