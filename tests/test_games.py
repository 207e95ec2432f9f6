"""The contract of every game with every loss: who changes what, what terms are, and what is kept."""

import copy
import itertools

import pytest
import torch
from torch import nn
from torch.optim import SGD, Adam

from sparring.data.spec import Spec
from sparring.games import (
    GAN,
    LOSSES,
    Batch,
    Seat,
    Turn,
    View,
    instance_noise,
    move,
    move_together,
    noise_of,
    normal,
    uniform,
)
from sparring.games.move import why_not
from sparring.games.penalties import finite_differences, functional, gradient_penalty, lazy, on_share, r1, r2
from sparring.games.terms import term
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


def turn(name="D", moves=0, seed=0):
    return Turn(noise_of(seed, name, moves), moves)


def seats(game, lr=0.1):
    return {name: Seat(game, name, SGD(getattr(game, name).parameters(), lr)) for name in game.players()}


def state(module):
    return {k: v.clone() for k, v in module.state_dict().items()}


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
    for name, seat in seats(game).items():
        own, other = getattr(game, name), getattr(game, "G" if name == "D" else "D")
        before, bystanding = state(own), state(other)
        terms, fine = move(seat, batch(), turn(name))
        assert fine and same(state(other), bystanding), "parameters and buffers of the other player are bit-identical"
        after = dict(own.named_parameters())
        changed = [k for k in after if not torch.equal(after[k], before[k])]
        assert len(changed) >= len(after) / 2, f"only {changed} of {list(after)} moved"
        for value in [*terms.paid.values(), *(seen.value for seen in terms.seen.values())]:
            assert value.dim() == 0 and torch.isfinite(value) and not value.requires_grad


@pytest.mark.parametrize(("networks", "loss", "penalties", "classes"), GAMES)
def test_state_dict_round_trip_plays_on_identically(networks, loss, penalties, classes):
    def play(game, rounds):
        for i in rounds:
            for name, seat in seats(game, 0.01).items():
                move(seat, batch(), turn(name, i))

    one = make(networks, loss, penalties, classes)
    play(one, range(3))
    two = make(networks, loss, penalties, classes)
    two.load_state_dict(copy.deepcopy(one.state_dict()))
    assert same(state(one), state(two))
    for i, game in enumerate((one, two)):
        torch.manual_seed(i)
        play(game, range(3, 5))
    assert same(state(one), state(two))


def test_control_without_a_move_the_other_player_s_buffers_change():
    game = make("dcgan")
    before = state(game.G)
    game.d_pays(batch(), turn())
    assert not same(state(game.G), before)
    modes = [m.track_running_stats for m in game.G.modules() if isinstance(m, nn.BatchNorm2d)]
    move(seats(game)["D"], batch(), turn())
    assert modes and all(modes) and all(m.training for m in game.modules())


def test_a_loss_that_reads_real_logits_without_saying_so_is_found_out():
    game = make()
    game.loss = LOSSES["relativistic"]._replace(paired=False)
    seat = seats(game)["G"]
    assert not move(seat, batch(), turn("G")).fine
    assert "adversarial" in why_not(seat, batch(), turn("G"))


def test_d_steps_and_their_order():
    game = make(d_steps=3)
    assert [(name, p.steps) for name, p in game.players().items()] == [("D", 3), ("G", 1)]
    assert [(name, seat.steps) for name, seat in seats(game).items()] == [("D", 3), ("G", 1)]
    with pytest.raises(ValueError, match="d_steps is 0"):
        make(d_steps=0)


def test_simultaneous_moves_take_both_gradients_from_the_same_state():
    game, reference, alternating = make("dcgan"), make("dcgan"), make("dcgan")
    turns = {name: turn(name) for name in ("D", "G")}
    move_together([(seat, batch(), turns[name]) for name, seat in seats(game, 0.5).items()])
    losses = [reference.d_pays(batch(), turns["D"]).total(), reference.g_pays(batch(), turns["G"]).total()]
    networks = [list(reference.D.parameters()), list(reference.G.parameters())]
    gradients = [torch.autograd.grad(total, own) for total, own in zip(losses, networks, strict=True)]
    for p, g in zip(networks[0] + networks[1], gradients[0] + gradients[1], strict=True):
        p.data -= 0.5 * g
    for mine, theirs in ((game.D, reference.D), (game.G, reference.G)):
        for p, q in zip(mine.parameters(), theirs.parameters(), strict=True):
            torch.testing.assert_close(p, q)
    for name, seat in seats(alternating, 0.5).items():
        move(seat, batch(), turns[name])
    assert same(state(alternating.D), state(game.D))
    assert not same(state(alternating.G), state(game.G)), "in turn, G meets a D that has moved already"


def test_simultaneous_moves_step_all_or_none():
    game = make()
    game.penalties["bad"] = term(lambda D, view: view.real_logits * torch.inf)
    before = state(game)
    moved = move_together([(seat, batch(), turn(name)) for name, seat in seats(game).items()])
    assert [bool(m.fine) for m in moved] == [False, False] and same(state(game), before)


def test_a_non_finite_term_is_named_and_nothing_is_stepped():
    game = make()
    game.penalties = {"bad": term(lambda D, view: view.real_logits * torch.inf)}
    before, seat = state(game), Seat(game, "D", Adam(game.D.parameters(), 0.1))
    assert not move(seat, batch(), turn()).fine
    assert why_not(seat, batch(), turn()).startswith("its loss term 'bad' is ")
    assert same(state(game), before) and not seat.optimizer.state


def test_a_non_finite_gradient_of_a_finite_loss_is_caught():
    game = make()
    game.penalties = {"root": term(lambda D, view: (D(view.x) * 0).abs().sqrt())}
    before, seat = state(game.D), seats(game)["D"]
    assert not move(seat, batch(), turn()).fine
    assert "norm of its gradient is nan" in why_not(seat, batch(), turn())
    assert same(state(game.D), before)


def test_finite_differences_refuse_a_d_that_drops_units():
    game = make("mlp", penalties="fd")
    with pytest.raises(ValueError, match="without dropout"):
        game.d_pays(batch(), turn())


def test_instance_noise_is_on_real_and_fake_in_both_moves():
    seen = []
    game = make(
        augment=lambda x, noise: (seen.append((tuple(x.shape), noise.key.item())), instance_noise(0.5)(x, noise))[1]
    )
    game.d_pays(batch(), turn())
    game.g_pays(batch(), turn("G"))
    assert len(seen) == 3 and len(set(seen)) == 3, "real and fakes have noise of their own"
    x = torch.zeros(4000, 1, 2, 2)
    assert abs(instance_noise(0.5)(x, noise_of(0)).std().item() - 0.5) < 0.02


def test_priors_have_their_moments_and_seeds():
    z = uniform(3, 3**0.5)(noise_of(1), 20_000)
    assert abs(z.std().item() - 1) < 0.02 and z.abs().max() <= 3**0.5
    assert torch.equal(normal(4)(noise_of(2), 5), normal(4)(noise_of(2), 5))
    assert not torch.equal(normal(4)(noise_of(2), 5), normal(4)(noise_of(3), 5))


def test_the_way_between_two_normal_z_keeps_their_length():
    a, b = normal(64)(noise_of(0), 2).split(1)
    t = torch.linspace(0, 1, 5)[:, None]
    way = normal(64).between(a, b, t)
    torch.testing.assert_close(way[[0, -1]], torch.cat([a, b]))
    torch.testing.assert_close(way.norm(dim=1), torch.lerp(a.norm(), b.norm(), t[:, 0]))
    straight = uniform(64).between(a, b, t)
    torch.testing.assert_close(straight[2], (a + b)[0] / 2)
    assert straight[2].norm() < 0.85 * way[2].norm(), "the straight way is through places where no z is"


def test_samples_are_a_function_of_the_noise_and_leave_the_stream_alone():
    game = make("dcgan", classes=3).eval()
    samples = game.maps()["samples"]
    assert (samples.network, samples.draws, samples.classes) == ("G", "x", 3)
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    y = torch.arange(7) % 3
    a, b = (game.generate(samples.reads(noise_of(4), 7), y) for _ in range(2))
    assert torch.equal(a, b) and a.shape == (7, 1, 12, 10)
    assert torch.equal(torch.rand(3), expected)


def test_view_keeps_what_d_saw():
    views = []

    def spy(D, view):
        views.append(view)
        return view.real_logits * 0

    game = make("mlp", classes=3)
    game.penalties = {"spy": term(spy)}
    for i in range(2):
        game.d_pays(batch(), turn(moves=i))
    assert isinstance(views[0], View) and [v.turn.moves for v in views] == [0, 1]
    assert torch.equal(views[0].x, batch().x) and not views[0].fake.requires_grad
    assert torch.equal(views[0].y, batch().y) and torch.equal(views[0].fake_y, batch().y)
    assert not torch.equal(views[0].fake, views[1].fake), "every move draws fakes of its own"
