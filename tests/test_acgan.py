"""A game of other authors: the auxiliary classifier GAN is `GAN` and two functions, also where labels are missing.

Source: Odena et al. 2017.
"""

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.optim import Adam

from sparring.games import GAN, Batch, Seat, Turn, lazy, move, noise_of
from sparring.games.penalties import functional, on_share, r1, r2

CLASSES = 3
CORNERS = torch.tensor([[2.0, 0.0], [-1.0, 1.7], [-1.0, -1.7]])


class Labelled(nn.Module):
    """G(z, y): points of the plane."""

    def __init__(self):
        super().__init__()
        self.embed, self.layers = nn.Embedding(CLASSES, 4), nn.Sequential(nn.Linear(4, 32), nn.SiLU(), nn.Linear(32, 2))

    def forward(self, z, y):
        return self.layers(z + self.embed(y))


class Classifier(nn.Module):
    """D(x), told no labels: whether it is real, and of which class."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(2, 32), nn.SiLU())
        self.logit, self.classes = nn.Linear(32, 1), nn.Linear(32, CLASSES)

    def forward(self, x):
        h = self.body(x)
        return {"logits": self.logit(h), "classes": self.classes(h)}


def d_names_the_class(D, view):
    return cross_entropy(view.real["classes"], view.y, ignore_index=-1, reduction="none")


def g_is_of_its_class(game, made):
    return cross_entropy(made.answer["classes"], made.y, reduction="none")


def acgan(**more):
    torch.manual_seed(0)
    penalties = {"classes": d_names_the_class, **more.pop("penalties", {})}
    game = GAN(Labelled(), Classifier(), 4, penalties=penalties, terms={"classes": g_is_of_its_class}, classes=CLASSES,
               d_told=False, **more)  # fmt: skip
    return game, {
        name: Seat(game, name, Adam(getattr(game, name).parameters(), 0.01, fused=True)) for name in ("D", "G")
    }


def batch(i, n=64, missing=0.5):
    noise = noise_of("data", i)
    y = noise.integers("y", CLASSES, n)
    x = CORNERS[y] + 0.1 * noise.normal("x", n, 2)
    return Batch(x, torch.where(noise.share("missing", n) < missing, -1, y))


@pytest.mark.parametrize("together", [False, True])
def test_it_learns_to_draw_what_it_is_asked_for(together):
    game, seats = acgan(together=together, penalties={"r1": on_share(r1(0.1, functional), 0.5), "r2": lazy(r2(0.1), 4)})
    y = torch.arange(CLASSES).repeat_interleave(50)
    z = noise_of("z").normal("z", 150, 4)

    def right():
        with torch.no_grad():
            return (torch.cdist(game.G(z, y), CORNERS).argmin(1) == y).double().mean().item()

    assert right() < 0.7
    for i in range(150):
        for name, seat in seats.items():
            assert move(seat, batch(i), Turn(noise_of(0, name, i), i)).fine
    assert right() > 0.95


def test_gradients_reach_g_through_the_head_of_classes_alone():
    game, _ = acgan()
    paid = game.g_pays(batch(0), Turn(noise_of(0, "G", 0))).paid
    (gradient,) = torch.autograd.grad(paid["classes"], game.G.embed.weight, retain_graph=True)
    assert gradient.abs().max() > 1e-4
    assert torch.autograd.grad(paid["classes"], game.D.logit.weight, allow_unused=True) == (None,)


def test_a_missing_label_costs_d_nothing_and_is_drawn_for_the_fake():
    views, mades = [], []
    game, _ = acgan()
    game.penalties = {
        "spy": game.penalties["classes"]._replace(of=lambda D, v: (views.append(v), d_names_the_class(D, v))[1])
    }
    game.terms = {"spy": game.terms["classes"]._replace(of=lambda g, m: (mades.append(m), g_is_of_its_class(g, m))[1])}
    some = batch(0, 2000)
    paid = game.d_pays(some, Turn(noise_of(0, "D", 0))).paid["spy"]
    game.g_pays(some, Turn(noise_of(0, "G", 0)))
    known = some.y >= 0
    assert 900 < known.sum() < 1100 and torch.equal(views[0].y, some.y)
    per_sample = cross_entropy(views[0].real["classes"][known], some.y[known], reduction="sum") / 2000
    torch.testing.assert_close(paid, per_sample)
    for y in (views[0].fake_y, mades[0].y):
        assert torch.equal(y[known], some.y[known])
        assert ((y[~known].bincount(minlength=CLASSES) / (~known).sum()) - 1 / CLASSES).abs().max() < 0.06
    assert not torch.equal(views[0].fake_y, mades[0].y), "every move draws its own"
    none = game.d_pays(some._replace(y=torch.full_like(some.y, -1)), Turn(noise_of(0, "D", 0))).paid["spy"]
    assert none == 0
