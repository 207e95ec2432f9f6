"""Pictures shown in a notebook: a small sheet of the first ones, as PNG and as HTML."""

import base64
import html as escaping
import io

import numpy as np
from PIL import Image

from sparring.data.spec import Spec
from sparring.words import mark, tr

COUNT, COLUMNS, PAD = 32, 8, 2
WIDTH = 560
"""Pixels: about the width of a notebook's cell."""


def in_words(spec: Spec) -> str:
    """``9,000 of 28 x 28 x 1, 8 bits``."""
    text = mark("{count:,} of {height} x {width} x {channels}, {bits} bits")
    return tr(
        text, **{k: v for k, v in spec._asdict().items() if k in ("count", "height", "width", "channels", "bits")}
    )


def sheet(images: np.ndarray, spec: Spec) -> Image.Image:
    """Pictures in rows of eight; tiny ones are magnified without blur, large ones made smaller.

    Args:
        images: (n, H, W, C) as stored, n from 1.
        spec: Their range. Of two channels the first is shown, of more than three the first three.
    """
    n, height, width, channels = images.shape
    shown = images[..., :3] if channels >= 3 else images[..., :1].repeat(3, -1)
    eight = (
        ((shown.astype(np.float64) - spec.low) * (255 / (spec.high - spec.low))).clip(0, 255).round().astype(np.uint8)
    )
    columns = min(n, COLUMNS)
    room = WIDTH // COLUMNS - PAD
    scale = max(1, room // max(height, width)) if max(height, width) <= room else room / max(height, width)
    tall, wide = max(1, round(height * scale)), max(1, round(width * scale))
    method = Image.Resampling.NEAREST if scale >= 1 else Image.Resampling.BOX
    whole = Image.new("RGB", (PAD + columns * (wide + PAD), PAD + -(-n // columns) * (tall + PAD)), "white")
    for i, picture in enumerate(eight):
        at = (PAD + i % columns * (wide + PAD), PAD + i // columns * (tall + PAD))
        whole.paste(Image.fromarray(np.ascontiguousarray(picture)).resize((wide, tall), method), at)
    return whole


def png(images: np.ndarray, spec: Spec) -> bytes:
    """`sheet` as the bytes of a PNG."""
    content = io.BytesIO()
    sheet(images, spec).save(content, format="PNG")
    return content.getvalue()


def html(title: str, picture: bytes) -> str:
    """A title and a PNG as HTML that needs no other file."""
    data = base64.b64encode(picture).decode("ascii")
    alt = escaping.escape(tr("the first pictures"))
    return f'<div>{escaping.escape(title)}<br><img src="data:image/png;base64,{data}" alt="{alt}"></div>'
