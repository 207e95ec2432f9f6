"""Pairs of pictures: two folders matched by file name, pictures side by side in one, or arrays row by row."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import numpy as np

from sparring.data.arrays import from_array, read_pair
from sparring.data.download import Progress
from sparring.data.entries import printable
from sparring.data.files import listing, short_name
from sparring.data.left_out import some
from sparring.data.named import NAMES
from sparring.data.open import open_pictures
from sparring.data.paired import check_pairs
from sparring.data.pictures import Pictures
from sparring.data.resize import Fit, fit, resized_in_words, same_shape
from sparring.errors import CommandError, DataError
from sparring.words import mark, tr, trn

Arrangement = Literal["files", "left-right", "right-left"]
"""How pairs lie: two sources whose files have the same names; or one, whose pictures hold x and y side by side."""
ARRANGEMENTS: tuple[Arrangement, ...] = get_args(Arrangement)
SHOWN = 3


class Named(NamedTuple):
    """Pictures, and the name of each without its suffix; None where there are no names."""

    pictures: Pictures
    names: list[str] | None


def check_arrangement(how: str | None) -> Arrangement:
    """The arrangement as it is; ``files`` for None.

    Raises:
        CommandError: If there is no such one.
    """
    for known in ARRANGEMENTS:
        if known == (how or "files"):
            return known
    known_ones = ", ".join(ARRANGEMENTS)
    raise CommandError(tr("{name} is {value}; it is one of {known}", name="pairs", value=repr(how), known=known_ones))


def open_partners(
    sources: Sequence[Any],
    size: tuple[int, int] | None,
    how: Arrangement,
    *,
    fit: Fit = "cover",
    skip_bad: bool = False,
    progress: Progress | None = None,
) -> tuple[Pictures, Pictures]:
    """Open pairs: picture i of the first belongs to picture i of the second.

    Args:
        sources: Of x and of y, as `open_pictures` takes them; of pictures side by side, or of an npz that holds x and y, the same
            source twice.
        size: Height and width of one picture, not of two side by side.
        how: How the pairs lie.
        fit: How each picture is brought to the size.
        skip_bad: Leave out files without a partner, and go on without all that cannot be read.
        progress: Called with (what, done, in all).

    Raises:
        DataError: If they cannot be opened, a file has no partner, or they do not match in number or size.
    """
    if how != "files":
        halves = _halves(open_pictures(sources[0], skip_bad=skip_bad, progress=progress), size, fit)
        return halves if how == "left-right" else halves[::-1]
    if holds_pairs(sources[0]) and sources[0] == sources[1]:
        x, y = _arrays(Path(sources[0]).expanduser(), size, fit)
        check_pairs(x, y)
        return x, y
    a, b = (_named(s, open_pictures(s, size, fit=fit, skip_bad=skip_bad, progress=progress)) for s in sources)
    x, y = (a.pictures, b.pictures) if a.names is None or b.names is None else _matched(a, b, skip_bad)
    check_pairs(x, y)
    return x, y


def holds_pairs(source: object) -> bool:
    """Whether one source may hold both pictures of each pair by itself: an npz with x and y."""
    return isinstance(source, str | Path) and str(source) not in NAMES and Path(source).suffix.lower() == ".npz"


def _arrays(path: Path, size: tuple[int, int] | None, how: Fit) -> tuple[Pictures, Pictures]:
    x, y = (
        from_array(
            array, name=f"{short_name(path)}-{key}", size=size, how=how, found={"source": str(path), "kind": "npz"}
        )
        for key, array in zip("xy", read_pair(path), strict=True)
    )
    return x, y


def _named(source: Any, pictures: Pictures) -> Named:
    """Names of those files of a folder or a zip that could be read."""
    if not isinstance(source, str | Path) or str(source) in NAMES:
        return Named(pictures, None)
    path = Path(source).expanduser()
    if not path.is_dir() and path.suffix.lower() != ".zip":
        return Named(pictures, None)
    bad = {entry["file"] for entry in pictures.found["skipped"]["files"]}
    with listing(path) as found:
        names = [str(Path(e.name).with_suffix("")) for e in found.entries if printable(e.name) not in bad]
    for name, n in Counter(names).items():
        if n > 1:
            text = mark("{name} is in {here} more than once, with different extensions; which is meant?")
            raise DataError(tr(text, name=name, here=path))
    return Named(pictures, names)


def _matched(a: Named, b: Named, skip_bad: bool) -> tuple[Pictures, Pictures]:
    """The pairs by name, in the order of the first; what has no partner is refused, or left out and told."""
    assert a.names is not None and b.names is not None
    place = {name: row for row, name in enumerate(b.names)}
    lone = [name for name in a.names if name not in place] + sorted(place.keys() - set(a.names))
    lost = [str(Path(e["file"]).with_suffix("")) for side in (a, b) for e in side.pictures.found["skipped"]["files"]]
    without = [name for name in lone if name not in lost]  # the partner of a damaged file goes with it
    if without and not skip_bad:
        text = trn(
            "{n:,} file has no partner of the same name: {names}. File names must match, extensions may differ; rename or "
            "remove it, or pass --skip-bad to train without it",
            "{n:,} files have no partner of the same name: {names}. File names must match, extensions may differ; rename or "
            "remove them, or pass --skip-bad to train without them",
            len(without),
            names=some(without, SHOWN),
        )
        raise DataError(text)
    rows = [i for i, name in enumerate(a.names) if name in place]
    if not rows:
        raise DataError(
            tr("no file of {x} has a partner of the same name in {y}", x=a.pictures.name, y=b.pictures.name)
        )
    x, y = a.pictures.taken(rows), b.pictures.taken([place[a.names[i]] for i in rows])
    if lone:
        told = trn(
            "{n:,} file without a partner was left out: {names}",
            "{n:,} files without a partner were left out: {names}",
            len(lone),
            names=some(lone, SHOWN),
        )
        x.found["notes"] = [*x.found["notes"], told]
    return x, y


def _halves(whole: Pictures, size: tuple[int, int] | None, how: Fit) -> tuple[Pictures, Pictures]:
    """Left and right, each brought to the size by itself."""
    spec = whole.spec
    if spec.width % 2:
        text = mark("the pictures are {width} pixels wide; two pictures side by side have an even width")
        raise DataError(tr(text, width=spec.width))
    middle = spec.width // 2
    halves = []
    for name, part in (("left", whole.columns(0, middle)), ("right", whole.columns(middle, spec.width))):
        found = {**whole.found, "notes": list(whole.found.get("notes", [])), "side": name}
        if size is not None and part.shape[1:3] != size:
            cropped = 0 if same_shape(part.shape[1], part.shape[2], size) else len(part)
            part = np.stack([fit(picture, size, how) for picture in part])
            found["notes"].append(resized_in_words(len(part), cropped, size, how))
        halves.append(Pictures(part, name=f"{whole.name}-{name}", low=spec.low, high=spec.high, found=found))
    return halves[0], halves[1]
