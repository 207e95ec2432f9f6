"""What `sparring data check` finds: usable pictures, skipped ones with reasons, near-duplicates, warnings."""

import contextlib
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from sparring.data.decode import decode
from sparring.data.download import Progress
from sparring.data.duplicates import near_duplicates, thumbnail
from sparring.data.entries import printable
from sparring.data.files import listing, none_usable
from sparring.data.header import Unreadable
from sparring.data.left_out import MOST_BAD, Skipped, ignored_in_words
from sparring.data.named import NAMES
from sparring.data.open import Source, open_pictures
from sparring.data.phrase import said
from sparring.data.resize import Fit, check_fit, resized_in_words, same_shape
from sparring.data.size import parse_size
from sparring.data.spec import UNLABELLED
from sparring.data.subfolders import classes_by_folder, taken_as_classes
from sparring.data.survey import (
    QUICK,
    Good,
    check_together,
    has_accelerator,
    name_sizes,
    other_ranges,
    propose_size,
    read_headers,
)
from sparring.errors import DataError
from sparring.words import mark, tr, trn

KINDS = {
    "folder": mark("folder"),
    "embedded": mark("embedded"),
    "named": mark("named"),
    "array": mark("array"),
    "dataset": mark("dataset"),
}
"""Kinds of sources that have a name in every language; the others are suffixes."""
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
        resized: How many would be resized.
        fitted: How they would be brought to the size, in words.
        classes: How many pictures of each class.
        notes: What else a person should know.
        unlabelled: How many of pictures that have classes have none.
        duplicates: Pairs of names that look the same.
        warnings: What should be known before training.
        stops: Those of them for which no training would begin, whatever is said with it.
    """

    source: str
    kind: str
    usable: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    ignored: dict[str, int] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    forms: dict[str, int] = field(default_factory=dict)
    resized: int = 0
    fitted: str = ""
    classes: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unlabelled: int = 0
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    stops: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """All of it as JSON: notes, reasons and warnings in the language that was spoken when it was checked."""
        return asdict(self)

    def text(self) -> str:
        """All of it for a person; long lists are cut."""
        kind = tr(KINDS[self.kind]) if self.kind in KINDS else self.kind
        one, many = mark("{source} ({kind}): {n:,} usable picture"), mark("{source} ({kind}): {n:,} usable pictures")
        lines = [trn(one, many, self.usable, source=self.source, kind=kind)]
        lines += ["  " + tr("{n:,} of {size}", n=n, size=size) for size, n in list(self.sizes.items())[:5]]
        lines += ["  " + _form_in_words(form, n) for form, n in self.forms.items()]
        lines += [f"  {self.fitted}"] if self.fitted else []
        if self.classes:
            counts = ", ".join(f"{name} {n:,}" for name, n in self.classes.items())
            lines.append(trn("{n} class: {counts}", "{n} classes: {counts}", len(self.classes), counts=counts))
        lines += self.notes
        lines += ["  " + tr("{n:,} without a label", n=self.unlabelled)] if self.unlabelled else []
        lines += ignored_in_words(self.ignored)
        bad = tr("{n:,} cannot be read:", n=len(self.skipped))
        lines += _some(bad, [f"{name}: {why}" for name, why in self.skipped])
        pairs = [tr("{later} looks like {first}", first=first, later=later) for first, later in self.duplicates]
        lines += _some(tr("near-duplicates: {n:,}", n=len(pairs)), pairs)
        return "\n".join(lines + [tr("warning: {warning}", warning=warning) for warning in self.warnings])


def _some(title: str, items: list[str]) -> list[str]:
    if not items:
        return []
    more = ["  " + tr("and {n:,} more", n=len(items) - SHOWN)] if len(items) > SHOWN else []
    return [title, *(f"  {item}" for item in items[:SHOWN]), *more]


def check(
    source: Source,
    size: int | str | tuple[int, int] | None = None,
    *,
    fit: Fit = "cover",
    cache: Path | None = None,
    progress: Progress | None = None,
) -> Check:
    """Look at all of some data, decode every file, and say what is there.

    Args:
        source: As for `open_pictures`.
        size: The size that training would be given.
        fit: How pictures would be brought to it.
        cache: As for `open_pictures`.
        progress: Called with (what, done, in all).

    Raises:
        DataError: If nothing can be used.
    """
    if (path := _of_files(source)) is not None:
        return _check_files(path, parse_size(size), check_fit(fit), progress)
    return _check_array(source, parse_size(size), check_fit(fit), cache, progress)


def _of_files(source: Source) -> Path | None:
    """The folder or the zip that is meant; None for anything else, and for what is not there."""
    if not isinstance(source, str | Path) or str(source) in NAMES:
        return None
    with contextlib.suppress(OSError, ValueError, RuntimeError):  # no such home, a zero byte: `open_pictures` says so
        path = Path(source).expanduser()
        if str(source) and (path.is_dir() or (path.is_file() and path.suffix.lower() == ".zip")):
            return path
    return None


def _check_files(path: Path, size: tuple[int, int] | None, how: Fit, progress: Progress | None) -> Check:
    with listing(path) as found:
        result = Check(str(path), found.kind, ignored=dict(found.ignored.most_common()))
        skipped = Skipped(found.skipped)
        good, small, coloured, ranges = Good(), list[np.ndarray](), False, list[tuple[str, float]]()
        for i, (entry, header) in enumerate(read_headers(found.entries, skipped, progress)):
            try:
                image = decode(entry, header, (64, 64))
            except Unreadable as error:
                skipped.add(entry.name, error.why)
                continue
            good.append((entry, header))
            if header.bits == 32:
                ranges.append((printable(entry.name), float(np.abs(image).max())))
            coloured |= header.channels == 3 and bool((image != image[..., :1]).any())
            if len(small) < MOST_COMPARED:
                small.append(thumbnail(image, *_range(image)))
            if progress and i % 50 == 0:
                progress(tr("decoding"), i, len(found.entries))
    result.skipped = [(name, said(why)) for name, why in skipped.unseen + skipped.bad]
    if not good:
        raise none_usable(path, skipped)
    result.usable = len(good)
    names = [entry.name for entry, _ in good]
    if labelled := classes_by_folder(names):
        labels = np.array(labelled[0])
        counts = np.bincount(labels[labels != UNLABELLED], minlength=len(labelled[1])).tolist()
        result.classes = dict(zip(labelled[1], counts, strict=True))
        result.unlabelled = int((labels == UNLABELLED).sum())
        result.notes = taken_as_classes(labelled[1])
    _add_duplicates(result, small, [printable(name) for name in names])
    _add_sizes(result, Counter((h.height, h.width) for _, h in good), size, how)
    result.forms = dict(Counter(_form(h.channels, h.bits) for _, h in good).most_common())
    try:
        check_together(good)
    except DataError as error:
        result.stops.append(tr("training would stop: {error}", error=error))
        result.warnings += result.stops
    result.warnings += other_ranges(ranges)
    if len(skipped.bad) > MOST_BAD * len(found.entries):
        text = mark(
            "{bad:,} of {files:,} files are bad: more than 1 % stops training; repair or remove them, or pass --skip-bad"
        )
        result.warnings.append(tr(text, bad=len(skipped.bad), files=len(found.entries)))
    if not coloured and any(header.channels > 1 for _, header in good):
        result.warnings.append(tr("the pictures are stored as colour but hold only grey"))
    return _warn(result)


def _form(channels: int, bits: int) -> str:
    """The key of a form, the same in every language."""
    return f"{'grey' if channels == 1 else f'{channels} channels'}, {bits} bits"


def _form_in_words(form: str, n: int) -> str:
    channels, bits = (part.split()[0] for part in form.split(", "))
    if channels == "grey":
        return tr("{n:,} in grey, {bits} bits", n=n, bits=bits)
    return tr("{n:,} in {channels} channels, {bits} bits", n=n, channels=channels, bits=bits)


def _add_sizes(result: Check, sizes: Counter[tuple[int, int]], size: tuple[int, int] | None, how: Fit) -> None:
    """What sizes there are, what would be done to them, and a size that suits pictures and machine."""
    result.sizes = {f"{h}x{w}": n for (h, w), n in sizes.most_common()}
    if size is not None:
        other = {s: n for s, n in sizes.items() if s != size}
        result.resized = sum(other.values())
        cropped = sum(n for s, n in other.items() if not same_shape(*s, size))
        result.fitted = resized_in_words(result.resized, cropped, size, how, would=True) if other else ""
        if small_ones := sum(n for (h, w), n in sizes.items() if h < size[0] or w < size[1]):
            one = mark("{n:,} picture is smaller than {size} and would be enlarged")
            many = mark("{n:,} pictures are smaller than {size} and would be enlarged")
            result.warnings.append(trn(one, many, small_ones, size=f"{size[0]}x{size[1]}"))
    elif len(sizes) > 1:
        text = mark("{n:,} different sizes: {sizes}. {advice}")
        result.warnings.append(tr(text, n=len(sizes), sizes=name_sizes(sizes), advice=propose_size(sizes)))
    height, width = size or sizes.most_common(1)[0][0]
    if (size or len(sizes) == 1) and height * width > 4 * QUICK**2 and not has_accelerator():
        text = mark("{size} is slow to train on this machine's CPU; --size {quick} has {times:,} times fewer pixels")
        result.warnings.append(tr(text, size=f"{height}x{width}", quick=QUICK, times=height * width // QUICK**2))


def _check_array(source: Any, size: tuple[int, int] | None, how: Fit, cache: Path | None, progress: Any) -> Check:
    pictures = open_pictures(source, cache=cache, progress=progress)
    spec = pictures.spec
    result = Check(str(pictures.found.get("source")), str(pictures.found.get("kind")), usable=len(pictures))
    result.notes = list(pictures.found.get("notes", []))
    result.forms = {_form(spec.channels, spec.bits): len(pictures)}
    about = pictures.description()
    result.classes, result.unlabelled = about["classes"], about["unlabelled"]
    compared = min(len(pictures), MOST_COMPARED)
    small = [thumbnail(pictures.stored(np.array([i]))[0], spec.low, spec.high) for i in range(compared)]
    _add_duplicates(result, small, [tr("picture {i}", i=i) for i in range(compared)])
    _add_sizes(result, Counter({(spec.height, spec.width): len(pictures)}), size, how)
    if spec.bits == 16 and (largest := max(int(block.max()) for block in pictures.blocks())) < 16384:
        text = mark("16-bit pictures, but the largest value is {largest}: stretch them, or they train dark")
        result.warnings.append(tr(text, largest=largest))
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
        text = mark("only the first {n:,} pictures were compared for near-duplicates")
        result.warnings.append(tr(text, n=len(thumbnails)))


def _warn(result: Check) -> Check:
    if result.usable < FEW:
        one, many = (
            mark("{n:,} picture is too few: a GAN would memorise it"),
            mark("{n:,} pictures are few: a GAN would memorise them"),
        )
        result.warnings.append(trn(one, many, result.usable))
    if len(result.duplicates) > 0.05 * result.usable:
        text = mark("{n:,} near-duplicates: they are seen twice as often")
        result.warnings.append(tr(text, n=len(result.duplicates)))
    if result.classes and (few := [name for name, n in result.classes.items() if n < 20]):
        result.warnings.append(tr("classes with fewer than 20 pictures: {names}", names=", ".join(few[:10])))
    return result
