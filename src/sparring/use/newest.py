"""The newest sample pictures of a run, as they lie in its folder."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Self

from PIL import Image

from sparring.use.show import html

_NAME = re.compile(r"(\d{8,})(?:-(.+))?\.png", re.DOTALL)
RAW = "-raw"
"""At the end of the name of what the newest weights drew, where there is an average too."""


class Sheet(NamedTuple):
    """A picture of many samples.

    Args:
        path: The PNG, which says inside what drew it.
        step: Of the training.
    """

    path: Path
    step: int

    @property
    def picture(self) -> Image.Image:
        """The whole sheet."""
        with Image.open(self.path) as found:
            found.load()
            return found

    def __repr__(self) -> str:
        return f"<Sheet {self.path}, step {self.step:,}>"

    def _repr_png_(self) -> bytes:
        return self.path.read_bytes()


class Sheets(dict[str, Sheet]):
    """Sheets by what they show: ``samples``, or ``x_to_y`` and ``y_to_x``; with ``-raw`` those of the newest weights.

    Args:
        sheets: By name.
        title: Above them, where they are shown.
    """

    def __init__(self, sheets: dict[str, Sheet], title: str = "") -> None:
        super().__init__(sheets)
        self.title = title

    def averaged(self) -> Self:
        """Without those of the newest weights, where there are others."""
        found = {name: sheet for name, sheet in self.items() if not name.endswith(RAW)}
        return type(self)(found or self, self.title)

    def _repr_html_(self) -> str:
        """Each below its name, for notebooks."""
        title = [self.title] if self.title else []
        return "".join(html([*title, f"{name}: {s.path}"], s.path.read_bytes()) for name, s in self.items())


def newest(folder: Path, title: str = "") -> Sheets:
    """The sheets of the newest step in a folder of samples; empty if there are none.

    Args:
        folder: ``samples`` of a run.
        title: Above them, where they are shown.
    """
    found = list(all_sheets(folder))
    last = max((sheet.step for _, sheet in found), default=0)
    return Sheets({name: sheet for name, sheet in sorted(found) if sheet.step == last}, title)


def all_sheets(folder: Path) -> Iterator[tuple[str, Sheet]]:
    """All sheets in a folder of samples with their names, in no order."""
    for path in folder.glob("*.png"):
        if match := _NAME.fullmatch(path.name):
            name = match[2] or "samples"
            yield "samples-raw" if name == "raw" else name, Sheet(path, int(match[1]))
