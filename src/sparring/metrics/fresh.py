"""A fresh classifier: small, of a fixed shape, trained in seconds. What it can learn of pictures is what a measure reports."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from sparring.games import Batch, Seat, Turn, move, noise_of
from sparring.games.fit import Fit

Loss = Callable[[Tensor, Tensor], Tensor]
"""``(outputs (n, outputs), truth (n,)) -> mean loss``, 0-dim."""


def standardise(x: Tensor, held: Tensor) -> tuple[Tensor, Tensor]:
    """By the statistics of what is learnt from: a coordinate of (N, D), a channel of pictures (N, C, H, W)."""
    over = (0,) if x.dim() == 2 else (0, 2, 3)
    mean, std = x.mean(over, keepdim=True), x.std(over, keepdim=True).clamp_min(1e-6)
    return (x - mean) / std, (held - mean) / std


def network(x: Tensor, outputs: int = 1) -> nn.Module:
    """A perceptron for points, a small convolutional network for pictures of any size; weights from torch's own stream."""
    if x.dim() == 2:
        return nn.Sequential(nn.Linear(x.shape[1], 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, outputs))
    return nn.Sequential(
        nn.Conv2d(x.shape[1], 16, 3, stride=2, padding=1), nn.ReLU(),
        nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.ReLU(),
        nn.Conv2d(32, 64, 3, stride=2, padding=1), nn.ReLU(),
        nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(64 * 16, outputs),
    )  # fmt: skip


def train(classifier: nn.Module, x: Tensor, t: Tensor, loss: Loss, epochs: int, batch: int = 64) -> nn.Module:
    """By Adam, the rate falling in a line to zero; a little weight decay against learning by heart.

    Args:
        classifier: From `network`; it is trained in place.
        x: (N, ...), standardised.
        t: (N,), what is to be said of each.
        loss: What is minimised.
        epochs: Passes over ``x``, in an order from torch's own stream.
        batch: Of a step.
    """
    rounds = epochs * math.ceil(len(x) / batch)

    def pays(network: nn.Module, batch: Batch) -> Tensor:
        assert batch.y is not None
        return loss(network(batch.x), batch.y)

    adam = torch.optim.AdamW(classifier.parameters(), lr=2e-3, weight_decay=1e-2, fused=True)
    seat = Seat(Fit(classifier, pays), "network", adam)
    done = 0
    for _ in range(epochs):
        for part in torch.split(torch.randperm(len(x)), batch):
            for group in adam.param_groups:
                group["lr"] = 2e-3 * (1 - done / rounds)
            move(seat, Batch(x[part], t[part]), Turn(noise_of("two_sample", done), done))
            done += 1
    return classifier.eval()
