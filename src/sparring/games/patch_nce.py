"""PatchNCE: a place of the translation should be more like the same place of the source than like any other place of it."""

import copy
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from sparring.words import mark, tr

if TYPE_CHECKING:
    from sparring.games.game import Game
    from sparring.games.view import Made

ITSELF = -10.0
"""What stands where a place would be its own negative, before it is divided by the temperature: nothing in the sum."""


class Encoder(Protocol):
    """A translator whose inner maps can be had."""

    def encode(self, x: Tensor, taps: Sequence[int]) -> list[Tensor]:
        """(N, C, H, W) -> maps (N, C_i, h_i, w_i) after the layers of these numbers."""
        ...


def widths_of(network: nn.Module, channels: int, taps: Sequence[int]) -> list[int]:
    """Channels of the maps after some layers of a translator, from a copy of it that has no content.

    Args:
        network: An `Encoder`.
        channels: Of its input.
        taps: Numbers of layers.

    Raises:
        ValueError: If there is no such layer.
    """
    sketch: Encoder = copy.deepcopy(network).to("meta")  # type: ignore[assignment]
    with torch.no_grad():
        return [m.shape[1] for m in sketch.encode(torch.empty(1, channels, 64, 64, device="meta"), taps)]


def nce(queries: Tensor, keys: Tensor, temperature: float = 0.07) -> Tensor:
    """-log softmax of the right key among all keys of the same picture, the mean over places.

    l_i = -log( e^(q_i k_i / T) / (e^(q_i k_i / T) + sum_j!=i e^(q_i k_j / T) + e^(-10 / T)) ): 1 + P - 1 candidates, and the one
    that the reference code leaves on the diagonal with -10 / T.

    Args:
        queries: (N, P, C), of length 1; of the translation.
        keys: (N, P, C), of length 1; of the source. No gradient goes into them.
        temperature: T.

    Returns:
        (N,). Features that do not know their place give about log P.

    Source: Park et al. 2020, equation 3 and reference code.
    """
    keys = keys.detach()
    with _exactly(keys.device):
        all_pairs = queries @ keys.transpose(1, 2)
    itself = torch.eye(keys.shape[1], dtype=torch.bool, device=keys.device)
    right = (queries * keys).sum(2, keepdim=True)
    scores = torch.cat([right, all_pairs.masked_fill(itself, ITSELF)], 2) / temperature
    first = torch.zeros(scores.shape[:2], dtype=torch.int64, device=scores.device)
    return cross_entropy(scores.transpose(1, 2), first, reduction="none").mean(1)


class PatchNCE(nn.Module):
    """A generator term of games with a translator ``G_xy`` that is an `Encoder`: what was given is found again in what was made.

    Of several layers of G's encoder, P places drawn at random are mapped by a network of two layers, one for each layer of G, to
    vectors of length 1; see `nce`. These networks are F of the paper. Their parameters belong to the player G.

    Which places are drawn comes from the turn, for every picture its own; the reference code draws them for the whole batch,
    which is the same for its batch of one.

    Args:
        channels: Of the maps, see `widths_of`.
        taps: Numbers of the layers.
        patches: P; of a map that has fewer places, all.
        width: Of F's two layers.
        temperature: T.
        flip: Half of the pictures are encoded mirrored, and the maps of their translations are mirrored to match: features and
            translator are made equivariant (FastCUT).

    Raises:
        ValueError: If a number makes no sense.

    Source: Park et al. 2020, section 3 and appendix C.
    """

    def __init__(
        self,
        channels: Sequence[int],
        taps: Sequence[int],
        patches: int = 256,
        width: int = 256,
        temperature: float = 0.07,
        flip: bool = False,
    ) -> None:
        super().__init__()
        if min(patches, width) < 1 or temperature <= 0 or len(channels) != len(taps):
            text = mark("patches {patches}, width {width}, temperature {temperature}: all of them must be above 0")
            raise ValueError(tr(text, patches=patches, width=width, temperature=temperature))
        self.taps, self.patches, self.temperature, self.flip = tuple(taps), patches, temperature, flip
        self.F = nn.ModuleList(nn.Sequential(nn.Linear(c, width), nn.ReLU(), nn.Linear(width, width)) for c in channels)

    def forward(self, game: "Game", made: "Made") -> Tensor:
        """The mean over layers and places, (N,), of the first map of ``made``."""
        encoder: Encoder = game.G_xy  # type: ignore[assignment]
        source, fake = next(iter(made.given.values())), made.fake
        mirrored = made.turn.noise.share("nce/flip", len(source), 1, 1, 1) < 0.5 if self.flip else None
        with torch.no_grad():
            keys = encoder.encode(
                source if mirrored is None else torch.where(mirrored, source.flip(3), source), self.taps
            )
        queries = encoder.encode(fake.to(source.dtype), self.taps)
        losses: list[Tensor] = []
        for i, (q, k, F) in enumerate(zip(queries, keys, self.F, strict=True)):
            q = q if mirrored is None else torch.where(mirrored, q.flip(3), q)
            drawn = made.turn.noise.share(f"nce/{i}", len(q), q.shape[2] * q.shape[3]).argsort(1)[:, : self.patches]
            losses.append(nce(vectors(F, q, drawn), vectors(F, k, drawn), self.temperature))
        return torch.stack(losses).mean(0)


def _exactly(device: torch.device) -> AbstractContextManager[Any]:
    """No half precision: divided by T, products of bfloat16 would be wrong by .05."""
    return nullcontext() if device.type == "meta" else torch.autocast(device.type, enabled=False)


def vectors(F: nn.Module, features: Tensor, places: Tensor) -> Tensor:
    """The features at some places of each picture, through F, of length 1 and at least in float32.

    Args:
        F: (..., C) -> (..., width).
        features: (N, C, h, w).
        places: (N, P), numbers of places in reading order.

    Returns:
        (N, P, width).
    """
    flat = features.flatten(2).transpose(1, 2)
    picked = flat.gather(1, places[:, :, None].expand(-1, -1, flat.shape[2]))
    mapped: Tensor = F(picked)
    return normalize(mapped.to(torch.promote_types(mapped.dtype, torch.float32)), dim=2)
