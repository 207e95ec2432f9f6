"""Sub-folders as classes, and a hint where they are only a camera's or a calendar's."""

import re

from sparring.data.entries import printable
from sparring.data.left_out import some

CAMERA = re.compile(r"DCIM|Camera|\d{3}[A-Z_][A-Z0-9_]{4}", re.IGNORECASE)
DATE = re.compile(r"(19|20)\d\d(?!\d).*|(19|20)\d\d[01]\d([0-3]\d)?(?!\d).*")
SHOWN = 5


def classes_by_folder(names: list[str]) -> tuple[list[int], tuple[str, ...]] | None:
    """Labels from the first folder of each name, if every picture lies in one and there are at least two."""
    if not all("/" in name for name in names):
        return None
    classes = sorted({name.split("/", 1)[0] for name in names})
    if len(classes) < 2:
        return None
    number = {name: i for i, name in enumerate(classes)}
    return [number[name.split("/", 1)[0]] for name in names], tuple(printable(name) for name in classes)


def looks_incidental(name: str) -> bool:
    """Whether a folder is called as a camera or a calendar calls it: DCIM, 100CANON, 2019-07-04, "2019 summer"."""
    return bool(CAMERA.fullmatch(name) or DATE.fullmatch(name))


def taken_as_classes(names: tuple[str, ...]) -> list[str]:
    """What a person is told of classes that were found as sub-folders: nothing, or one sentence.

    Args:
        names: Of the classes.
    """
    if not names:
        return []
    sentence = f"sub-folders are taken as classes: {some(list(names), SHOWN)}"
    if odd := [name for name in names if looks_incidental(name)]:
        those = "these are" if len(odd) == len(names) else f"{some(odd, 3)} {'is' if len(odd) == 1 else 'are'}"
        sentence += f"; {those} called as a camera or a calendar calls them, which is harmless without --conditional"
    return [sentence]
