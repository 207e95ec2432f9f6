"""Path length against its definition, where the derivative is known; its mean is kept by accepted moves alone."""

import math

import pytest
import torch
from torch import nn

from sparring.games import GAN, Batch, Seat, Term, Turn, lazy, move, noise_of
from sparring.games.path_length import PathLength, Styled, path_lengths
from sparring.games.view import Made


class Straight(nn.Module):
    """A G that is linear in its styles: each layer adds a picture of its own."""

    def __init__(self, layers=3, w_dim=4, shape=(2, 5, 3)):
        super().__init__()
        self.A = nn.Parameter(torch.randn(6, layers * w_dim))
        self.B = nn.Parameter(torch.randn(layers, w_dim, math.prod(shape)))
        self.shape = shape

    def styles(self, z, y=None):
        return (z @ self.A).unflatten(1, self.B.shape[:2])

    def draw(self, styles, truncation=1.0):
        return torch.einsum("nlw,lwp->np", styles, self.B).unflatten(1, self.shape)

    def forward(self, z, y=None):
        return self.draw(self.styles(z, y))

    def lengths(self, direction):
        """|J^T y|: of every layer's B y, the root of the mean square over layers; y divided by the root of 5 * 3 pixels."""
        each = torch.einsum("lwp,np->nlw", self.B, direction.flatten(1) / math.sqrt(15))
        return each.square().sum(2).mean(1).sqrt()


def test_lengths_are_those_of_the_transposed_jacobian_times_y():
    torch.manual_seed(0)
    G = Straight()
    assert isinstance(G, Styled) and not isinstance(nn.Linear(2, 2), Styled)
    direction = torch.randn(7, 2, 5, 3)
    found = path_lengths(G, G.styles(torch.randn(7, 6)), direction)
    assert torch.allclose(found, G.lengths(direction), rtol=1e-5)
    mine, theirs = torch.autograd.grad(found.sum(), G.B)[0], torch.autograd.grad(G.lengths(direction).sum(), G.B)[0]
    assert torch.allclose(mine, theirs, rtol=1e-4, atol=1e-6), "its slope by the weights, through the first gradient"


def test_the_term_is_the_squared_distance_to_a_moving_mean_on_half_of_the_batch():
    torch.manual_seed(0)
    G, term = Straight(), PathLength()
    game = GAN(G, nn.Sequential(nn.Flatten(), nn.Linear(30, 1)), 6, terms={"path_length": term})
    turn = Turn(noise_of(5))
    fake = torch.zeros(9, 2, 5, 3)
    found = term(game, Made({"samples": torch.zeros(9, 6)}, {"samples": fake}, {}, None, turn))
    lengths = G.lengths(noise_of(5).within("path length").normal("y", 4, 2, 5, 3))
    mean = 0.01 * lengths.mean()
    assert found.shape == (4,) and torch.allclose(found, (lengths - mean).square(), rtol=1e-4)
    assert term.mean == 0, "changed by the turn alone"
    ((buffer, value, rows),) = turn.kept
    assert buffer is term.mean and rows is None and torch.allclose(value, mean)
    for wrong in ({"share": 0.0}, {"decay": 2.0}):
        with pytest.raises(ValueError, match="both are above 0"):
            PathLength(**wrong)


def test_the_mean_is_part_of_the_game_and_a_refused_move_leaves_it():
    torch.manual_seed(0)
    G = Straight()
    game = GAN(G, nn.Sequential(nn.Flatten(), nn.Linear(30, 1)), 6, terms={"path": lazy(Term(PathLength(), 2.0), 2)})
    assert [name for name in game.state_dict() if "mean" in name] == ["kept.0.mean"]
    seat = Seat(game, "G", torch.optim.SGD(G.parameters(), 0.0))
    batch, mean = Batch(torch.zeros(8, 2, 5, 3)), game.kept[0].mean

    def moved(k):
        return move(seat, batch, Turn(noise_of(k), moves=k)).terms.paid["path"]

    first = moved(0)
    lengths = G.lengths(noise_of(0).within("path length").normal("y", 4, 2, 5, 3))
    assert torch.allclose(first, 2 * 2 * (lengths - 0.01 * lengths.mean()).square().mean(), rtol=1e-4)
    held = mean.clone()
    assert torch.allclose(held, 0.01 * lengths.mean())
    assert moved(1) == 0 and mean == held, "not due"
    with torch.no_grad():
        G.A[0, 0] = torch.nan
        G.B[0, 0, 0] = torch.nan
    moved(2)
    assert mean == held


class Bent(Straight):
    """A G whose derivative differs from style to style."""

    def draw(self, styles, truncation=1.0):
        return super().draw(styles * (1 + styles.square()))


def test_paths_become_equally_long_where_the_term_is_paid():
    """How far lengths lie apart, as a part of their mean, after 200 steps of G on the term alone and, as a control, before."""
    torch.manual_seed(0)
    G, term = Bent(), PathLength()
    game = GAN(G, nn.Sequential(nn.Flatten(), nn.Linear(30, 1)), 6)
    optimizer, n = torch.optim.Adam(G.parameters(), 0.03), noise_of(999)

    def lengths():
        found = path_lengths(G, G.styles(n.normal("z", 512, 6)), n.normal("y", 512, 2, 5, 3)).detach()
        return found.mean(), found.std() / found.mean()

    mean, before = lengths()
    term.mean.copy_(mean)
    for k in range(200):
        turn = Turn(noise_of(k), moves=k)
        made = Made({}, {"samples": torch.zeros(64, 2, 5, 3)}, {}, None, turn)
        optimizer.zero_grad()
        term(game, made).mean().backward()
        optimizer.step()
        term.mean.copy_(turn.kept[0].value)
    assert before > 1 and lengths()[1] < 0.8 * before
