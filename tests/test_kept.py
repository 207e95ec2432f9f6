"""What a game keeps besides its networks: modules among its terms and penalties, and an augmentation that hears D."""

import pytest
import torch
from torch import nn
from torch.optim import Adam

from sparring.engine.experiment import Experiment
from sparring.engine.schedules import constant, of_number
from sparring.engine.trainer import Trainer
from sparring.games import GAN, Batch, Seat, Seen, Turn, lazy, move, noise_of
from sparring.games.cyclegan import CycleGAN
from sparring.games.lookalikes import LookAlikes

SHAPE = (2, 4, 4)


class Mean(nn.Module):
    """A running mean of what is judged, as path length keeps one."""

    def __init__(self, of):
        super().__init__()
        self.of = of
        self.register_buffer("mean", torch.tensor(0.0))

    def forward(self, who, what):
        value = self.of(what)
        mean = self.mean.lerp(value.detach().mean(), 0.1)
        what.turn.keep(self.mean, mean)
        return (value - mean).square()


class Heard(nn.Module):
    """An augmentation that counts what it is told."""

    def __init__(self):
        super().__init__()
        self.register_buffer("p", torch.tensor(0.5))
        self.register_buffer("said", torch.zeros(2))

    def forward(self, x, noise):
        return x * (1 + self.p * noise.uniform("louder", len(x), *[1] * (x.dim() - 1)))

    def hear(self, *views):
        said = torch.stack([torch.stack([v.real_logits.mean(), v.fake_logits.mean()]) for v in views]).mean(0)
        views[0].turn.keep(self.said, self.said + said.detach())
        return {"p": Seen(self.p)}


def gan(hears=True):
    torch.manual_seed(0)
    G = nn.Sequential(nn.Linear(3, 32), nn.Tanh(), nn.Unflatten(1, SHAPE))
    D = nn.Sequential(nn.Flatten(), nn.Linear(32, 8), nn.SiLU(), nn.Linear(8, 1))
    penalties = {"drift": lazy(Mean(lambda view: view.real_logits.flatten()), 2)}
    terms = {"size": Mean(lambda made: made.fake.square().mean((1, 2, 3)))}
    augment = {"augment": Heard()} if hears else {}
    return GAN(G, D, 3, penalties=penalties, terms=terms, **augment)


def cyclegan():
    torch.manual_seed(0)
    G = [nn.Sequential(nn.Conv2d(2, 2, 3, padding=1), nn.Tanh()) for _ in range(2)]
    D = [nn.Sequential(nn.Conv2d(2, 4, 3), nn.SiLU(), nn.Conv2d(4, 1, 2)) for _ in range(2)]
    penalties = {"drift": Mean(lambda view: view.real_logits.flatten(1).mean(1))}
    terms = {"lookalikes": LookAlikes(SHAPE, SHAPE, 7)}
    return CycleGAN(*G, *D, SHAPE, SHAPE, penalties=penalties, terms=terms, pool=3, augment=Heard())


GAMES = {"gan": gan, "cyclegan": cyclegan}


def batch(i):
    data = noise_of("data", i)
    return data.uniform("x", 4, *SHAPE), data.uniform("y", 4, *SHAPE)


def trainer(make):
    game = make()
    owned = {n: [p for k, p in game.named_parameters() if k.startswith(n)] for n in game.players()}
    optimizers = {name: Adam(own, 0.01, fused=True) for name, own in owned.items()}
    two = "y" if make is cyclegan else None
    return Trainer(
        Experiment(game, optimizers, 4, 100), lambda at, n: Batch(batch(at)[0], batch(at)[1] if two else None)
    )


def bits(t):
    return {k: v.clone() for k, v in t.game.state_dict().items()}


@pytest.mark.parametrize("make", GAMES.values(), ids=GAMES)
def test_what_terms_penalties_and_an_augmentation_keep_is_saved_and_restored_to_the_bit(make):
    whole, first, second = trainer(make), trainer(make), trainer(make)
    for _ in range(6):
        whole.step()
    for _ in range(3):
        first.step()
    second.restore(first.snapshot())
    for _ in range(3):
        second.step()
    a, b = bits(whole), bits(second)
    kept = [k for k in a if k.startswith(("kept.", "augment.")) and not k.endswith(".p")]
    assert len(kept) == (3 if make is gan else 8)
    assert all(torch.equal(a[k], b[k]) for k in a)
    fresh = bits(trainer(make))
    assert all(not torch.equal(a[k], fresh[k]) for k in kept), "control: all of it does change"


def _views(monkeypatch, game):
    """How often D is asked in each player's move, and what the augmentation was told."""
    asked = []
    for name, D in game.named_children():
        if name.startswith("D"):
            D.register_forward_hook(lambda m, given, answer: asked.append(answer.detach().mean()))
    found = {}
    for name in game.players():
        asked.clear()
        own = [p for k, p in game.named_parameters() if k.startswith(name)]
        seat = Seat(game, name, Adam(own, 0.0, fused=True))
        before = game.augment.said.clone()
        moved = move(
            seat, Batch(*batch(0)) if isinstance(game, CycleGAN) else Batch(batch(0)[0]), Turn(noise_of(0, name))
        )
        assert moved.fine
        found[name] = list(asked), game.augment.said - before, moved.terms.seen.get("p")
    return found


@pytest.mark.parametrize("make", GAMES.values(), ids=GAMES)
def test_an_augmentation_hears_what_d_said_in_d_s_own_move_and_d_is_not_asked_for_it(make, monkeypatch):
    found = _views(monkeypatch, make())
    answers, told, p = found["D"]
    discriminators = 1 if make is gan else 2
    assert len(answers) == 2 * discriminators, "one pass for the data and one for the fakes, of each D"
    by_side = torch.stack(answers).view(discriminators, 2).mean(0)
    torch.testing.assert_close(told, by_side)
    assert p is not None and p.value == 0.5
    assert not found["G"][1].any() and found["G"][2] is None, "what D says in G's move is about G's step"


def test_a_plain_function_hears_nothing_and_a_game_without_modules_keeps_nothing():
    game = gan(hears=False)
    assert not [k for k in game.state_dict() if k.startswith("augment")]
    plain = GAN(game.G, game.D, 3)
    assert {k.split(".")[0] for k in plain.state_dict()} == {"G", "D"}


def test_a_number_of_the_augmentation_follows_a_law():
    game = gan()
    of_number(game, "augment.p", constant(0.25)).put(0.25)
    assert game.augment.p == 0.25


def test_real_and_fake_of_a_pair_can_share_what_is_drawn_around_them():
    real, fake = noise_of(0).within("real"), noise_of(0).within("fake")
    assert not torch.equal(real.uniform("shift", 5), fake.uniform("shift", 5))
    assert torch.equal(real.around().uniform("shift", 5), fake.around().uniform("shift", 5))
    assert torch.equal(noise_of(0).around().key, noise_of(0).key)
    assert not torch.equal(noise_of(1).within("real").around().key, real.around().key)


def test_a_generator_says_which_options_it_has():
    game = gan()
    assert game.maps()["samples"].options == ()
    game.G.options = ("truncation",)
    assert game.maps()["samples"].options == ("truncation",)
