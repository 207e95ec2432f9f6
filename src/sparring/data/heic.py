"""HEIC, the photos of many phones: read where pillow-heif is installed (the extra ``heic``)."""

import struct
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from sparring.words import trn

SUFFIXES = frozenset((".heic", ".heif", ".hif"))
BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


@cache
def is_readable() -> bool:
    """Whether pillow-heif is there; if so, Pillow knows the format from now on."""
    if find_spec("pillow_heif") is None:
        return False
    heif: Any = import_module("pillow_heif")
    heif.register_heif_opener()
    return True


def is_heic(head: bytes) -> bool:
    """Whether a file is HEIC by its first bytes: a box ``ftyp`` of one of its brands."""
    if len(head) < 12 or head[4:8] != b"ftyp":
        return False
    length = min(struct.unpack(">I", head[:4])[0], len(head))
    return any(head[at : at + 4] in BRANDS[:5] for at in range(8, length - 3, 4)) or head[8:12] in BRANDS


def in_words(count: int) -> str:
    """Why so many HEIC photos are left out, and what to do."""
    return trn(
        "{n:,} HEIC photo cannot be read; pip install 'sparring[heic]' or convert it",
        "{n:,} HEIC photos cannot be read; pip install 'sparring[heic]' or convert them",
        count,
    )
