"""What a picture file says of itself, and the limits that are checked before it is decoded."""

from typing import NamedTuple

from sparring.data.phrase import Phrase, phrase, said
from sparring.words import mark

MOST_PIXELS = 64 << 20
LARGEST_UNSEEN = 1 << 30
MOST_RATIO = 200


class Header(NamedTuple):
    """What a file says of itself before it is decoded.

    Args:
        height: In pixels, after turning it as its EXIF orientation says.
        width: In pixels.
        channels: 1 grey, 3 colour, or as many as a TIFF has; alpha is not counted.
        bits: 8, 16, or 32 for floats.
        alpha: Whether it is put over white.
        animated: Whether only its first frame is used.
    """

    height: int
    width: int
    channels: int
    bits: int
    alpha: bool = False
    animated: bool = False


class Unreadable(Exception):
    """Why a file is skipped, in a few words.

    Args:
        why: What can be kept and said later in any language, or words as they are.
    """

    def __init__(self, why: Phrase) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return said(self.why)


def check_pixels(height: int, width: int) -> None:
    """Refuse a decompression bomb from its header.

    Args:
        height: In pixels.
        width: In pixels.

    Raises:
        Unreadable: If it has more pixels than any picture to train on.
    """
    if height * width > MOST_PIXELS:
        text = mark("{width:,} x {height:,} is more than {most:,} pixels: refused before decoding")
        raise Unreadable(phrase(text, width=width, height=height, most=MOST_PIXELS))


def is_bomb(declared: int, packed: int) -> bool:
    """Whether a file of ``packed`` bytes declares far more than it can honestly hold; up to 1 GiB it may."""
    return declared > LARGEST_UNSEEN and declared > MOST_RATIO * packed
