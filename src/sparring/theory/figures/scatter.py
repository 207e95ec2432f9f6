"""What several figures of points in the plane share: data below, samples above, and the shares of the modes."""

from typing import Any

import torch
from matplotlib.axes import Axes
from torch import Tensor

from sparring.theory.coverage import FAIR_PART, WITHIN
from sparring.theory.figures.style import DATA, MODEL
from sparring.theory.texts import Texts
from sparring.theory.worlds import World


def scatter(ax: Axes, t: Texts, world: World, samples: Tensor, size: float = 7.0, *, axes: bool = True) -> None:
    """Samples (n, 2) over 1,500 points of data; without ``axes`` no numbers and names beside them."""
    real = world.sample(1500, torch.Generator().manual_seed(2))
    ax.scatter(real[:, 0], real[:, 1], s=34 * size / 7, color="#bdbdbd", lw=0, label=t("real_samples"))
    ax.scatter(samples[:, 0], samples[:, 1], s=size, color=MODEL.color, lw=0, alpha=0.75, label=t("fake_samples"))
    ax.set_xlim(-world.half_width, world.half_width)
    ax.set_ylim(-world.half_width, world.half_width)
    ax.set_aspect("equal")
    if axes:
        ax.set_xlabel(t("coordinate_1"))
        ax.set_ylabel(t("coordinate_2"))
    else:
        ax.set_xticks([])
        ax.set_yticks([])
        for spine in ax.spines.values():
            spine.set_visible(True)


def shares(samples: Tensor, world: World) -> list[float]:
    """Share of all samples that are of high quality, by mode, in per cent."""
    assert world.modes is not None
    distance, nearest = torch.cdist(samples, world.modes).min(1)
    good = nearest[distance <= WITHIN * world.mode_std]
    return (torch.bincount(good, minlength=len(world.modes)) * (100 / len(samples))).tolist()


def share_bars(ax: Axes, t: Texts, found: list[float], **legend: Any) -> None:
    """Bars of the shares, with the even share and the fifth of it that makes a mode count."""
    even = 100 / len(found)
    ax.bar(range(1, len(found) + 1), found, color="#a5dcc8", edgecolor=MODEL.color, width=0.7)
    ax.axhline(even, color=DATA.color, lw=1.6, ls=DATA.linestyle, label=f"{t('fair_share')} ({even:.1f} %)")
    ax.axhline(even * FAIR_PART, color="#8a3600", lw=1.8, ls=(0, (6, 2)), label=t("fifth"))
    ax.set_ylim(0, max(even * 1.75, 1.1 * max(found)))
    ax.grid(axis="x", visible=False)
    ax.set_xlabel(t("mode_number"))
    ax.set_ylabel(t("share_axis"))
    if legend:
        ax.legend(**legend)
