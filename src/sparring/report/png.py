"""PNG files that say where they come from."""

import io
import os
from collections.abc import Mapping
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from sparring import durable
from sparring.errors import DataError
from sparring.report.grid import Pictures, to_pil
from sparring.words import tr


def save_png(
    image: Image.Image | Pictures, path: str | os.PathLike[str], text: Mapping[str, object] | None = None
) -> None:
    """Save a picture, whole or not at all, with text inside (tEXt chunks; iTXt where Latin-1 is not enough).

    Args:
        image: A Pillow picture, or (H, W, C) for `to_pil`.
        path: Where to.
        text: By keyword: the recipe, the step, the seed that drew it. A keyword is 1 to 79 Latin-1 characters.

    Raises:
        NoRoomError: If the disk is full; an older file of that name is whole.
    """
    info = PngInfo()
    for keyword, value in (text or {}).items():
        info.add_text(_keyword(keyword), str(value))
    picture = image if isinstance(image, Image.Image) else to_pil(image)
    content = io.BytesIO()
    picture.save(content, format="PNG", pnginfo=info)
    durable.write_file(Path(path), content.getvalue())


def read_text(path: str | os.PathLike[str]) -> dict[str, str]:
    """The text inside a PNG, by keyword; empty if there is none.

    Raises:
        DataError: If the file cannot be read or is not a whole PNG.
    """
    try:
        with Image.open(path, formats=["PNG"]) as picture:
            chunks = getattr(picture, "text", {})
            return {str(keyword): str(value) for keyword, value in chunks.items()}
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise DataError(tr("{path} cannot be read as a PNG: {error}", path=os.fspath(path), error=error)) from error


def _keyword(word: str) -> str:
    try:
        fits = 1 <= len(word.encode("latin-1")) <= 79 and word.isprintable() and word == word.strip()
    except UnicodeEncodeError:
        fits = False
    if not fits:
        raise ValueError(
            f"{word!r} cannot be a PNG keyword: 1 to 79 printable Latin-1 characters, no space at either end"
        )
    return word
