"""What a penalty costs, in passes of D, and what it sees: the same augmentation as D's own look, on all or some samples."""

import pytest
import torch
from torch import nn

from sparring.games import GAN, Batch, Turn, instance_noise, noise_of
from sparring.games.penalties import exact, finite_differences, functional, gradient_penalty, lazy, on_share, r1, r2
from sparring.games.view import looked, viewed

FD = finite_differences()


class Bowl(nn.Module):
    """D(x) = |x|^2 / 2, whose slope is |x|, and how many samples each pass had."""

    def __init__(self):
        super().__init__()
        self.unused, self.passes = nn.Parameter(torch.zeros(())), []

    def forward(self, x):
        self.passes.append(len(x))
        return x.square().flatten(1).sum(1) / 2 + 0 * self.unused


def turn(moves=0):
    return Turn(noise_of(0, "D", moves), moves)


PASSES = [  # penalties, passes where D sees real and fake apart, and where one pass may do for both
    ({}, [8, 8], [16]),
    ({"a": r1(1.0)}, [8, 8], [8, 8]),
    ({"a": r1(1.0), "b": r2(1.0)}, [8, 8], [8, 8]),
    ({"a": r1(1.0, functional)}, [8, 8, 8], [16, 8]),
    ({"a": r1(1.0, functional), "b": r2(1.0, functional)}, [8, 8, 8, 8], [16, 8, 8]),
    ({"a": r1(1.0, FD)}, [8, 8, 8], [16, 8]),
    ({"a": r1(1.0, FD), "b": r2(1.0, FD)}, [8, 8, 8, 8], [16, 8, 8]),
    ({"a": gradient_penalty()}, [8, 8, 8], [16, 8]),
    ({"a": gradient_penalty(form=functional)}, [8, 8, 8], [16, 8]),
    ({"a": gradient_penalty(form=FD)}, [8, 8, 8, 8], [16, 8, 8]),
    ({"a": on_share(r1(1.0), 0.25)}, [8, 8, 2], [16, 2]),
    ({"a": on_share(r1(1.0, FD), 0.25)}, [8, 8, 2], [16, 2]),
    ({"a": lazy(on_share(r2(1.0, functional), 0.5), 3)}, [8, 8, 4], [16, 4]),
    ({"a": lambda D, view: view.real_logits**2}, [8, 8], [16]),
]


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize(("penalties", "apart", "at_once"), PASSES)
def test_passes_of_d(penalties, apart, at_once, together):
    game = GAN(nn.Linear(2, 3), Bowl(), 2, penalties=penalties, together=together)
    game.d_pays(Batch(torch.ones(8, 3)), turn())
    assert game.D.passes == (at_once if together else apart)


def test_a_penalty_that_is_not_due_costs_nothing():
    game = GAN(nn.Linear(2, 3), Bowl(), 2, penalties={"a": lazy(r1(1.0), 4)}, together=True)
    for i in range(5):
        game.d_pays(Batch(torch.ones(8, 3)), turn(i))
    assert game.D.passes == [8, 8, 16, 16, 16, 8, 8]


@pytest.mark.parametrize("together", [False, True])
def test_g_pays_for_one_pass(together):
    game = GAN(nn.Linear(2, 3), Bowl(), 2, together=together)
    game.g_pays(Batch(torch.ones(8, 3)), turn())
    assert game.D.passes == [8]


def test_one_pass_and_two_are_paid_the_same():
    torch.manual_seed(0)
    G, D = nn.Linear(2, 3), nn.Sequential(nn.Linear(3, 8), nn.SiLU(), nn.Linear(8, 1))
    noisy = instance_noise(0.3)
    for penalties in ({}, {"r1": r1(1.0, functional)}, {"r1": r1(1.0, FD)}):
        games = [GAN(G, D, 2, penalties=penalties, augment=noisy, together=t) for t in (False, True)]
        apart, at_once = (game.d_pays(Batch(torch.ones(8, 3)), turn()).paid for game in games)
        for name in apart:
            torch.testing.assert_close(apart[name], at_once[name], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("form", [exact, functional])
def test_r1_goes_through_the_augmentation(form):
    """D(x) = 2x of x/2 is x itself: its slope is 1, and R1 with gamma 2 is 1; without the augmentation it would be 4."""
    D = nn.Linear(1, 1)
    nn.init.constant_(D.weight, 2.0)
    for augment, want in ((lambda x, noise: x / 2, 1.0), (lambda x, noise: x, 4.0)):
        penalties = {"r1": r1(2.0, form), "r2": r2(2.0, form), "gp": gradient_penalty(1.0, form)}
        paid = (
            GAN(nn.Linear(2, 1), D, 2, penalties=penalties, augment=augment)
            .d_pays(Batch(torch.ones(4, 1)), turn())
            .paid
        )
        assert paid["r1"].item() == paid["r2"].item() == want
        assert paid["gp"].item() == (want**0.5 - 1) ** 2


def _slopes(wrap, form, augment, n=20_000):
    """Mean of R1 and of R2 of the bowl."""
    t = turn()
    pictures = noise_of("data").normal("x", n, 3), noise_of("data").normal("fake", n, 3)
    look, view = looked(Bowl(), augment, t), viewed(Bowl(), pictures, (None, None), augment, t, through=form.through)
    return [wrap(term(2.0, form)).of(look, view).mean().item() * 2 for term in (r1, r2)]


@pytest.mark.parametrize("form", [exact, functional, FD])
@pytest.mark.parametrize("share", [1, 0.5, 1 / 3])
def test_penalties_see_the_noise_that_d_saw(form, share):
    """|x + e|^2 has the mean 3 (1 + s^2): a difference between two draws of e would be thousands of times that."""
    found = _slopes(lambda p: on_share(p, share) if share < 1 else p, form, instance_noise(0.5))
    assert found == pytest.approx([3 * 1.25] * 2, rel=0.06)
