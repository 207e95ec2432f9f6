"""StyleGAN2's generator: z becomes a style w, and styles draw the picture from coarse to fine.

Source: Karras et al. 2020 (Analyzing and Improving the Image Quality of StyleGAN), configuration F.
"""

from typing import ClassVar

import torch
from torch import Tensor, nn

from sparring.data.spec import Spec
from sparring.games.dropout import Chance
from sparring.networks.equalised import KEEPS, Linear, activate, doubling, pixel_norm, pyramid
from sparring.networks.mlp import Labels
from sparring.networks.modulated import StyledConv, ToPicture, source

LARGEST = 32_768
"""Channels times side, in pixels, of a map of the published networks, before the limit of 512."""
FORGETS = 0.005
"""Part of the mean of w that every batch renews."""


def widths(stages: int, fmaps: float, width: int) -> list[int]:
    """Channels of every map from the coarsest, of 4 pixels: fmaps * 32768 / side, at least 1 and at most ``width``."""
    return [max(1, min(round(fmaps * LARGEST / 2 ** (i + 2)), width)) for i in range(stages)]


class Mapping(nn.Module):
    """z -> w: normalised, then leaky ReLU layers that learn at a hundredth of the rate.

    Args:
        z_dim: Numbers in z.
        w_dim: Numbers in w.
        layers: How many.
        classes: Labels, told as an embedding beside z; 0 for none.
    """

    def __init__(self, z_dim: int, w_dim: int, layers: int, classes: int = 0) -> None:
        super().__init__()
        self.embed = Labels(classes, z_dim) if classes else None
        before = [z_dim * (2 if classes else 1), *[w_dim] * (layers - 1)]
        self.layers = nn.ModuleList(Linear(a, w_dim, gain=KEEPS, rate=0.01) for a in before)

    def forward(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """(N, z_dim) and labels (N,) -> (N, w_dim)."""
        w = pixel_norm(z)
        if self.embed is not None:
            w = torch.cat([w, pixel_norm(self.embed(y))], 1)
        for layer in self.layers:
            w = activate(layer(w))
        return w


class Mixing(Chance):
    """Gives some samples the styles of another z from a random layer on, in training.

    Args:
        share: Part of the samples.
        z_dim: Numbers in z.

    Source: Karras et al. 2019, section 3.1.
    """

    def __init__(self, share: float, z_dim: int) -> None:
        super().__init__()
        self.share, self.z_dim = share, z_dim

    def mixed(self, styles: Tensor, mapping: nn.Module, y: Tensor | None) -> Tensor:
        """Styles (N, layers, w_dim) and labels (N,) -> the same shape."""
        n, layers, _ = styles.shape
        if not self.training or self.share == 0:
            return styles
        drawn = source(self, styles.device)
        other = mapping(drawn.normal(f"{self.name}/z", n, self.z_dim).to(styles), y)
        first = 1 + drawn.integers(f"{self.name}/layer", layers - 1, n, 1)
        chosen = drawn.share(f"{self.name}/share", n, 1) < self.share
        late = torch.arange(layers, device=styles.device) >= first
        return torch.where((late & chosen).unsqueeze(2), other.to(styles).unsqueeze(1), styles)


class Stage(nn.Module):
    """Two convolutions at one size, the first of which doubles it, and their part of the picture.

    Args:
        a: Channels in.
        b: Channels of the stage.
        channels: Of the picture.
        w_dim: Numbers in w.
        before: (H, W) of the stage before.
        size: Of this one.
    """

    def __init__(
        self, a: int, b: int, channels: int, w_dim: int, before: tuple[int, int], size: tuple[int, int]
    ) -> None:
        super().__init__()
        self.first = StyledConv(a, b, w_dim, size, before)
        self.second = StyledConv(b, b, w_dim, size)
        self.picture = ToPicture(b, channels, w_dim)
        self.enlarge = doubling(before, size)

    def forward(self, x: Tensor, picture: Tensor, w: Tensor) -> tuple[Tensor, Tensor]:
        """The map, the picture so far, and the styles of three layers (N, 3, w_dim) -> map and picture at this size."""
        x = self.second(self.first(x, w[:, 0]), w[:, 1])
        return x, self.enlarge(picture) + self.picture(x, w[:, 2])


class Generator(nn.Module):
    """z -> w -> styles of all layers -> a learnt constant, stage after stage twice as large; every stage adds to the picture.

    The constant's longer side is 3 or 4 pixels; sides that are no power of 2 lose a row or column where a stage is one too large.
    There is no tanh: values may go beyond -1 and 1 in training, and are cut off outside of it.

    Args:
        spec: Shape of the pictures.
        z_dim: Numbers in z.
        w_dim: Numbers in w.
        mapping: Layers of the mapping network; 8 in the paper, 2 for small data.
        fmaps: Factor on the channels; 1 in the paper.
        width: Most channels of a map.
        classes: Labels that are told to G; 0 for none.
        mixing: Part of the samples that get styles of two z in training.

    Attributes:
        layers: How many styles a picture has, 18 at 1024 pixels.
        w_mean: Moving mean of w, (w_dim,): what truncation goes towards.
        options: What a user may set when drawing.
    """

    w_mean: Tensor
    options: ClassVar[tuple[str, ...]] = ("truncation",)

    def __init__(
        self,
        spec: Spec,
        z_dim: int = 512,
        w_dim: int = 512,
        mapping: int = 8,
        fmaps: float = 1.0,
        width: int = 512,
        classes: int = 0,
        mixing: float = 0.9,
    ) -> None:
        super().__init__()
        sizes = pyramid(spec.height, spec.width)
        each = widths(len(sizes), fmaps, width)
        self.layers = 2 * len(sizes)
        self.mapping, self.mixing = Mapping(z_dim, w_dim, mapping, classes), Mixing(mixing, z_dim)
        self.register_buffer("w_mean", torch.zeros(w_dim))
        self.constant = nn.Parameter(torch.randn(1, each[0], *sizes[0]))
        self.conv = StyledConv(each[0], each[0], w_dim, sizes[0])
        self.picture = ToPicture(each[0], spec.channels, w_dim)
        self.stages = nn.ModuleList(
            Stage(each[i - 1], each[i], spec.channels, w_dim, sizes[i - 1], sizes[i]) for i in range(1, len(sizes))
        )

    def styles(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """(N, z_dim) and labels (N,) -> a style for each layer, (N, layers, w_dim); in training some of two z."""
        w = self.mapping(z, y).unsqueeze(1).expand(-1, self.layers, -1)
        return self.mixing.mixed(w, self.mapping, y)

    def draw(self, styles: Tensor, truncation: float = 1.0) -> Tensor:
        """Styles (N, layers, w_dim) -> pictures (N, C, H, W), at least in float32.

        Args:
            styles: Of each layer, from coarse to fine.
            truncation: psi: every style becomes mean + psi (style - mean). 1 leaves it, 0 gives the mean picture.
        """
        w = styles if truncation == 1 else torch.lerp(self.w_mean.to(styles), styles, truncation)
        x = self.conv(self.constant.expand(len(w), -1, -1, -1), w[:, 0])
        picture: Tensor = self.picture(x, w[:, 1])
        for i, stage in enumerate(self.stages):
            x, picture = stage(x, picture, w[:, 2 * i + 1 : 2 * i + 4])
        return picture if self.training else picture.clamp(-1, 1)

    def forward(self, z: Tensor, y: Tensor | None = None, truncation: float = 1.0) -> Tensor:
        """(N, z_dim) and labels (N,) -> pictures (N, C, H, W); truncation as in `draw`."""
        styles = self.styles(z, y)
        if self.training:
            self._remember(styles[:, 0])
        return self.draw(styles, truncation)

    @torch.no_grad()
    def _remember(self, w: Tensor) -> None:
        """A batch's mean of w, as batch norm remembers its statistics: only G's own moves are kept."""
        self.w_mean.lerp_(w.to(self.w_mean).mean(0), FORGETS)
