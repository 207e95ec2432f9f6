"""Batches of two domains that have nothing to do with each other, as a pure function of the position."""

import hashlib

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from sparring.data.pictures import Pictures
from sparring.data.sampler import indices
from sparring.data.streams import Stream
from sparring.errors import DataError
from sparring.games import Batch
from sparring.words import mark, tr


def unpaired_stream(
    x: Pictures,
    y: Pictures,
    seed: int,
    *,
    load: int = 0,
    crop: int = 0,
    flip: bool = False,
    calm: int | None = None,
) -> Stream:
    """Pictures of both domains, each domain in an order of its own, every picture once before any comes again.

    The reference code takes x in a shuffled order and y at random with replacement; here neither repeats early. How a picture
    is cut and flipped depends on the seed, the domain and its place in the stream only, so a resumed run, or one of several
    processes, sees what one alone would have seen.

    Args:
        x: Pictures of one domain.
        y: Of the other; any number of them.
        seed: Of the whole stream.
        load: Resize the shorter side to this first, bicubic; 0 leaves the size.
        crop: Side of the square that is cut out at random; 0 for whole pictures.
        flip: Whether half of the pictures are mirrored.
        calm: Position from which on the shorter side is resized to ``crop``, so that nothing is cut off it any more.

    Raises:
        DataError: If ``crop`` is larger than the pictures, or whole pictures differ in size between the domains.

    Source: Zhu et al. 2017, reference code: 286 -> 256 and a flip.
    """
    check_crop(x, y, load, crop)
    if not crop and (x.spec.height, x.spec.width) != (y.spec.height, y.spec.width):
        a, b = (f"{p.spec.height} x {p.spec.width}" for p in (x, y))
        raise DataError(tr("the pictures of x are {a} and those of y {b}; give a size for both", a=a, b=b))

    def draw(position: int, n: int) -> Batch:
        parts = []
        for domain, pictures in (("x", x), ("y", y)):
            taken, _ = pictures.batch(indices(_number(f"{seed}/{domain}"), position, n, len(pictures)))
            if load or crop or flip:
                taken = torch.cat(
                    [
                        cut(t, f"{seed}/{domain}/{at}", load_at(at, load, crop, calm), crop, flip)
                        for at, t in enumerate(torch.split(taken, 1), position)
                    ]
                )
            parts.append(taken)
        return Batch(*parts)

    return draw


def check_crop(x: Pictures, y: Pictures, load: int, crop: int) -> None:
    """Refuse a crop that is larger than the pictures.

    Raises:
        DataError: With their size.
    """
    for name, pictures in (("x", x), ("y", y)):
        if crop and crop > (load or min(pictures.spec.height, pictures.spec.width)):
            size = f"{pictures.spec.height} x {pictures.spec.width}"
            text = mark("crop is {crop}, but the pictures of {name} are {size} (load {load}); make crop smaller")
            raise DataError(tr(text, crop=crop, name=name, size=size, load=load))


def load_at(position: int, load: int, crop: int, calm: int | None) -> int:
    """The side to which a picture at this place of the stream is resized first."""
    return crop if calm is not None and position >= calm and load and crop else load


def cut(picture: Tensor, key: str, load: int, crop: int, flip: bool) -> Tensor:
    """One picture (1, C, H, W) resized, cut and perhaps mirrored, as the key decides."""
    if load and min(picture.shape[2:]) != load:
        scale = load / min(picture.shape[2:])
        size = [round(side * scale) for side in picture.shape[2:]]
        picture = interpolate(picture, size, mode="bicubic", antialias=True, align_corners=False).clamp(-1, 1)
    digest = _number(key)
    if crop:
        rooms = [side - crop + 1 for side in picture.shape[2:]]
        top, left = digest % rooms[0], (digest >> 20) % rooms[1]
        picture = picture[:, :, top : top + crop, left : left + crop]
    return picture.flip(3) if flip and (digest >> 40) % 2 else picture


def _number(key: str) -> int:
    """63 bits that the key alone decides."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") >> 1
