"""Sub-folders as classes, and a hint where they are only a camera's or a calendar's."""

import re

from sparring.data.entries import printable
from sparring.data.left_out import some
from sparring.data.spec import UNLABELLED
from sparring.words import mark, tr, trn

CAMERA = re.compile(r"DCIM|Camera|\d{3}[A-Z_][A-Z0-9_]{4}", re.IGNORECASE)
DATE = re.compile(r"(19|20)\d\d(?!\d).*|(19|20)\d\d[01]\d([0-3]\d)?(?!\d).*")
WITHOUT = ("unlabelled", "unlabeled")
"""What a folder is called, in any case, whose pictures have no label."""
SHOWN = 5


def classes_by_folder(names: list[str]) -> tuple[list[int], tuple[str, ...]] | None:
    """Labels from the first folder of each name, if every picture lies in one and there are at least two classes.

    Pictures in a folder called unlabelled have the label -1, and it is no class.
    """
    if not all("/" in name for name in names):
        return None
    folders = [name.split("/", 1)[0] for name in names]
    classes = sorted({folder for folder in folders if not is_unlabelled(folder)})
    if len(classes) < 2:
        return None
    number = {name: i for i, name in enumerate(classes)}
    return [number.get(folder, UNLABELLED) for folder in folders], tuple(printable(name) for name in classes)


def is_unlabelled(folder: str) -> bool:
    """Whether a folder is for pictures without a label."""
    return folder.casefold() in WITHOUT


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
    sentence = tr("sub-folders are taken as classes: {names}", names=some(list(names), SHOWN))
    if not (odd := [name for name in names if looks_incidental(name)]):
        return [sentence]
    if len(odd) == len(names):
        text = mark(
            "{sentence}; they are named like folders of a camera or dates, which is harmless without --conditional"
        )
        return [tr(text, sentence=sentence)]
    one = mark(
        "{sentence}; {odd} is named like a folder of a camera or a date, which is harmless without --conditional"
    )
    many = mark(
        "{sentence}; {odd} are named like folders of a camera or dates, which is harmless without --conditional"
    )
    return [trn(one, many, len(odd), sentence=sentence, odd=some(odd, 3))]
