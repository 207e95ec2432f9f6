"""A translator for small pictures and small machines: all its work is done on a grid of 2 x 2 pixels."""

from collections.abc import Sequence

from torch import Tensor, nn

from sparring.networks.translate import crop, fit, normal_weights, tapped, within_range
from sparring.words import mark, tr


class ShuffleTranslator(nn.Module):
    """x + shuffle(conv(blocks(conv(unshuffle(x))))): it starts as the identity and learns what to add.

    Each 2 x 2 square of pixels becomes one place with 4 times the channels, so a wide convolution is cheap, and on processors
    that multiply bfloat16 matrices close to free. There is no norm, so a part of a picture is translated just as it is
    within the whole.

    Args:
        channels_in: Of the pictures that come in.
        channels_out: Of the pictures that go out.
        width: Channels within.
        blocks: Residual blocks.
        factor: Side of the squares, in pixels.

    Raises:
        ValueError: If a number is below its least.
    """

    def __init__(self, channels_in: int, channels_out: int, width: int = 64, blocks: int = 4, factor: int = 2) -> None:
        super().__init__()
        if min(channels_in, channels_out, width, factor) < 1 or blocks < 0:
            text = mark(
                "channels {a} to {b}, width {width}, factor {factor}, blocks {blocks}: blocks is 0 or more, all others 1 or more"
            )
            raise ValueError(tr(text, a=channels_in, b=channels_out, width=width, factor=factor, blocks=blocks))
        self.channels_out = channels_out
        area = factor**2
        first, last = (
            nn.Conv2d(channels_in * area, width, 3, padding=1),
            nn.Conv2d(width, channels_out * area, 3, padding=1),
        )
        middle = [PlainBlock(width, blocks) for _ in range(blocks)]
        self.layers = nn.Sequential(
            nn.PixelUnshuffle(factor), first, *middle, nn.LeakyReLU(0.2), last, nn.PixelShuffle(factor)
        )
        self.stride = factor
        self.context = factor * (2 + 2 * blocks + 1)
        normal_weights(self)
        nn.init.kaiming_normal_(first.weight, 0.2)
        for block in middle:
            block.start()
        nn.init.zeros_(last.weight)

    def forward(self, x: Tensor) -> Tensor:
        """(N, channels_in, H, W) -> (N, channels_out, H, W) in [-1, 1]."""
        added = crop(self.layers(fit(x, self.stride, self.stride)), x).float()
        base = x if x.shape[1] == self.channels_out else x.mean(1, keepdim=True)
        return within_range(base.float() + added)

    def encode(self, x: Tensor, taps: Sequence[int]) -> list[Tensor]:
        """Maps (N, C_i, h_i, w_i) after the layers of these numbers: 0 is the unshuffled picture, 1 + i the i-th block."""
        return tapped(self.layers, fit(x, self.stride, self.stride), taps)


class PlainBlock(nn.Module):
    """x + conv(act(conv(act(x)))) without norm.

    Args:
        width: Channels.
        of: How many such blocks there are; the last convolution starts smaller the more there are.
    """

    def __init__(self, width: int, of: int) -> None:
        super().__init__()
        self.of = of
        self.layers = nn.Sequential(
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, width, 3, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, width, 3, padding=1),
        )

    def start(self) -> None:
        """Draw the weights: He's variance, the second convolution divided by the root of the number of blocks."""
        for i, gain in ((1, 1.0), (3, 0.5 * self.of**-0.5)):
            conv = self.layers[i]
            assert isinstance(conv, nn.Conv2d)
            nn.init.kaiming_normal_(conv.weight, 0.2)
            conv.weight.data.mul_(gain)

    def forward(self, x: Tensor) -> Tensor:
        """(N, width, h, w) -> the same shape."""
        added: Tensor = self.layers(x)
        return x + added
