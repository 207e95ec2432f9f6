"""Pictures that a model drew, as tensors and as pictures."""

from typing import NamedTuple

from PIL import Image
from torch import Tensor

from sparring.report.sheet import sheet
from sparring.use.show import WIDTH, html, png


class Samples(NamedTuple):
    """Pictures that were drawn.

    Args:
        tensor: (N, C, H, W) in [-1, 1], float32, on the CPU.
        pictures: The same as PIL pictures.
    """

    tensor: Tensor
    pictures: list[Image.Image]

    def __repr__(self) -> str:
        n, channels, height, width = self.tensor.shape
        return f"<Samples: {n:,} of {height} x {width} x {channels}, .tensor in [-1, 1] and .pictures>"

    def _repr_png_(self) -> bytes:
        """A sheet of the first ones, tiny ones magnified without blur, for notebooks."""
        return png(sheet("", self.tensor.permute(0, 2, 3, 1).numpy(), WIDTH, -1, 1)[1])

    def _repr_html_(self) -> str:
        """What they are and a sheet of the first ones, for notebooks."""
        return html([repr(self)[1:-1]], self._repr_png_())
