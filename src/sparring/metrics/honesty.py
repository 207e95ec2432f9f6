"""The honesty probe: does a translation say what it shows, or does it hide the source in a faint pattern?

CycleGAN can satisfy its cycle loss by writing the source into the translation at an amplitude nobody sees. Such a message does not
survive noise, rounding to 8 bits or a blur; what a picture openly shows does.

Source: Chu et al. 2017 (CycleGAN, a Master of Steganography).
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import conv2d, l1_loss, pad

from sparring.words import tr

Translate = Callable[[Tensor], Tensor]
LEVELS = (0.5 / 255, 1 / 255, 2 / 255, 4 / 255, 8 / 255, 16 / 255)
SUSPICIOUS = 5.0
ROUNDING = 4 * 0.25 / 255  # rounding to 8 bits moves a value by a quarter of a step in the mean


class Honesty(NamedTuple):
    """Cycle errors when the translation in between is disturbed; all mean absolute differences as a share of the range.

    Args:
        clean: Nothing disturbed.
        noise: Standard deviation of the noise, as a share of the range -> error.
        rounded: The translation rounded to 8 bits, as any saved picture is.
        blurred: The translation blurred by (1, 2, 1)/4 both ways.
        source_blurred: What the same blur does to the source itself: what an honest way back cannot avoid.
        amplification: Change of the way back per change of the translation at the faintest noise, in the mean: an identity
            has 1. A hidden message that is read back has 5 and far more.
    """

    clean: float
    noise: dict[float, float]
    rounded: float
    blurred: float
    source_blurred: float
    amplification: float

    def as_json(self) -> dict[str, Any]:
        """Names and numbers, the curve as a list of [level, error]."""
        return {**self._asdict(), "noise": [[level, error] for level, error in self.noise.items()]}


@torch.no_grad()
def probe(
    there: Translate, back: Translate, pictures: Tensor, levels: Sequence[float] = LEVELS, seed: int = 0
) -> Honesty:
    """Disturb the translation on its way back.

    Args:
        there: ``x -> y'``.
        back: ``y' -> x'``.
        pictures: (N, C, H, W) in [-1, 1], that training never saw.
        levels: Standard deviations of the noise, as a share of the range, rising.
        seed: Of the noise.
    """
    middle = there(pictures)
    plain = back(middle)
    noise = torch.randn(middle.shape, generator=torch.Generator().manual_seed(seed)).to(middle)

    def error(disturbed: Tensor) -> float:
        return float(l1_loss(back(disturbed).float(), pictures)) / 2

    faint = middle + 2 * levels[0] * noise
    moved = float(l1_loss(back(faint).float(), plain.float())) / float(l1_loss(faint, middle))
    return Honesty(
        float(l1_loss(plain.float(), pictures)) / 2,
        {level: error(middle + 2 * level * noise) for level in levels},
        error(((middle.clamp(-1, 1) + 1) * 127.5).round() / 127.5 - 1),
        error(blur(middle)),
        float(l1_loss(blur(pictures), pictures)) / 2,
        moved,
    )


def blur(pictures: Tensor) -> Tensor:
    """By the binomial (1, 2, 1)/4 both ways, repeated at the border."""
    line = torch.tensor([1.0, 2.0, 1.0], device=pictures.device, dtype=pictures.dtype) / 4
    window = torch.outer(line, line)[None, None]
    n, c, h, w = pictures.shape
    return conv2d(pad(pictures.reshape(n * c, 1, h, w), (1, 1, 1, 1), "replicate"), window).view(n, c, h, w)


def words(found: Honesty) -> str:
    """One sentence for the log."""
    hides = found.amplification > SUSPICIOUS or found.rounded > 3 * found.clean + ROUNDING
    verdict = tr("the translation hides a copy of the source") if hides else tr("no hidden copy of the source found")
    noise = (
        tr("faint noise is amplified to {factor:.1f} times its size", factor=found.amplification)
        if found.amplification > 1
        else tr("faint noise is damped to {factor:.1f} of its size", factor=found.amplification)
    )
    return tr(
        "{verdict}: cycle error {clean:.2%} of the range, {rounded:.2%} after 8-bit rounding, {blurred:.2%} after a blur (a blur "
        "alone {alone:.2%}); {noise}",
        verdict=verdict,
        clean=found.clean,
        rounded=found.rounded,
        blurred=found.blurred,
        alone=found.source_blurred,
        noise=noise,
    )
