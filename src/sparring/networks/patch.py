"""PatchGAN: a discriminator that judges every patch of a picture and gives a map of logits."""

from torch import Tensor, nn

from sparring.networks.antialias import Halved
from sparring.networks.instance_norm import InstanceNorm2d
from sparring.networks.translate import Norm, fit, normal_weights
from sparring.words import mark, tr


class PatchDiscriminator(nn.Module):
    """4x4 convolutions, ``layers`` of them with stride 2, two more without; instance norm in all but the first and the last.

    Each logit sees a patch of `receptive_field` pixels: 16, 34, 70 for 1, 2, 3 layers. A picture that is too small for one
    patch's map is repeated at its border.

    Args:
        channels: Of the pictures.
        width: Channels of the first map; every layer has twice as many, up to ``8 * width``.
        layers: Convolutions with stride 2.
        norm: ``instance`` or ``none``; a gradient penalty likes it without.
        antialias: Convolutions without stride, and blurring before every second place is taken.

    Raises:
        ValueError: If a number is below 1.

    Source: Isola et al. 2017, appendix 6.2; Zhu et al. 2017; ``antialias``: Park et al. 2020.
    """

    def __init__(
        self, channels: int, width: int = 64, layers: int = 3, norm: Norm = "instance", antialias: bool = False
    ) -> None:
        super().__init__()
        if min(channels, width, layers) < 1:
            text = mark("channels {channels}, width {width}, layers {layers}: all must be 1 or more")
            raise ValueError(tr(text, channels=channels, width=width, layers=layers))
        stride, blur = (1, [Halved()]) if antialias else (2, [])
        stack: list[nn.Module] = [nn.Conv2d(channels, width, 4, stride=stride, padding=1), nn.LeakyReLU(0.2), *blur]
        before = width
        for i in range(1, layers + 1):
            after = width * min(2**i, 8)
            stack += [nn.Conv2d(before, after, 4, stride=stride if i < layers else 1, padding=1)]
            stack += [InstanceNorm2d(after)] if norm == "instance" else []
            stack += [nn.LeakyReLU(0.2), *(blur if i < layers else [])]
            before = after
        self.layers = nn.Sequential(*stack, nn.Conv2d(before, 1, 4, padding=1))
        self.least = 3 * 2**layers
        normal_weights(self)

    @property
    def receptive_field(self) -> int:
        """Side of the patch that one logit sees, in pixels."""
        side = 1
        for m in reversed(self.layers):
            if isinstance(m, nn.Conv2d):
                side = (side - 1) * m.stride[0] + m.kernel_size[0]
            elif isinstance(m, Halved):
                side = (side - 1) * 2 + 3
        return side

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> logits (N, 1, h, w); 256 pixels give 30 x 30 with 3 layers."""
        logits: Tensor = self.layers(fit(x, 1, self.least))
        return logits
