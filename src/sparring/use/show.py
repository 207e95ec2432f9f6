"""Pictures and words as a notebook shows them: PNG, and HTML that needs no other file."""

import base64
import html as escaping
import io
from collections.abc import Sequence

from PIL import Image

WIDTH = 560
"""Pixels of a sheet of pictures: about the width of a notebook's cell."""


def png(picture: Image.Image) -> bytes:
    """A picture as the bytes of a PNG."""
    content = io.BytesIO()
    picture.save(content, format="PNG")
    return content.getvalue()


def html(lines: Sequence[str], picture: bytes | None = None) -> str:
    """Lines of text and a PNG below them, as HTML that needs no other file."""
    words = "<br>".join(escaping.escape(line) for line in lines)
    if picture is None:
        return f"<div>{words}</div>"
    data = base64.b64encode(picture).decode("ascii")
    alt = escaping.escape(lines[0] if lines else "pictures")
    return f'<div>{words}<br><img style="max-width: 100%" src="data:image/png;base64,{data}" alt="{alt}"></div>'
