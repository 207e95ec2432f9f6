"""An animation as MP4 (H.264), which any player and any web page shows. Needs the extra ``video``, imported only here."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from sparring.errors import CommandError
from sparring.words import tr

PACKAGE = "av"
QUALITY = "16"
"""x264's constant rate factor: 0 is lossless, 23 usual; at 18 and below an eye sees no loss. Source: x264's own guide."""


def check() -> None:
    """That the extra is installed.

    Raises:
        CommandError: If it is not, with how to install it.
    """
    if find_spec(PACKAGE) is None:
        raise CommandError(tr("for MP4 an extra is missing: pip install 'sparring[video]'; --gif needs none"))


def save_mp4(frames: Sequence[Image.Image], path: Path, milliseconds: int, text: Mapping[str, str]) -> None:
    """Write frames as a film. Sides become even, as the format wants them, by repeating the last row and column.

    Args:
        frames: Of one size, in any mode; they become RGB.
        path: Ends in ``.mp4``; a file that is there is replaced.
        milliseconds: That each is shown.
        text: What the film says of itself.

    Raises:
        CommandError: If the extra is missing.
    """
    check()
    import av

    try:
        with av.open(str(path), "w", format="mp4") as film:
            film.metadata["comment"] = " ".join(f"{name}={value}" for name, value in text.items())
            stream: Any = film.add_stream("libx264", rate=Fraction(1000, milliseconds))
            stream.pix_fmt, stream.options = "yuv420p", {"crf": QUALITY}
            for i, frame in enumerate(map(_even, frames)):
                if i == 0:
                    stream.height, stream.width = frame.shape[:2]
                film.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
            film.mux(stream.encode())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _even(frame: Image.Image) -> np.ndarray:
    """(H, W, 3) uint8, H and W even."""
    pixels = np.asarray(frame.convert("RGB"))
    return np.pad(pixels, [(0, n % 2) for n in pixels.shape[:2]] + [(0, 0)], mode="edge")
