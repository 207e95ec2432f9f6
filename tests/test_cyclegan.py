"""The contract of CycleGAN: who changes what, what is paid, what is seen."""

import copy

import pytest
import torch
from torch import nn
from torch.optim import SGD

from sparring.games import LOSSES, Batch, Seat, Turn, move, noise_of
from sparring.games.cyclegan import CycleGAN
from sparring.games.lookalikes import LookAlikes
from sparring.games.penalties import finite_differences, gradient_penalty, lazy, on_share, r1, r2
from sparring.networks.patch import PatchDiscriminator
from sparring.networks.shuffle import ShuffleTranslator
from sparring.networks.translate import ResNetTranslator, UNetTranslator

PENALTIES = {
    "none": {},
    "r1+r2": {"r1": r1(1.0), "r2": r2(1.0)},
    "gp": {"gp": gradient_penalty()},
    "fd": {"fd": on_share(r1(1.0, finite_differences()), 0.5), "lazy": lazy(r2(1.0), 2)},
}


class Normed(nn.Module):
    """A translator with running statistics: a move that is not its own must leave them alone."""

    def __init__(self, a, b):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(a, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), nn.Conv2d(6, b, 1))

    def forward(self, x):
        return torch.tanh(self.layers(x))


TRANSLATORS = {
    "resnet": lambda a, b: ResNetTranslator(a, b, 4, 1, 1),
    "unet": lambda a, b: UNetTranslator(a, b, 4, 2),
    "shuffle": lambda a, b: ShuffleTranslator(a, b, 8, 1),
    "batch_norm": Normed,
}


def make(translator="resnet", loss="least_squares", penalties="none", channels=(3, 3), pool=4, **more):
    torch.manual_seed(0)
    a, b = channels
    make_one = TRANSLATORS[translator]
    D = [PatchDiscriminator(c, 4, 1) for c in channels]
    more.setdefault("lambda_identity", 5.0 if a == b else 0.0)
    return CycleGAN(
        make_one(a, b), make_one(b, a), *D, (a, 12, 10), (b, 12, 10), LOSSES[loss], penalties=PENALTIES.get(penalties),
        pool=pool, **({"terms": {"lookalikes": LookAlikes((a, 12, 10), (b, 12, 10), 5)}} if penalties == "lookalikes" else {}),
        **more,
    )  # fmt: skip


def batch(n=3, channels=(3, 3), seed=1):
    g = torch.Generator().manual_seed(seed)
    return Batch(*(torch.rand(n, c, 12, 10, generator=g) * 2 - 1 for c in channels))


def sides(game):
    return {"G": nn.ModuleList([game.G_xy, game.G_yx]), "D": nn.ModuleList([game.D_x, game.D_y])}


def turn(name, moves=0):
    return Turn(noise_of(0, name, moves), moves)


def seats(game, lr=0.1):
    return {name: Seat(game, name, SGD(side.parameters(), lr)) for name, side in sides(game).items()}


def state(module):
    return {k: v.clone() for k, v in module.state_dict().items()}


def same(a, b):
    return a.keys() == b.keys() and all(torch.equal(a[k], b[k]) for k in a)


GAMES = [
    ("shuffle", "least_squares", "lookalikes", (3, 1)),
    *[("resnet", loss, "none", (3, 3)) for loss in LOSSES],
    *[(t, "least_squares", "none", (3, 1)) for t in TRANSLATORS],
    *[("shuffle", "relativistic", p, (1, 7)) for p in ("r1+r2", "gp", "fd")],
]


@pytest.mark.parametrize(("translator", "loss", "penalties", "channels"), GAMES)
def test_a_move_changes_its_own_player_and_nothing_else(translator, loss, penalties, channels):
    game = make(translator, loss, penalties, channels)
    for name, seat in seats(game).items():
        own, other = sides(game)[name], sides(game)["D" if name == "G" else "G"]
        memories = nn.ModuleList([game.pool_x, game.pool_y] if name == "G" else [game.kept])
        before, bystanding, remembered = state(own), state(other), state(memories)
        terms, fine = move(seat, batch(channels=channels), turn(name))
        assert fine and same(state(other), bystanding), "parameters and buffers of the other player are bit-identical"
        assert same(state(memories), remembered), "the pools are D's, the look-alikes G's"
        after = dict(own.named_parameters())
        changed = [k for k in after if not torch.equal(after[k], before[k])]
        least = 0.4 if translator == "shuffle" else 0.5
        assert len(changed) >= len(after) * (0.05 if name == "G" and translator == "shuffle" else least)
        for value in [*terms.paid.values(), *(seen.value for seen in terms.seen.values())]:
            assert value.dim() == 0 and torch.isfinite(value) and not value.requires_grad
    assert int(game.pool_x.count) == int(game.pool_y.count) == 3
    assert penalties != "lookalikes" or [int(m.count) for m in game.kept[0].children()] == [3, 3]


@pytest.mark.parametrize(("translator", "loss", "penalties", "channels"), GAMES)
def test_state_dict_round_trip_plays_on_identically(translator, loss, penalties, channels):
    def play(game, rounds):
        for i in rounds:
            for name, seat in seats(game, 0.01).items():
                move(seat, batch(channels=channels, seed=i), turn(name, i))

    one, two = (make(translator, loss, penalties, channels) for _ in range(2))
    play(one, range(3))
    two.load_state_dict(copy.deepcopy(one.state_dict()))
    assert same(state(one), state(two))
    assert int(two.pool_x.count) == 4, "the pool is full, so what comes next depends on what it holds"
    for i, game in enumerate((one, two)):
        torch.manual_seed(i)
        play(game, range(3, 5))
    assert same(state(one), state(two))


def test_g_moves_first_and_pays_the_formula():
    game = make(lambda_cycle=10.0, lambda_identity=5.0)
    assert list(game.players()) == ["G", "D"]
    x, y = batch()
    paid = game.g_pays(batch(), turn("G")).paid
    with torch.no_grad():
        fake_y, fake_x = game.G_xy(x), game.G_yx(y)
        cycle = (game.G_yx(fake_y) - x).abs().mean() + (game.G_xy(fake_x) - y).abs().mean()
        identity = (game.G_xy(y) - y).abs().mean() + (game.G_yx(x) - x).abs().mean()
        expected = {
            "adversarial_xy": (game.D_y(fake_y) - 1).square().mean(),
            "adversarial_yx": (game.D_x(fake_x) - 1).square().mean(),
            "cycle": 10 * cycle,
            "identity": 5 * identity,
        }
    assert paid.keys() == expected.keys()
    for name, value in expected.items():
        torch.testing.assert_close(paid[name].detach(), value)


def test_d_pays_half_of_the_sum_on_both_domains():
    game = make()
    x, y = batch()
    paid = game.d_pays(batch(), turn("D")).paid
    with torch.no_grad():
        for side, D, real, fake in (("x", game.D_x, x, game.G_yx(y)), ("y", game.D_y, y, game.G_xy(x))):
            expected = 0.5 * ((D(real) - 1).square().mean() + D(fake).square().mean())
            torch.testing.assert_close(paid[f"adversarial_{side}"].detach(), expected)


def test_penalties_are_paid_by_both_discriminators():
    paid = make("shuffle", "nonsaturating", "r1+r2").d_pays(batch(), turn("D")).paid
    assert set(paid) == {"adversarial_x", "adversarial_y", "r1_x", "r1_y", "r2_x", "r2_y"}


def test_identity_needs_equal_channels_and_weights_are_not_negative():
    with pytest.raises(ValueError, match="x has 3 channels and y 1"):
        make(channels=(3, 1), lambda_identity=5.0)
    with pytest.raises(ValueError, match="lambda_cycle -1"):
        make(lambda_cycle=-1.0)
    with pytest.raises(ValueError, match="two domains"):
        make().g_pays(Batch(torch.zeros(2, 3, 12, 10), torch.zeros(2, dtype=torch.int64)), turn("G"))


def test_maps_go_both_ways_and_generators_are_the_translators():
    game = make(channels=(1, 3)).eval()
    there, back = game.maps()["x_to_y"], game.maps()["y_to_x"]
    assert (there.network, there.reads, there.draws) == ("G_xy", "x", "y")
    assert (back.network, back.reads, back.draws) == ("G_yx", "y", "x")
    assert game.generators() == {"G_xy": game.G_xy, "G_yx": game.G_yx}
    x, y = batch(2, (1, 3))
    assert game.G_xy(x).shape == y.shape and game.G_yx(y).shape == x.shape


def test_watching_measures_the_cycle():
    game = make()
    x, y = batch(5)
    with torch.no_grad():
        seen = game.watch(Batch(x, y), turn("watch"))
        error = ((game.G_yx(game.G_xy(x)) - x).abs().mean() + (game.G_xy(game.G_yx(y)) - y).abs().mean()) / 2
        torch.testing.assert_close(seen["D_y(G_xy(x))"].value, game.D_y(game.G_xy(x)).mean())
    torch.testing.assert_close(seen["cycle_error"].value, error)
    assert {name: s.kind for name, s in seen.items()} == {
        "cycle_error": "error", "D_x(x)": "logit", "D_x(G_yx(y))": "logit", "D_y(y)": "logit", "D_y(G_xy(x))": "logit"
    }  # fmt: skip
    probable = make(loss="nonsaturating").watch(Batch(x, y), turn("watch"))
    assert probable["D_x(x)"].kind == "probability" and 0 < probable["D_x(x)"].value < 1


def test_noise_on_the_way_back_is_the_turn_s():
    quiet, hidden = make(), make(noise=0.3)
    paid = [hidden.g_pays(batch(), turn("G", i)).paid["cycle"].item() for i in (0, 0, 1)]
    assert paid[0] == paid[1] != paid[2] and paid[0] != quiet.g_pays(batch(), turn("G")).paid["cycle"].item()
