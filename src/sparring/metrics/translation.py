"""How right is a translation? Measured against the truth, never by the cycle error.

All pictures are (N, C, H, W) in [-1, 1]. A measure gives one number a picture, (N,), over the whole picture or inside a mask
(N, 1, H, W). Emoji and drawings are mostly white paper, which any translator gets right: `drawn` is the mask of what matters.
"""

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, conv2d, pad

from sparring.metrics import kernel
from sparring.metrics.value import Value
from sparring.words import tr

PAPER = 1.0
TOLERANCE = 5 / 255 * 2


def drawn(pictures: Tensor, truth: Tensor, paper: float = PAPER) -> Tensor:
    """Where something is drawn: pixels that are not paper, in the input or in the truth.

    Args:
        pictures: The input of the translation, (N, C, H, W).
        truth: What it should become, (N, C', H, W).
        paper: Value of the paper in [-1, 1]; white is 1. A pixel is paper if all channels are within 5/255 of it.

    Returns:
        (N, 1, H, W) of 0 and 1.
    """
    a, b = ((p - paper).abs().amax(1, keepdim=True) > TOLERANCE + 1e-6 for p in (pictures, truth))
    return (a | b).to(truth)


def inside(values: Tensor, mask: Tensor | None) -> Tensor:
    """Mean over channels and pixels, or over the pixels of the mask, (N,); NaN where the mask is empty."""
    values = values.mean(1)
    if mask is None:
        return values.mean((1, 2))
    return (values * mask[:, 0]).sum((1, 2)) / mask[:, 0].sum((1, 2))


def psnr(out: Tensor, truth: Tensor, mask: Tensor | None = None) -> Tensor:
    """10 log10(2^2 / mean squared error), dB, (N,); at most 100, where they are equal."""
    return 10 * torch.log10(4 / inside((out - truth).double().square(), mask).clamp_min(4e-10)).float()


def mae(out: Tensor, truth: Tensor, mask: Tensor | None = None) -> Tensor:
    """Mean absolute error as a share of the range, (N,): 1 is black for white."""
    return inside((out - truth).abs(), mask) / 2


def ssim(out: Tensor, truth: Tensor, mask: Tensor | None = None) -> Tensor:
    """Structural similarity, (N,): 1 is equal. Gaussian window of 11 pixels and 1.5, each channel by itself.

    Source: Wang et al. 2004, equation 13.
    """
    t = torch.arange(11, dtype=torch.float64, device=out.device) - 5
    line = torch.exp(-t.square() / (2 * 1.5**2))
    line = (line / line.sum()).view(1, 1, 11, 1)

    def blur(p: Tensor) -> Tensor:
        n, c, h, w = p.shape
        mode = "reflect" if min(h, w) > 5 else "replicate"
        down = conv2d(pad(p.reshape(n * c, 1, h, w), (5, 5, 5, 5), mode), line)
        return conv2d(down, line.transpose(2, 3)).view(n, c, h, w)

    a, b = (out.double() + 1) / 2, (truth.double() + 1) / 2
    mean_a, mean_b = blur(a), blur(b)
    var_a, var_b = blur(a * a) - mean_a**2, blur(b * b) - mean_b**2
    both = blur(a * b) - mean_a * mean_b
    light = (2 * mean_a * mean_b + 0.01**2) / (mean_a**2 + mean_b**2 + 0.01**2)
    shape = (2 * both + 0.03**2) / (var_a + var_b + 0.03**2)
    return inside(light * shape, mask).float()


def colour_correlation(pictures: Tensor, out: Tensor, mask: Tensor | None = None) -> float:
    """Pearson's correlation of input and output values over all drawn pixels, the mean over channels.

    A translator that inverts colours, the classic wrong answer, has a negative one. If channels differ, both are made grey.
    """
    if pictures.shape[1] != out.shape[1]:
        pictures, out = pictures.mean(1, keepdim=True), out.mean(1, keepdim=True)
    keep = torch.ones_like(out[:, 0], dtype=torch.bool) if mask is None else mask[:, 0] > 0
    values = []
    for c in range(out.shape[1]):
        a, b = pictures[:, c][keep].double(), out[:, c][keep].double()
        a, b = a - a.mean(), b - b.mean()
        values.append(float((a * b).sum() / (a.norm() * b.norm()).clamp_min(1e-12)))
    return sum(values) / len(values)


def plain_features(pictures: Tensor, cells: int = 8) -> Tensor:
    """Features that nobody trained: mean colour, and mean size of the steps between neighbours, in cells x cells places.

    Args:
        pictures: (N, C, H, W).
        cells: Places along each side; fewer for pictures that are smaller.

    Returns:
        (N, 3 C cells^2) float64.
    """
    p = pictures.double()
    step = max(1, min(p.shape[2:]) // cells)
    down, right = (p[:, :, 1:] - p[:, :, :-1]).abs(), (p[..., 1:] - p[..., :-1]).abs()
    maps = [p, pad(down, (0, 0, 0, 1)), pad(right, (0, 1, 0, 0))]
    return torch.cat([avg_pool2d(m, step).flatten(1) for m in maps], 1)


def kernel_distance(a: Tensor, b: Tensor) -> float:
    """Unbiased squared MMD of two sets of features with the kernel (f.g / d + 1)^3: the form of KID, on plain features.

    Features are standardised by those of ``b``. It is about 0, and may be negative, if both come from one distribution. With
    `plain_features` it says how near a set of pictures is to a style; it is not to be compared with published KIDs, which use
    a large trained network.

    Args:
        a: (N, d), N >= 2.
        b: (M, d), the reference, M >= 2.

    Source: Binkowski et al. 2018, section 4.
    """
    return style_distance(a, b).value


def style_distance(a: Tensor, b: Tensor, floor: float = 1e-6) -> Value:
    """The same with its 95 % interval, where there are 20 pictures of each.

    Args:
        a: (N, d), N >= 2.
        b: (M, d), M >= 2.
        floor: The least deviation of a feature: with paper that is white to the last bit, a difference nobody sees is a large one.
    """
    mean, std = b.mean(0), b.std(0).clamp_min(floor)
    return kernel.kernel_distance((a - mean) / std, (b - mean) / std)


def share_of_gap(value: float, identity: float, supervised: float) -> float:
    """How much of the way from doing nothing to the supervised bound is done: 0 is identity, 1 the bound.

    Raises:
        ValueError: If bound and identity are equal: there is no way to go.
    """
    if supervised == identity:
        raise ValueError(tr("identity and supervised are both {value}; there is no gap to close", value=identity))
    return (value - identity) / (supervised - identity)


def against_truth(pictures: Tensor, out: Tensor, truth: Tensor, paper: float | None = PAPER) -> Mapping[str, float]:
    """All measures of a translation whose truth is known, means over pictures.

    Args:
        pictures: The input, (N, C, H, W).
        out: The translation, (N, C', H, W).
        truth: What it should be.
        paper: Value of the paper; None where every pixel matters. Pictures without a drawn pixel do not count inside.

    Returns:
        psnr (dB), mae, ssim over the picture, the same with ``_drawn`` inside the drawn part, colour_correlation.
    """
    mask = None if paper is None else drawn(pictures, truth, paper)
    found = {name: float(f(out, truth).mean()) for name, f in MEASURES.items()}
    if mask is not None:
        some = mask.sum((1, 2, 3)) > 0
        found |= {f"{n}_drawn": float(f(out[some], truth[some], mask[some]).mean()) for n, f in MEASURES.items()}
    return {**found, "colour_correlation": colour_correlation(pictures, out, mask)}


MEASURES = {"psnr": psnr, "mae": mae, "ssim": ssim}
