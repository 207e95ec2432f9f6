"""lsgan, wgan_gp and sngan: the papers' constants, and what their losses and constraints promise after training."""

import functools

import pytest
import torch
from small import trainer
from torch import nn

from sparring.data.spec import Spec
from sparring.data.streams import dequantised_stream, picture_stream
from sparring.games import GAN, LOSSES, Batch, Seat, Turn, move, noise_of
from sparring.games.penalties import gradient_penalty
from sparring.networks.resnet import Discriminator
from sparring.networks.spectral import LAYERS
from sparring.recipes import lsgan, sngan, wgan_gp
from sparring.sessions.build import plan, sketch
from sparring.theory.play import network

CIFAR = Spec(3, 32, 32, 10, 50_000)
A, B = torch.tensor([0.3, -1.2]), torch.tensor([-0.7, 2.0])


@functools.cache
def drawn(recipe, **settings):
    """The experiment on the meta device."""
    return sketch(plan(recipe, (CIFAR,), settings))


def rates(experiment, images):
    """What the learning rates are after so many images."""
    for schedule in experiment.schedules:
        schedule.put(schedule.law(images))
    return {name: o.param_groups[0]["lr"] for name, o in experiment.optimizers.items()}


@pytest.mark.parametrize(
    ("recipe", "length", "widths"), [(sngan, 3_200_000, (256, 128)), (wgan_gp, 6_400_000, (128, 128))]
)
def test_sngan_and_wgan_gp_have_the_papers_constants(recipe, length, widths):
    e = drawn(recipe)
    assert (e.batch_size, e.images, e.game.d_steps, e.game.prior.dim, e.averaged) == (64, length, 5, 128, False)
    assert (e.game.G.base[0], e.game.D.logit.in_features) == widths
    assert all(o.param_groups[0]["betas"] == (0.0, 0.9) for o in e.optimizers.values())
    for images, lr in ((0, 2e-4), (length // 4, 1.5e-4), (length, 0.0), (2 * length, 0.0)):
        assert rates(e, images) == pytest.approx({"D": lr, "G": lr})
    plain = drawn(recipe, dequantise=False, decay=0)
    assert plain.schedules == () and plain.images == length
    assert (e.stream, plain.stream) == (dequantised_stream, picture_stream)


def test_what_players_pay_is_the_papers():
    hinge, critic = drawn(sngan).game, drawn(wgan_gp, penalty=7).game
    assert hinge.loss is LOSSES["hinge"] and critic.loss is LOSSES["wasserstein"]
    assert not hinge.penalties and [t.weight for t in critic.penalties.values()] == [7]
    assert not drawn(wgan_gp, penalty=0).game.penalties
    loss = drawn(lsgan, a=-1, b=1, c=0).game.loss
    torch.testing.assert_close(loss.d(A, B), (A - 1) ** 2 + (B + 1) ** 2)
    torch.testing.assert_close(loss.g(A, B), B**2)
    e = drawn(lsgan)
    torch.testing.assert_close(e.game.loss.d(A, B), (A - 1) ** 2 + B**2)
    torch.testing.assert_close(e.game.loss.g(A, B), (B - 1) ** 2)
    assert [(o.param_groups[0]["lr"], o.param_groups[0]["betas"]) for o in e.optimizers.values()] == [
        (2e-4, (0.5, 0.999))
    ] * 2


def test_options_reach_the_networks():
    assert any(isinstance(m, nn.GroupNorm) for m in drawn(wgan_gp, d_norm="layer").game.D.modules())
    assert not any(isinstance(m, nn.GroupNorm) for m in drawn(wgan_gp).game.D.modules())
    assert (drawn(wgan_gp).game.D.pool, drawn(sngan).game.D.pool) == ("mean", "sum")
    for recipe in (lsgan, wgan_gp, sngan):
        told = drawn(recipe, conditional=True).game
        assert told.classes == 10 and told.maps()["samples"].classes == 10
        with pytest.raises(ValueError, match="no labels"):
            recipe(Spec(3, 32, 32), conditional=True)
    assert drawn(lsgan, batch_norm=False).game.together and not drawn(lsgan).game.together


def sigmas(D):
    """The largest singular value of every layer's weight, a matrix of what comes out and what goes in."""
    return [
        float(torch.linalg.matrix_norm(m.weight.detach().flatten(1), 2)) for m in D.modules() if isinstance(m, LAYERS)
    ]


def test_sngan_keeps_every_layer_of_d_at_a_singular_value_of_one(monkeypatch):
    def trained():
        t = trainer("sngan", conditional=True, lr=1e-3, decay=0)
        for _ in range(60):
            t.step()
        t.check()
        return sigmas(t.game.eval().D), [m for m in t.game.G.modules() if hasattr(m, "parametrizations")]

    found, normalised_in_g = trained()
    assert len(found) == len(sigmas(Discriminator(Spec(1, 16, 16), 4, 3))) == 3 + 2 * 2 + 2, "and the embedding's"
    assert all(0.9 < s < 1.1 for s in found) and not normalised_in_g
    monkeypatch.setitem(sngan.__globals__, "spectral_norm", lambda network, steps: network)
    assert not all(0.9 < s < 1.1 for s in trained()[0]), "control: the same recipe without it"


class Shifted(nn.Module):
    """Fakes from N(0, 1), moved."""

    def __init__(self, shift):
        super().__init__()
        self.by = nn.Parameter(torch.tensor(shift))

    def forward(self, z):
        return z + self.by


def critic(shift, weight, moves=150):
    """A critic's gap between N(0, 1) and the same moved by a vector, by the length of that, which is W1; its gradient on lines."""
    torch.manual_seed(0)
    penalties = {"gp": gradient_penalty(weight)} if weight else {}
    dim, w1 = len(shift), torch.tensor(shift).norm()
    game = GAN(Shifted(shift), network(dim, 1, 64, 2), dim, LOSSES["wasserstein"], penalties, together=True)
    adam = torch.optim.Adam(game.D.parameters(), betas=(0.0, 0.9), fused=True)
    seat = Seat(game, "D", adam)
    for i in range(moves):
        adam.param_groups[0]["lr"] = 2e-3 * (1 - i / moves)
        noise = noise_of(0, "D", i)
        assert move(seat, Batch(noise.normal("x", 256, dim)), Turn(noise, i)).fine
    noise = noise_of("test")
    x, fake = noise.normal("x", 20_000, dim), game.G(noise.normal("z", 20_000, dim)).detach()
    at = torch.lerp(fake, x, noise.share("t", 20_000, 1)).requires_grad_()
    (gradient,) = torch.autograd.grad(game.D(at).sum(), at)
    return float((game.D(x).mean() - game.D(fake).mean()).detach() / w1), float(gradient.norm(dim=1).mean())


@pytest.mark.parametrize("shift", [(-1.0, 0.0), (0.3, 0.4)])
def test_wgan_gp_s_critic_measures_w1_with_a_gradient_of_one(shift):
    """By theory its slope is 1 + W1 / (2 lambda): what the loss gains by a steeper one is held against the penalty.

    In the plane: on the line a slope of the wrong sign could not turn, for on its way through 0 the penalty is largest.
    """
    gap, gradient = critic(shift, 10.0)
    assert 0.9 < gap < 1.1 and 0.85 < gradient < 1.15
    assert gap == pytest.approx(1 + float(torch.tensor(shift).norm()) / 20, abs=0.04)
    if shift == (-1.0, 0.0):
        assert min(critic(shift, 0.0)) > 5, "control: without the penalty neither has a bound"
