"""Losses compile whole: one graph for all moves, the same numbers as without."""

import pytest
import torch
from torch import nn
from torch._dynamo.utils import counters
from torch.optim import SGD

from sparring.games import GAN, Batch, Dropout, Seat, Turn, instance_noise, lazy, move, noise_of
from sparring.games.cyclegan import CycleGAN
from sparring.games.lookalikes import LookAlikes
from sparring.games.penalties import exact, finite_differences, functional, gradient_penalty, on_share, r1

SHAPE = (2, 4, 4)


class Told(nn.Module):
    """A network that is told labels."""

    def __init__(self, network, width):
        super().__init__()
        self.embed, self.network = nn.Embedding(3, width), network

    def forward(self, x, y):
        return self.network(x + self.embed(y).view(-1, *x.shape[1:]))


def gan(penalty=None, classes=0, dropout=0.4, normed=True, **more):
    torch.manual_seed(0)
    norms = (nn.BatchNorm1d(32), nn.BatchNorm2d(4)) if normed else (nn.Identity(), nn.Identity())
    G = nn.Sequential(nn.Linear(3, 32), norms[0], nn.Tanh(), nn.Unflatten(1, SHAPE))
    D = nn.Sequential(nn.Conv2d(2, 4, 3), norms[1], nn.SiLU(), Dropout(dropout), nn.Flatten(), nn.Linear(16, 1))
    if classes:
        G, D = Told(G, 3), Told(D, 32)
    penalties = {"p": penalty} if penalty else {}
    return GAN(
        G, D, 3, penalties=penalties, numbers={"gamma": 0.3}, classes=classes, augment=instance_noise(0.2), **more
    )


def cyclegan():
    torch.manual_seed(0)
    G = [nn.Sequential(nn.Conv2d(2, 2, 3, padding=1), nn.BatchNorm2d(2), nn.Tanh()) for _ in range(2)]
    D = [nn.Sequential(nn.Conv2d(2, 4, 3), nn.SiLU(), nn.Conv2d(4, 1, 2)) for _ in range(2)]
    penalties = {"r1": on_share(r1(0.3, finite_differences()), 0.5)}
    return CycleGAN(
        *G, *D, SHAPE, SHAPE, penalties=penalties, terms={"l": LookAlikes(SHAPE, SHAPE, 7)}, pool=6, noise=0.1
    )


GAMES = {
    "labels and functional": lambda: gan(r1("gamma", functional), classes=3),
    "differences": lambda: gan(on_share(r1(1.0, finite_differences()), 0.5), dropout=0, normed=False, together=True),
    "between": lambda: gan(gradient_penalty(1.0, functional), normed=False, together=True),
    "cyclegan": cyclegan,
}


def seats(game, compiled=False):
    found = {}
    for name in game.players():
        nets = [net for key, net in game.named_children() if key[0] == name]
        found[name] = Seat(game, name, SGD([p for net in nets for p in net.parameters()], 0.01, fused=True))
        if compiled:
            found[name].loss = torch.compile(found[name].loss, fullgraph=True, backend="aot_eager")
    return found


def play(game, players, rounds):
    """All that was paid and seen."""
    paid = []
    for i in rounds:
        data = noise_of("data", i)
        y = data.uniform("y", 4, *SHAPE) if isinstance(game, CycleGAN) else torch.tensor([0, 2, 1, i % 3])
        for name, seat in players.items():
            moved = move(seat, Batch(data.uniform("x", 4, *SHAPE), y), Turn(noise_of(0, name, i), i, 4 * i))
            assert moved.fine
            paid += [moved.terms.paid, {k: seen.value for k, seen in moved.terms.seen.items()}]
    return paid


@pytest.fixture(autouse=True)
def fresh():
    torch._dynamo.reset()
    counters.clear()


@pytest.mark.parametrize("make", GAMES.values(), ids=GAMES)
def test_both_losses_are_one_graph_each_and_pay_the_same(make):
    game, compiled = make(), make()
    players = seats(compiled, compiled=True)
    found = play(compiled, players, range(1))
    with torch._dynamo.config.patch(error_on_recompile=True):
        found += play(compiled, players, range(1, 5))
    assert counters["stats"]["unique_graphs"] == 2
    torch.testing.assert_close(found, play(game, seats(game), range(5)), rtol=1e-5, atol=1e-6)
    a, b = game.state_dict(), compiled.state_dict()
    torch.testing.assert_close(dict(a), dict(b), rtol=1e-5, atol=1e-6)


def test_a_lazy_penalty_is_one_graph_a_phase():
    game, compiled = (gan(lazy(r1(1.0, functional), 3), dropout=0, normed=False) for _ in range(2))
    players = seats(compiled, compiled=True)
    found = play(compiled, players, range(4))
    assert counters["stats"]["unique_graphs"] == 1 + 3, (
        "G's, and D's: due, not due, and due again once the number is a variable"
    )
    with torch._dynamo.config.patch(error_on_recompile=True):
        found += play(compiled, players, range(4, 10))
    torch.testing.assert_close(found, play(game, seats(game), range(10)), rtol=1e-5, atol=1e-6)


def test_control_double_backward_does_not_compile():
    game = gan(r1(1.0, exact))
    with pytest.raises(torch._dynamo.exc.Unsupported):
        play(game, {"D": seats(game, compiled=True)["D"]}, range(1))
