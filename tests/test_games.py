"""The contract of every game with every loss: who changes what, what terms are, and what is kept."""

import copy
import itertools

import pytest
import torch
from torch import nn
from torch.optim import SGD, Adam

from sparring.data.spec import Spec
from sparring.games import GAN, LOSSES, Batch, bystander, instance_noise, normal, uniform
from sparring.games.move import NonFiniteError, move, move_together
from sparring.games.penalties import (
    View,
    finite_differences,
    functional,
    gradient_penalty,
    lazy,
    on_share,
    r1,
    r2,
)
from sparring.networks import dcgan, maxout, mlp

SPEC = Spec(channels=1, height=12, width=10, classes=3)

NETWORKS = {
    "mlp": lambda classes: (
        mlp.Generator(SPEC, 5, (8,), classes),
        mlp.Discriminator(SPEC, (8,), 0.2, classes),
    ),
    "dcgan": lambda classes: (dcgan.Generator(SPEC, 5, 4, classes), dcgan.Discriminator(SPEC, 4, classes)),
    "maxout": lambda classes: (maxout.Generator2014(SPEC, 5, 8), maxout.Discriminator2014(SPEC, 4, 2)),
}
PENALTIES = {
    "none": {},
    "r1+r2": {"r1": r1(1.0), "r2": r2(1.0, functional)},
    "gp": {"gp": gradient_penalty()},
    "fd": {"fd": on_share(r1(1.0, finite_differences()), 0.5), "lazy": lazy(r2(1.0), 2)},
}


def make(networks="mlp", loss="nonsaturating", penalties="none", classes=0, **more):
    torch.manual_seed(0)
    G, D = NETWORKS[networks](classes)
    return GAN(G, D, uniform(5), LOSSES[loss], PENALTIES[penalties], classes=classes, **more)


def batch(n=6):
    g = torch.Generator().manual_seed(1)
    return Batch(torch.rand(n, 1, 12, 10, generator=g) * 2 - 1, torch.arange(n) % 3)


def state(module):
    return {k: v.clone() for k, v in module.state_dict().items() if torch.is_tensor(v)}


def same(a, b):
    return a.keys() == b.keys() and all(torch.equal(a[k], b[k]) for k in a)


GAMES = [
    *[(n, loss, "none", 0) for n, loss in itertools.product(NETWORKS, LOSSES)],
    *[(n, "relativistic", p, 0) for n, p in itertools.product(("mlp", "dcgan"), ("r1+r2", "gp"))],
    ("dcgan", "relativistic", "fd", 0),
    *[(n, "hinge", "r1+r2", 3) for n in ("mlp", "dcgan")],
]


@pytest.mark.parametrize(("networks", "loss", "penalties", "classes"), GAMES)
def test_a_move_changes_its_own_player_and_nothing_else(networks, loss, penalties, classes):
    game = make(networks, loss, penalties, classes)
    sides = {"D": game.D, "G": game.G}
    for name, player in game.players().items():
        other = sides["G" if name == "D" else "D"]
        before, bystanding = state(sides[name]), state(other)
        terms = move(player, SGD(sides[name].parameters(), 0.1), batch())
        assert same(state(other), bystanding), "parameters and buffers of the other player are bit-identical"
        after = dict(sides[name].named_parameters())
        changed = [k for k in after if not torch.equal(after[k], before[k])]
        assert len(changed) >= len(after) / 2, f"only {changed} of {list(after)} moved"
        for value in [*terms.paid.values(), *terms.seen.values()]:
            assert value.dim() == 0 and torch.isfinite(value) and not value.requires_grad


@pytest.mark.parametrize(("networks", "loss", "penalties", "classes"), GAMES)
def test_state_dict_round_trip_plays_on_identically(networks, loss, penalties, classes):
    def play(game, optimizers, n):
        for _ in range(n):
            for name, player in game.players().items():
                move(player, optimizers[name], batch())

    def optimizers(game):
        return {"D": SGD(game.D.parameters(), 0.01), "G": SGD(game.G.parameters(), 0.01)}

    one = make(networks, loss, penalties, classes)
    play(one, optimizers(one), 3)
    two = make(networks, loss, penalties, classes)
    two.load_state_dict(copy.deepcopy(one.state_dict()))
    assert same(state(one), state(two)) and two.turn == one.turn == 3
    for game in (one, two):
        torch.manual_seed(5)
        play(game, optimizers(game), 2)
    assert same(state(one), state(two))


def test_control_without_bystander_the_other_player_s_buffers_move():
    game = make("dcgan")
    before = state(game.G)
    with torch.no_grad():
        game.G(torch.zeros(4, 5))
    assert not same(state(game.G), before)
    before = state(game.G)
    with torch.no_grad(), bystander(game.G):
        game.G(torch.zeros(4, 5))
    assert same(state(game.G), before)
    assert all(m.track_running_stats for m in game.G.modules() if isinstance(m, nn.BatchNorm2d))


def test_a_loss_that_reads_real_logits_without_saying_so_is_found_out():
    game = make()
    game.loss = LOSSES["relativistic"]._replace(paired=False)
    with pytest.raises(NonFiniteError, match="adversarial"):
        move(game.players()["G"], SGD(game.G.parameters(), 0.1), batch())


def test_d_steps_and_their_order():
    game = make(d_steps=3)
    assert [(name, p.steps) for name, p in game.players().items()] == [("D", 3), ("G", 1)]
    with pytest.raises(ValueError, match="d_steps is 0"):
        make(d_steps=0)


def test_simultaneous_moves_take_both_gradients_from_the_same_state():
    game, reference = make(), make()
    own = {"D": SGD(game.D.parameters(), 0.5), "G": SGD(game.G.parameters(), 0.5)}
    torch.manual_seed(3)
    move_together({n: (p, own[n], batch()) for n, p in game.players().items()})
    torch.manual_seed(3)
    losses = [reference.d_pays(batch()).total(), reference.g_pays(batch()).total()]
    networks = [list(reference.D.parameters()), list(reference.G.parameters())]
    gradients = [torch.autograd.grad(total, own) for total, own in zip(losses, networks, strict=True)]
    for p, g in zip(networks[0] + networks[1], gradients[0] + gradients[1], strict=True):
        p.data -= 0.5 * g
    for mine, theirs in ((game.D, reference.D), (game.G, reference.G)):
        for p, q in zip(mine.parameters(), theirs.parameters(), strict=True):
            torch.testing.assert_close(p, q)
    alternating = make()
    torch.manual_seed(3)
    for name, player in alternating.players().items():
        move(player, SGD(getattr(alternating, name).parameters(), 0.5), batch())
    assert not same(state(alternating.G), state(game.G)), "in turn, G meets a D that has moved already"


def test_a_non_finite_term_is_named_and_nothing_is_stepped():
    game = make()
    game.penalties = {"bad": lambda D, view: view.real_logits * torch.inf}
    before, optimizer = state(game), Adam(game.D.parameters(), 0.1)
    with pytest.raises(NonFiniteError, match="'bad' is"):
        move(game.players()["D"], optimizer, batch())
    del before["_extra_state"]
    assert same({k: v for k, v in state(game).items() if k != "_extra_state"}, before)
    assert not optimizer.state


def test_a_non_finite_gradient_of_a_finite_loss_is_caught():
    game = make()
    game.penalties = {"root": lambda D, view: (D(view.x) * 0).abs().sqrt()}
    before = state(game.D)
    with pytest.raises(NonFiniteError, match="gradient"):
        move(game.players()["D"], SGD(game.D.parameters(), 0.1), batch())
    assert same(state(game.D), before)


def test_finite_differences_refuse_a_d_that_drops_units():
    game = make("mlp", penalties="fd")
    with pytest.raises(ValueError, match="without dropout"):
        game.d_pays(batch())


def test_instance_noise_is_on_real_and_fake_in_both_moves():
    seen = []
    game = make(augment=lambda x: (seen.append(tuple(x.shape)), instance_noise(0.5)(x))[1])
    game.d_pays(batch())
    game.g_pays(batch())
    assert len(seen) == 3
    x = torch.zeros(4000, 1, 2, 2)
    assert abs(instance_noise(0.5)(x).std().item() - 0.5) < 0.02


def test_priors_have_their_moments_and_seeds():
    z = uniform(3, 3**0.5)(20_000, seed=1)
    assert abs(z.std().item() - 1) < 0.02 and z.abs().max() <= 3**0.5
    assert torch.equal(normal(4)(5, seed=2), normal(4)(5, seed=2))
    assert not torch.equal(normal(4)(5, seed=2), normal(4)(5, seed=3))


def test_samples_are_a_function_of_the_seed_and_leave_the_stream_alone():
    game = make("dcgan", classes=3).eval()
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    a, b = game.sample(7, seed=4)["samples"], game.sample(7, seed=4)["samples"]
    assert torch.equal(a, b) and a.shape == (7, 1, 12, 10)
    assert torch.equal(torch.rand(3), expected)


def test_view_keeps_what_d_saw():
    views = []

    def spy(D, view):
        views.append(view)
        return view.real_logits * 0

    game = make("mlp", classes=3)
    game.penalties = {"spy": spy}
    game.d_pays(batch())
    game.d_pays(batch())
    assert isinstance(views[0], View) and [v.turn for v in views] == [0, 1]
    assert torch.equal(views[0].x, batch().x) and not views[0].fake.requires_grad
    assert torch.equal(views[0].y, batch().y)
