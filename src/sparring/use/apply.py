"""From a picture to its translation, in the form it came in: a file, a Pillow picture, an array or a tensor."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from sparring.data.header import Unreadable
from sparring.data.spec import Spec
from sparring.errors import DataError
from sparring.use.picture_file import (
    PictureFile,
    fitted,
    from_array,
    from_image,
    in_pillow,
    like,
    read_picture,
    to_image,
)
from sparring.use.tiled import PLACES, TILE, WHOLE, translate_array
from sparring.words import tr

OUTSIDE = 1e-3  # how far a float may be outside of [-1, 1] before it is taken for something else

Picture = str | Path | Image.Image | np.ndarray | Tensor


class Way(NamedTuple):
    """A translator and the domains at both of its ends.

    Args:
        network: The translator.
        spec_in: Of the domain it reads.
        spec_out: Of the domain it draws.
    """

    network: nn.Module
    spec_in: Spec
    spec_out: Spec

    def __call__(self, picture: PictureFile) -> PictureFile:
        """The translation, see `translate_picture`."""
        return translate_picture(self.network, picture, self.spec_in, self.spec_out)


def translate_any(way: Way, picture: Picture) -> Image.Image | np.ndarray | Tensor:
    """Translate a picture of any kind into one of its kind.

    Args:
        way: The translator.
        picture: A path, a Pillow picture, an array (H, W) or (H, W, C), or a tensor (N, C, H, W) in [-1, 1].

    Returns:
        For a Pillow picture one of its mode, for an array one of its type, for a tensor one on the CPU; for a path a Pillow
        picture, or an array, alpha last, where Pillow has no mode.

    Raises:
        DataError: If it cannot be read, does not fit the translator, or no such kind of picture holds the translation.
    """
    if isinstance(picture, Tensor):
        return translate_tensor(way, picture)
    try:
        if isinstance(picture, Image.Image):
            return to_image(way(from_image(picture)))
        if isinstance(picture, np.ndarray):
            values = way(from_array(picture)).values.astype(picture.dtype)
            return values[..., 0] if picture.ndim == 2 and values.shape[2] == 1 else values
        drawn = way(read_picture(Path(picture)))
        if in_pillow(drawn):
            return to_image(drawn)
        return drawn.values if drawn.alpha is None else np.dstack([drawn.values, drawn.alpha])
    except Unreadable as error:
        name = picture if isinstance(picture, str | Path) else tr("the picture")
        raise DataError(tr("{name} cannot be translated: {why}", name=name, why=error)) from None


@torch.no_grad()
def translate_tensor(way: Way, x: Tensor) -> Tensor:
    """Translate pictures as the networks see them; large ones go in tiles.

    Args:
        way: The translator.
        x: (N, C, H, W) in [-1, 1], on any device.

    Returns:
        (N, C', H, W) in [-1, 1], float32, on the CPU.

    Raises:
        DataError: If the shape, the type or the range is another.
    """
    if x.ndim != 4 or not x.is_floating_point() or 0 in x.shape:
        raise DataError(
            tr(
                "a tensor of shape {shape} and {dtype}; it must be (N, C, H, W) floats in [-1, 1]",
                shape=tuple(x.shape),
                dtype=x.dtype,
            )
        )
    if x.shape[1] != way.spec_in.channels:
        raise DataError(
            tr(
                "the tensor has {n} channels, and the translator takes {wanted}",
                n=x.shape[1],
                wanted=way.spec_in.channels,
            )
        )
    low, high = (float(end) for end in x.aminmax())
    if not (low >= -1 - OUTSIDE and high <= 1 + OUTSIDE):
        raise DataError(tr("the tensor has values from {low:g} to {high:g}; it must be in [-1, 1]", low=low, high=high))
    pixels = x.shape[2] * x.shape[3]
    if pixels <= WHOLE:
        device = next(way.network.parameters()).device
        parts = (part.to(device, torch.float32) for part in torch.split(x, max(1, WHOLE // pixels)))
        return torch.cat([way.network(part).float().cpu() for part in parts])
    given, wanted = (spec._replace(bits=32, low=-1.0, high=1.0) for spec in (way.spec_in, way.spec_out))
    arrays = (part.float().cpu().permute(1, 2, 0).numpy() for part in x)
    drawn = [torch.from_numpy(translate_array(way.network, array, given, wanted)) for array in arrays]
    return torch.stack(drawn).permute(0, 3, 1, 2).contiguous()


def translate_picture(
    network: nn.Module,
    picture: PictureFile,
    spec_in: Spec,
    spec_out: Spec,
    *,
    whole: int = WHOLE,
    tile: int = TILE,
    places: int = PLACES,
) -> PictureFile:
    """Translate a picture of any size, type and mode; what comes out has the same.

    Integers use the whole range of their own type, whatever the training data's was: 16-bit pictures can go through a model
    that was trained on 8 bits, and lose nothing on the way in. Floats use the range of the training data.

    Args:
        network: The translator.
        picture: What goes in.
        spec_in: Of the domain the translator reads.
        spec_out: Of the domain it draws.
        whole: Largest picture that goes at once, see `translate_array`.
        tile: Side of a tile.
        places: Tiles for instance statistics.

    Raises:
        Unreadable: If its channels do not fit the translator.
    """
    values, channels = picture.values, spec_in.channels
    if values.shape[2] == 1:  # grey is seen as often as there are channels, and not kept as often
        values = np.broadcast_to(values, (*values.shape[:2], channels))
    values = fitted(values, channels)
    given, wanted = ranged(spec_in, values.dtype), ranged(spec_out, values.dtype)
    drawn = translate_array(network, values, given, wanted, whole=whole, tile=tile, places=places)
    return like(picture, drawn, spec_in.channels == spec_out.channels)


def ranged(spec: Spec, dtype: np.dtype) -> Spec:
    """The spec of pictures of a type: integers use all of it, floats the range of the data, or [0, 1] if that was of integers."""
    if dtype.kind == "f":
        return spec if spec.bits == 32 else spec._replace(bits=32, low=0.0, high=1.0)
    return spec._replace(bits=8 * dtype.itemsize, low=0.0, high=float(np.iinfo(dtype).max))
