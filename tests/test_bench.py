"""What a look measures with: samples are drawn once for all that is measured of them."""

import numpy as np
import pytest
import torch
from torch import nn

from sparring.data.pictures import Pictures
from sparring.games import GAN
from sparring.sessions.bench import Bench
from sparring.sessions.parts import Parts


class Counted(nn.Module):
    """A G that counts what it draws."""

    def __init__(self):
        super().__init__()
        self.shade, self.drawn = nn.Parameter(torch.zeros(8, 8)), 0

    def forward(self, z):
        self.drawn += len(z)
        return (self.shade + z.view(-1, 8, 8)).tanh()[:, None]


def test_a_whole_look_draws_256_samples_and_finds_the_diversity_that_a_cheap_one_finds_of_128():
    images = np.random.default_rng(0).integers(0, 256, (300, 8, 8, 1), np.uint8)
    training, held_out = Pictures(images).split(100)
    G = Counted()
    game = GAN(G, nn.Sequential(nn.Flatten(), nn.Linear(64, 1)), 64).eval()
    bench = Bench(Parts((training,), (held_out,)))
    with torch.no_grad():
        cheap = bench.diversity(game)
        assert G.drawn == 128
        whole = bench.measured(game)
        assert G.drawn == 128 + 256
    assert whole["diversity"] == pytest.approx(cheap) and 0.5 < cheap < 2
    assert {"distance", "values", "nearest", "covered", "own_shares"} < whole.keys()
