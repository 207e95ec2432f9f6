"""From a picture file to its translation: read, translate, write in the form it came in."""

from pathlib import Path

import numpy as np
from torch import nn

from sparring.data.spec import Spec
from sparring.translate.picture_file import PictureFile, fitted, like, read_picture, write_picture
from sparring.translate.tiled import PLACES, TILE, WHOLE, translate_array


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
    values = fitted(picture.values, spec_in.channels)
    given, wanted = _ranged(spec_in, values.dtype), _ranged(spec_out, values.dtype)
    drawn = translate_array(network, values, given, wanted, whole=whole, tile=tile, places=places)
    return like(picture, drawn, spec_in.channels == spec_out.channels)


def translate_file(
    network: nn.Module, source: Path, target: Path, spec_in: Spec, spec_out: Spec, *, places: int = PLACES
) -> PictureFile:
    """Translate one file into another; the suffix of ``target`` decides the format.

    Returns:
        The translation.

    Raises:
        Unreadable: If the source cannot be read, or the format cannot hold the result.
    """
    drawn = translate_picture(network, read_picture(source), spec_in, spec_out, places=places)
    write_picture(target, drawn)
    return drawn


def _ranged(spec: Spec, dtype: np.dtype) -> Spec:
    if dtype.kind == "f":
        return spec if spec.bits == 32 else spec._replace(bits=32, low=0.0, high=1.0)
    return spec._replace(bits=8 * dtype.itemsize, low=0.0, high=float(np.iinfo(dtype).max))
