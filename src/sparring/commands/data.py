"""``sparring data``: look at data before training on it."""

import json
from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import App, Parameter

from sparring.data.check import Check
from sparring.data.check import check as check_data
from sparring.data.download import Progress
from sparring.data.files import short_name
from sparring.data.named import NAMES
from sparring.data.open import open_pictures
from sparring.data.resize import Fit
from sparring.data.size import parse_size
from sparring.data.survey import largest_sensible
from sparring.errors import CommandError, DataError
from sparring.report.grid import grid, to_pil
from sparring.report.png import save_png
from sparring.report.waiting import waiting
from sparring.words import mark, tr

PREVIEWED, PREVIEW_SIDE = 64, 64

app = App(
    name="data",
    help="Check data before training on it.",
    help_epilogue="Example: sparring data check photos --size 64 --preview",
)


@app.command
def check(
    path: str,
    *,
    size: str | None = None,
    fit: Fit = "cover",
    preview: Annotated[bool | Path, Parameter(negative="", show_default=False)] = False,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> None:
    """Report what was found, what would be left out and why, near-duplicates and sizes.

    Args:
        path: A named set, a folder, or a zip, npy, npz or IDX file.
        size: Resize to one side (64) or height x width (48x64).
        fit: How to bring pictures to the size: cover (centre crop), top (keep the upper part of tall ones: heads) or
            contain (keep all, pad by repeating the edges).
        preview: Draw a sheet of the pictures as training would see them; a path may follow (a new PNG file).
        as_json: Print the answer as JSON.
    """
    wanted = parse_size(size)
    target = None if isinstance(preview, bool) else _free(preview)
    with waiting() as progress:
        answer = check_data(path, wanted, fit=fit, progress=progress)
        if preview is True:
            target = _named(path, wanted, fit)
        if target is not None:
            seen = _draw(path, wanted or _proposed(answer), fit, target, progress)
    facts = answer.as_dict() | ({} if target is None else {"preview": str(target)})
    print(json.dumps(facts, ensure_ascii=False) if as_json else answer.text())
    if target is not None and not as_json:
        print(tr("preview: {target} ({seen})", target=target, seen=seen))
    if answer.stops:  # its warnings say why
        raise SystemExit(DataError.exit_code)


def _free(preview: Path) -> Path:
    """The path that was given for the sheet: what somebody else may have made is never overwritten.

    Raises:
        CommandError: If something is there already, or it is no PNG.
    """
    if preview.suffix.lower() != ".png":
        text = mark("--preview is {name!r}; the sheet is a PNG: give a name that ends in .png")
        raise CommandError(tr(text, name=str(preview)))
    if preview.exists():
        text = mark("--preview is {name!r}, which already exists; give another name")
        raise CommandError(tr(text, name=str(preview)))
    return preview


def _named(source: str, size: tuple[int, int] | None, fit: Fit) -> Path:
    """A name for the sheet that says what is on it: ``preview-photos-64x64-top.png``."""
    name = source if source in NAMES else short_name(Path(source).expanduser())
    return Path(f"preview-{name}{f'-{size[0]}x{size[1]}' if size else ''}-{fit}.png")


def _proposed(answer: Check) -> tuple[int, int] | None:
    """For pictures of many sizes: what the preview is drawn at if nobody gave a size."""
    sizes = {tuple(int(side) for side in size.split("x")): n for size, n in answer.sizes.items()}
    if len(sizes) < 2:
        return None
    edge = min(PREVIEW_SIDE, largest_sensible({(h, w): n for (h, w), n in sizes.items()}))
    return edge, edge


def _draw(source: str, size: tuple[int, int] | None, fit: Fit, target: Path, progress: Progress) -> str:
    """Save the sheet: pictures evenly spaced over all there are. What is on it, in words."""
    pictures = open_pictures(source, size, fit=fit, skip_bad=True, progress=progress)
    count = min(PREVIEWED, len(pictures))
    chosen = pictures.stored(np.arange(count) * len(pictures) // count)
    save_png(to_pil(grid(chosen), pictures.spec.low, pictures.spec.high), target)
    shape = f"{pictures.spec.height}x{pictures.spec.width}"
    text = mark("{count:,} of {all:,} pictures at {size}, --fit {fit}")
    return tr(text, count=count, all=len(pictures), size=shape, fit=fit)
