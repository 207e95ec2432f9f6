"""The move: a pure function of weights, batch and turn; a refused one changes nothing; the host looks at no number."""

import pytest
import torch
from torch import nn
from torch.optim import SGD, Adam, RMSprop

from sparring.engine.experiment import Experiment
from sparring.engine.trainer import Trainer
from sparring.games import GAN, Batch, Chance, Dropout, Seat, Seen, Turn, instance_noise, move, move_together, noise_of
from sparring.games.cyclegan import CycleGAN
from sparring.games.lookalikes import LookAlikes
from sparring.games.move import why_not
from sparring.games.penalties import r1
from sparring.games.terms import term

OPTIMIZERS = {
    "fused Adam": lambda p: Adam(p, 0.01, (0.5, 0.9), fused=True),
    "fused SGD": lambda p: SGD(p, 0.01, momentum=0.9, fused=True),
    "RMSprop": lambda p: RMSprop(p, 0.01),
}
FUSED = ["fused Adam", "fused SGD"]
SHAPE = (2, 4, 4)


class Tally(nn.Module):
    """Remembers in the game's own buffers, by way of the turn."""

    def __init__(self):
        super().__init__()
        self.register_buffer("rows", torch.zeros(5, 2))
        self.register_buffer("mean", torch.tensor(0.0))

    def forward(self, game, made):
        turn = made.turn
        turn.keep(self.mean, (self.mean + made.fake.detach().mean()) / 2)
        turn.keep(self.rows, made.fake.flatten(1)[:2, :2] + 1, torch.tensor([turn.moves % 5, 4 - turn.moves % 2]))
        return 0 * made.fake.flatten(1).sum(1)


class Noisy(Chance):
    """A layer that adds noise of the move."""

    def forward(self, x):
        return x if self.noise is None else x + 0.1 * self.noise.normal(self.name, *x.shape)


class Said(nn.Module):
    """A penalty that remembers."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.tensor(0.0))

    def forward(self, D, view):
        view.turn.keep(self.mean, self.mean / 2 + view.real_logits.mean())
        return 0 * view.real_logits


class Louder(nn.Module):
    """An augmentation that grows with what D says."""

    def __init__(self):
        super().__init__()
        self.register_buffer("std", torch.tensor(0.2))

    def forward(self, x, noise):
        return instance_noise(self.std)(x, noise)

    def hear(self, *views):
        louder = (
            self.std
            + torch.stack([v.real_logits.detach().mean() - v.fake_logits.detach().mean() for v in views]).mean().exp()
            / 10
        )
        views[0].turn.keep(self.std, louder)
        return {"std": Seen(self.std)}


def gan():
    """Everything that chance and state can be in: batch norm, dropout, instance noise, a schedule's number, a memory."""
    torch.manual_seed(0)
    G = nn.Sequential(nn.Linear(3, 32), nn.BatchNorm1d(32), Noisy(), nn.Tanh(), nn.Unflatten(1, SHAPE))
    D = nn.Sequential(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.SiLU(), Dropout(0.4), nn.Flatten(), nn.Linear(16, 1))
    penalties = {"r1": r1("gamma"), "said": Said()}
    return GAN(G, D, 3, penalties=penalties, terms={"tally": Tally()}, numbers={"gamma": 0.3}, augment=Louder())


def cyclegan():
    torch.manual_seed(0)
    G = [nn.Sequential(nn.Conv2d(2, 2, 3, padding=1), nn.BatchNorm2d(2), nn.Tanh()) for _ in range(2)]
    D = [
        nn.Sequential(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.SiLU(), Dropout(0.4), nn.Conv2d(4, 1, 2))
        for _ in range(2)
    ]
    terms = {"lookalikes": LookAlikes(SHAPE, SHAPE, 7)}
    return CycleGAN(*G, *D, SHAPE, SHAPE, penalties={"r1": r1(0.3)}, terms=terms, pool=3, augment=Louder(), noise=0.1)


GAMES = {"gan": gan, "cyclegan": cyclegan}


def owners(game, name):
    nets = [
        net for key, net in game.named_children() if key.startswith(name) and key[1:] in ("", "_xy", "_yx", "_x", "_y")
    ]
    return [p for net in nets for p in net.parameters()]


def seats(game, optimizer="fused Adam"):
    return {name: Seat(game, name, OPTIMIZERS[optimizer](owners(game, name))) for name in game.players()}


def batch(game, i=0, scale=1.0):
    data = noise_of("data", i)
    y = data.uniform("y", 4, *SHAPE) if isinstance(game, CycleGAN) else None
    return Batch(data.uniform("x", 4, *SHAPE) * scale, y)


def turn(name, i):
    return Turn(noise_of(0, name, i), i, 4 * i)


def play(game, players, rounds):
    for i in rounds:
        for name, seat in players.items():
            assert move(seat, batch(game, i), turn(name, i)).fine


def bits(game, players):
    """All that a move may change."""
    found = {k: v.clone() for k, v in game.state_dict().items()}
    for name, seat in players.items():
        for i, p in enumerate(seat.parameters()):
            for key, value in seat.optimizer.state.get(p, {}).items():
                found[f"{name}/{i}/{key}"] = torch.as_tensor(value).clone()
    return found


def differing(a, b):
    return [k for k in a.keys() | b.keys() if k not in a or k not in b or not torch.equal(a[k], b[k])]


@pytest.mark.parametrize("make", GAMES.values(), ids=GAMES)
def test_a_move_is_a_function_of_weights_batch_and_turn(make):
    ends = []
    for seed in (1, 2):
        game = make()
        players = seats(game)
        play(game, players, range(2))
        torch.manual_seed(seed)
        play(game, players, range(2, 5))
        ends.append(bits(game, players))
    assert not differing(*ends)


@pytest.mark.parametrize("make", GAMES.values(), ids=GAMES)
@pytest.mark.parametrize("other", ["number", "player", "seed", "batch"])
def test_another_turn_or_batch_is_another_move(make, other):
    for name in ("D",) if other == "batch" and make is gan else ("D", "G"):  # the first G needs no data
        ends = []
        for i in range(2):
            game = make()
            seat = seats(game)[name]
            changed = {"number": ("D", i), "player": ("DG"[i], 0), "seed": (i, "D", 0), "batch": ("D", 0)}[other]
            moved = move(seat, batch(game, i if other == "batch" else 0), Turn(noise_of(*changed)))
            assert moved.fine
            ends.append([p.detach().clone() for p in seat.parameters()])
        assert not all(torch.equal(p, q) for p, q in zip(*ends, strict=True))


def _bad_term(game, name):
    """A loss that is not finite, after the whole game has been played."""
    side = game.penalties if name == "D" else game.terms
    side["bad"] = term(lambda who, what: (what.real_logits if name == "D" else what.fake).flatten(1).sum(1) * torch.nan)


def _bad_gradient(game, name):
    """A finite loss with a gradient that is not, in one weight of many."""
    root = owners(game, name)[-1]
    side = game.penalties if name == "D" else game.terms
    side["bad"] = term(lambda who, what: (root.flatten()[:1] * 0).abs().sqrt())


BAD = {"term": (_bad_term, "its loss term 'bad"), "gradient": (_bad_gradient, "the norm of its gradient is")}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("first", [True, False], ids=["first", "later"])
@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("make", GAMES.values(), ids=GAMES)
def test_a_refused_move_changes_nothing_and_can_be_explained(make, bad, first, optimizer):
    spoil, why = BAD[bad]
    for name in ("D", "G"):
        spoilt, control = make(), make()
        players, unspoilt = seats(spoilt, optimizer), seats(control, optimizer)
        rounds = 0 if first else 3
        play(spoilt, players, range(rounds))
        play(control, unspoilt, range(rounds))
        kept = dict(spoilt.penalties), dict(spoilt.terms)
        spoil(spoilt, name)
        before = bits(spoilt, players)
        moved = move(players[name], batch(spoilt, 9), turn(name, 9))
        assert not moved.fine
        after = bits(spoilt, players)
        fresh = after.keys() - before.keys()  # an optimizer may open its books, with zeros in them
        assert not [k for k in differing(before, after) if k not in fresh] and not any(after[k].any() for k in fresh)
        assert first or not fresh
        assert why_not(players[name], batch(spoilt, 9), turn(name, 9)).find(why) in (0, len("its loss is finite, but "))
        assert not [k for k in differing(before, bits(spoilt, players)) if k not in fresh]
        spoilt.penalties, spoilt.terms = kept
        assert why_not(players[name], batch(spoilt, 9), turn(name, 9)) is None
        play(spoilt, players, range(rounds, rounds + 2))
        play(control, unspoilt, range(rounds, rounds + 2))
        assert not differing(bits(spoilt, players), bits(control, unspoilt)), "it plays on as if nothing had been"


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_go_false_computes_and_changes_nothing(optimizer):
    game = cyclegan()
    players = seats(game, optimizer)
    play(game, players, range(2))
    before = bits(game, players)
    no, yes = torch.tensor(False), torch.tensor(True)
    for name, seat in players.items():
        moved = move(seat, batch(game), turn(name, 2), no)
        assert not moved.fine and moved.terms.total().isfinite() and moved.terms.seen["norm"].value > 0
    assert not any(m.fine for m in move_together([(s, batch(game), turn(n, 2)) for n, s in players.items()], no))
    assert not differing(before, bits(game, players))
    assert move(players["D"], batch(game), turn("D", 2), yes).fine
    assert differing(before, bits(game, players))


LOOKS = ("item", "__bool__", "__float__", "__int__", "__index__", "tolist", "numpy")


def _looks(monkeypatch, game, players):
    """Which ways of looking at a number two rounds take, one of them refused."""
    found = []
    go = torch.tensor(True)
    with monkeypatch.context() as patched:
        for name in LOOKS:
            own = getattr(torch.Tensor, name)
            patched.setattr(torch.Tensor, name, lambda t, *a, n=name, f=own: (found.append(n), f(t, *a))[1])
        for i in range(2):
            for name, seat in players.items():
                fine = move(seat, batch(game, i, torch.nan if i else 1.0), turn(name, i), go).fine
                go.logical_and_(fine)
    assert not go
    return found


@pytest.mark.parametrize("make", GAMES.values(), ids=GAMES)
@pytest.mark.parametrize("optimizer", FUSED)
def test_the_host_looks_at_no_number(make, optimizer, monkeypatch):
    game = make()
    players = seats(game, optimizer)
    play(game, players, range(2))
    assert _looks(monkeypatch, game, players) == []


def test_with_an_optimizer_that_is_not_fused_the_host_looks_once_a_move(monkeypatch):
    game = gan()
    players = seats(game, "RMSprop")
    play(game, players, range(2))
    assert _looks(monkeypatch, game, players) == ["__bool__"] * 4


def test_layers_with_chance_have_a_stream_each_and_no_noise_outside_of_a_move():
    game = gan()
    players = seats(game)
    assert [m.name for m in players["G"].chances] == ["dropout/0", "dropout/1"]
    play(game, players, range(1))
    assert all(m.noise is None for m in players["G"].chances)


def test_watching_changes_nothing():
    game = gan()
    optimizers = {name: seat.optimizer for name, seat in seats(game).items()}
    trainer = Trainer(Experiment(game, optimizers, 4, 100), lambda position, n: batch(game, position))
    trainer.step()
    before = bits(trainer.game, trainer.seats)
    torch.manual_seed(0)
    seen = [trainer.watch(batch(game, 100), seed) for seed in (1, 1, 2)]
    stream = torch.rand(3)
    torch.manual_seed(0)
    assert torch.equal(torch.rand(3), stream) and not differing(before, bits(trainer.game, trainer.seats))
    values = [s["D(G(z))"].value for s in seen]
    assert values[0] == values[1] != values[2]
