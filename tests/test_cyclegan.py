"""The contract of CycleGAN: who changes what, what is paid, what the pool does, what a resume gives."""

import copy
import importlib.util
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.optim import SGD

from sparring.data.pictures import Pictures
from sparring.data.spec import Spec
from sparring.data.unpaired import unpaired_stream
from sparring.engine.backend import Backend
from sparring.engine.trainer import Trainer
from sparring.games import LOSSES, Batch
from sparring.games.cyclegan import CycleGAN
from sparring.games.game import bystander
from sparring.games.lookalikes import LookAlikes, Memory, unlikeness
from sparring.games.move import move
from sparring.games.penalties import finite_differences, gradient_penalty, lazy, on_share, r1, r2
from sparring.games.pool import Pool
from sparring.networks.patch import PatchDiscriminator
from sparring.networks.shuffle import ShuffleTranslator
from sparring.networks.translate import ResNetTranslator, UNetTranslator
from sparring.recipes import RECIPES, cyclegan, cyclegan_small
from sparring.recipes.translation import epoch_decay
from sparring.runs import checkpoint

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
        pool=pool, **({"lookalikes": LookAlikes(1.0, 5)} if penalties == "lookalikes" else {}), **more,
    )  # fmt: skip


def batch(n=3, channels=(3, 3), seed=1):
    g = torch.Generator().manual_seed(seed)
    return Batch(*(torch.rand(n, c, 12, 10, generator=g) * 2 - 1 for c in channels))


def sides(game):
    return {"G": nn.ModuleList([game.G_xy, game.G_yx]), "D": nn.ModuleList([game.D_x, game.D_y])}


def state(module):
    return {k: v.clone() for k, v in module.state_dict().items() if torch.is_tensor(v)}


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
    for name, player in game.players().items():
        own, other = sides(game)[name], sides(game)["D" if name == "G" else "G"]
        before, bystanding, pools = state(own), state(other), (state(game.pool_x), state(game.pool_y))
        terms = move(player, SGD(own.parameters(), 0.1), batch(channels=channels))
        assert same(state(other), bystanding), "parameters and buffers of the other player are bit-identical"
        if name == "G":
            assert same(state(game.pool_x), pools[0]) and same(state(game.pool_y), pools[1]), "the pools are D's"
        after = dict(own.named_parameters())
        changed = [k for k in after if not torch.equal(after[k], before[k])]
        least = 0.4 if translator == "shuffle" else 0.5
        assert len(changed) >= len(after) * (0.05 if name == "G" and translator == "shuffle" else least)
        for value in [*terms.paid.values(), *terms.seen.values()]:
            assert value.dim() == 0 and torch.isfinite(value) and not value.requires_grad


@pytest.mark.parametrize(("translator", "loss", "penalties", "channels"), GAMES)
def test_state_dict_round_trip_plays_on_identically(translator, loss, penalties, channels):
    def play(game, n):
        optimizers = {name: SGD(side.parameters(), 0.01) for name, side in sides(game).items()}
        for i in range(n):
            for name, player in game.players().items():
                move(player, optimizers[name], batch(channels=channels, seed=i))

    one, two = (make(translator, loss, penalties, channels) for _ in range(2))
    play(one, 3)
    two.load_state_dict(copy.deepcopy(one.state_dict()))
    assert same(state(one), state(two)) and two.turn == one.turn == 3
    assert int(two.pool_x.count) == 4, "the pool is full, so what comes next depends on what it holds"
    for game in (one, two):
        torch.manual_seed(5)
        play(game, 2)
    assert same(state(one), state(two))


def test_g_moves_first_and_pays_the_formula():
    game = make(lambda_cycle=10.0, lambda_identity=5.0)
    assert list(game.players()) == ["G", "D"]
    x, y = batch()
    paid = game.g_pays(batch()).paid
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
    paid = game.d_pays(batch()).paid
    with torch.no_grad():
        for side, D, real, fake in (("x", game.D_x, x, game.G_yx(y)), ("y", game.D_y, y, game.G_xy(x))):
            expected = 0.5 * ((D(real) - 1).square().mean() + D(fake).square().mean())
            torch.testing.assert_close(paid[f"adversarial_{side}"].detach(), expected)


def test_penalties_are_paid_by_both_discriminators():
    paid = make("shuffle", "nonsaturating", "r1+r2").d_pays(batch()).paid
    assert set(paid) == {"adversarial_x", "adversarial_y", "r1_x", "r1_y", "r2_x", "r2_y"}


def test_identity_needs_equal_channels_and_weights_are_not_negative():
    with pytest.raises(ValueError, match="x has 3 channels and y 1"):
        make(channels=(3, 1), lambda_identity=5.0)
    with pytest.raises(ValueError, match="lambda_cycle -1"):
        make(lambda_cycle=-1.0)
    with pytest.raises(ValueError, match="two domains"):
        make().g_pays(Batch(torch.zeros(2, 3, 12, 10), torch.zeros(2, dtype=torch.int64)))


def test_strips_and_translation():
    game = make().eval()
    held = batch(5)
    strips = game.sample(4, held_out=held)
    assert {k: tuple(v.shape) for k, v in strips.items()} == {"x_to_y": (4, 3, 12, 30), "y_to_x": (4, 3, 12, 30)}
    assert torch.equal(strips["x_to_y"][..., :10], held.x[:4])
    torch.testing.assert_close(strips["y_to_x"][..., 10:20], game.translate(held.y[:4], to="x"))
    torch.testing.assert_close(strips["y_to_x"][..., 20:], game.G_xy(game.G_yx(held.y[:4])))
    mixed = make(channels=(1, 3)).eval().sample(2, held_out=batch(2, (1, 3)))
    assert {k: v.shape[1] for k, v in mixed.items()} == {"x_to_y": 3, "x_to_y_to_x": 1, "y_to_x": 1, "y_to_x_to_y": 3}
    with pytest.raises(ValueError, match="to is 'z'"):
        game.translate(held.x, to="z")
    with pytest.raises(ValueError, match="held_out"):
        game.sample(4)


def test_watching_changes_nothing_and_measures_the_cycle():
    game = make("batch_norm")
    before = state(game)
    seen = game.watch(batch(5))
    assert same(state(game), before)
    assert set(seen) == {
        "held_out/cycle_error", "held_out/D_x(x)", "held_out/D_x(G_yx(y))", "held_out/D_y(y)", "held_out/D_y(G_xy(x))"
    }  # fmt: skip


def test_the_pool_is_filled_first_and_then_swaps_half_of_the_time():
    torch.manual_seed(0)
    pool = Pool(50, (1,))
    first = torch.arange(50.0)[:, None]
    assert torch.equal(pool(first), first) and torch.equal(pool.pictures, first)
    given, swapped, slots = 0, 0, set()
    for start in range(100, 10_100, 4):
        fakes = torch.arange(start, start + 4.0)[:, None]
        out = pool(fakes)
        swapped += int((out != fakes).sum())
        given += 4
        slots |= set(pool.pictures.flatten().tolist())
        assert (out <= fakes).all() and len(pool.pictures.unique()) == 50, "what was given away is no longer stored"
    assert abs(swapped / given - 0.5) < 0.02
    ages = 10_100 - pool.pictures
    assert 50 < ages.mean() < 200, "a stored picture stays for about 100 fakes"
    assert torch.equal(Pool(0, (1,))(first), first)
    with pytest.raises(ValueError, match="-1"):
        Pool(-1, (1,))


def pictures(n, channels, seed, side=12):
    rng = np.random.default_rng(seed)
    return Pictures(rng.integers(0, 256, (n, side, side, channels), np.uint8))


SMALL = {
    "cyclegan": {"features": 4, "blocks": 1, "d_features": 4, "d_layers": 1, "load": 14, "crop": 12, "batch_size": 2, "ema": 20},
    "cyclegan_small": {"features": 8, "blocks": 1, "d_features": 4, "batch_size": 3, "ema": 20, "images": 100, "memory": 7},
}  # fmt: skip


def trainer(recipe, backend=None, **settings):
    x, y = pictures(11, 3, 0), pictures(17, 3, 1)
    torch.manual_seed(7)
    e = RECIPES[recipe](x.spec, y.spec, **{**SMALL[recipe], "pool": 5, **settings})
    return Trainer(e, e.stream(x, y, 7), backend)


def bits(t):
    s = t.snapshot()
    return {f"{part}/{k}": v.clone() for part, tensors in s.tensors.items() for k, v in tensors.items()}, s.state


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("recipe", ["cyclegan", "cyclegan_small"])
def test_resume_with_the_pool_is_bit_for_bit(recipe, precision, tmp_path):
    backend = Backend("cpu", precision, precision == "bfloat16")
    straight = trainer(recipe, backend)
    for _ in range(9):
        straight.step()
        checkpoint.save(tmp_path, straight.snapshot(), keep=20)
    end = bits(straight)
    assert int(straight.game.pool_x.count) == 5
    for path in sorted(p for p in tmp_path.iterdir() if p.is_dir()):
        torch.manual_seed(999)
        resumed = trainer(recipe, backend)
        resumed.restore(checkpoint.read(path))
        while resumed.steps < 9:
            resumed.step()
        mine = bits(resumed)
        assert mine[0].keys() == end[0].keys() and mine[1] == end[1]
        assert not [k for k in end[0] if not torch.equal(mine[0][k], end[0][k])]


def test_control_a_resume_that_forgets_the_pool_is_another_run(tmp_path):
    straight = trainer("cyclegan")
    for _ in range(5):
        straight.step()
    path = checkpoint.save(tmp_path, straight.snapshot())
    resumed = trainer("cyclegan")
    resumed.restore(checkpoint.read(path))
    resumed.game.pool_y.pictures.zero_()
    for t in (straight, resumed):
        for _ in range(4):
            t.step()
    assert not torch.equal(next(straight.game.D_y.parameters()), next(resumed.game.D_y.parameters()))


def test_the_unrolled_example_is_bit_identical_to_the_trainer_after_three_steps():
    path = Path(__file__).parents[1] / "examples" / "unrolled_cyclegan.py"
    spec = importlib.util.spec_from_file_location("unrolled_cyclegan", path)
    unrolled = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(unrolled)
    unrolled.POOL = 6  # so that three steps already swap
    networks = unrolled.main(3)
    x, y = unrolled.domains()
    torch.manual_seed(unrolled.SEED)
    e = cyclegan(x.spec, y.spec, **unrolled.SETTINGS, pool=6)
    t = Trainer(e, e.stream(x, y, unrolled.SEED))
    for _ in range(3):
        t.step()
    for mine, theirs in zip((t.game.G_xy, t.game.G_yx, t.game.D_x, t.game.D_y), networks, strict=True):
        for p, q in zip(mine.parameters(), theirs.parameters(), strict=True):
            assert torch.equal(p, q)
    t.step()
    assert not torch.equal(next(t.game.G_xy.parameters()), next(networks[0].parameters())), "a fourth step differs"


def test_unpaired_streams_are_pure_and_each_domain_has_its_own_order():
    x, y = pictures(11, 3, 0), pictures(11, 1, 1)
    stream = unpaired_stream(x, y, 3, load=14, crop=12, flip=True)
    whole, parts = stream(20, 6), [stream(20, 2), stream(22, 4)]
    assert torch.equal(whole.x, torch.cat([p.x for p in parts])) and torch.equal(
        whole.y, torch.cat([p.y for p in parts])
    )
    plain = unpaired_stream(Pictures(x.images), Pictures(x.images), 3)(0, 11)
    assert not torch.equal(plain.x, plain.y), "the same pictures, in two orders"
    assert torch.equal(plain.x.flatten(1).sum(1).sort().values, plain.y.flatten(1).sum(1).sort().values)
    rising = Pictures(np.broadcast_to(np.arange(12, dtype=np.uint8)[:, None], (1, 12, 12, 1)))
    flips = unpaired_stream(rising, rising, 0, flip=True)(0, 400).x
    assert abs((flips[:, 0, 0, 0] > flips[:, 0, 0, -1]).float().mean().item() - 0.5) < 0.07
    with pytest.raises(Exception, match="crop is 20"):
        unpaired_stream(x, y, 0, crop=20)
    with pytest.raises(Exception, match="give a size for both"):
        unpaired_stream(x, pictures(4, 3, 0, side=10), 0)


def test_crops_lie_everywhere_and_286_becomes_256():
    ramp = np.arange(286, dtype=np.uint16)[:, None] * 200 + np.zeros((286, 286), np.uint16)
    x = Pictures(np.stack([ramp, ramp.T])[..., None])
    found = unpaired_stream(x, x, 0, load=286, crop=256, flip=True)(0, 200)
    assert found.x.shape == (200, 1, 256, 256)
    tops = ((found.x.amin((1, 2, 3)) + 1) * 65535 / 2 / 200).round()
    assert tops.min() <= 1 and tops.max() >= 29 and len(tops.unique()) > 25
    small = Pictures(np.random.default_rng(0).integers(0, 256, (2, 100, 120, 3), np.uint8))
    assert unpaired_stream(small, small, 0, load=286, crop=256)(0, 2).x.shape == (2, 3, 256, 256)


def test_the_faithful_recipe_has_every_constant():
    spec = Spec(channels=3, height=286, width=286, count=1000)
    with torch.device("meta"):
        e = cyclegan(spec, spec._replace(count=1200))
    game = e.game
    counts = [sum(p.numel() for p in net.parameters()) for net in (game.G_xy, game.G_yx, game.D_x, game.D_y)]
    assert counts == [11_378_179, 11_378_179, 2_764_737, 2_764_737]
    assert (game.lambda_cycle, game.lambda_identity, game.pool_x.size, e.batch_size) == (10, 5, 50, 1)
    assert game.pool_y.pictures.shape == (50, 3, 256, 256)
    assert game.loss is LOSSES["least_squares"] and list(game.players()) == ["G", "D"] and e.updates == "alternating"
    for optimizer in e.optimizers.values():
        group = optimizer.param_groups[0]
        assert (group["lr"], group["betas"]) == (2e-4, (0.5, 0.999))
    assert e.images == 200 * 1200, "an epoch is a pass over the larger domain"
    law = e.schedules[0].law
    for epoch in range(200):
        expected = 2e-4 * (1 - max(0, epoch + 1 - 100) / 101)
        assert law(epoch * 1200) == law(epoch * 1200 + 1199) == pytest.approx(expected)
    assert law(99 * 1200) == 2e-4 and law(150 * 1200) == pytest.approx(2e-4 * (1 - 51 / 101)) and law(10**9) == 0
    assert epoch_decay(1.0, 10, 100, 100)(1990) == pytest.approx(1 / 101)
    norms = [m for m in game.modules() if isinstance(m, nn.InstanceNorm2d)]
    assert len(norms) == 2 * 23 + 2 * 3 and not any(m.affine or m.track_running_stats for m in norms)
    assert all(m.bias is not None for m in game.modules() if isinstance(m, nn.Conv2d | nn.ConvTranspose2d))
    assert not any(isinstance(m, nn.Sigmoid) for m in game.modules())


def test_faithful_networks_at_256_pixels():
    torch.manual_seed(0)
    G, D = ResNetTranslator(3, 3), PatchDiscriminator(3)
    assert D.receptive_field == 70 and [PatchDiscriminator(3, 4, n).receptive_field for n in (1, 2, 4)] == [16, 34, 142]
    with torch.no_grad():
        assert D(torch.zeros(1, 3, 256, 256)).shape == (1, 1, 30, 30)
    for network in (G, D):
        for m in network.modules():
            if isinstance(m, nn.Conv2d | nn.ConvTranspose2d):
                assert abs(m.weight.std().item() - 0.02) < 0.02 * 5 / math.sqrt(2 * m.weight.numel())
                assert abs(m.weight.mean().item()) < 0.02 * 5 / math.sqrt(m.weight.numel())
                assert (m.bias == 0).all()
    kinds = [
        (type(m).__name__, m.stride[0], m.out_channels)
        for m in G.layers
        if isinstance(m, nn.Conv2d | nn.ConvTranspose2d)
    ]
    assert kinds == [
        ("Conv2d", 1, 64), ("Conv2d", 2, 128), ("Conv2d", 2, 256), ("ConvTranspose2d", 2, 128), ("ConvTranspose2d", 2, 64),
        ("Conv2d", 1, 3),
    ]  # fmt: skip


def test_small_recipe_starts_as_the_identity():
    spec = Spec(3, 32, 32, count=100)
    game = cyclegan_small(spec, spec).game
    x = torch.rand(2, 3, 32, 32) * 2 - 1
    assert torch.equal(game.G_xy(x), x) and torch.equal(game.G_yx(x), x)
    grey = cyclegan_small(spec, spec._replace(channels=1)).game
    assert grey.G_xy(x).shape == (2, 1, 32, 32) and grey.G_yx(x[:, :1]).shape == (2, 3, 32, 32)


def test_the_memory_keeps_the_last_pictures_and_finds_the_nearest():
    memory = Memory(4, (3, 2, 2))
    seen = torch.linspace(-1, 1, 6).view(6, 1, 1, 1).expand(6, 3, 2, 2)
    memory.remember(seen[:1])
    assert torch.allclose(memory.nearest(seen[5:]), seen[:1]), "empty places are never found"
    memory.remember(seen[1:])
    found = memory.nearest(torch.stack([seen[0], seen[4] + 0.01]))
    assert torch.allclose(found, torch.stack([seen[2], seen[4]]), atol=0.01), "the two oldest have made room"
    memory.remember(seen)
    assert sorted(memory.pictures[:, 0].tolist()) == sorted(seen[2:, 0, 0, 0].bfloat16().tolist()), (
        "more than there is room for"
    )


def test_unlikeness_is_near_squared_error_for_near_pixels_and_forgives_far_ones():
    a, b = torch.zeros(2, 3, 4, 4), torch.zeros(2, 3, 4, 4)
    b[0], b[1, :, :2] = 0.03, 2.0
    near, half_far = unlikeness(a, b, 0.3)
    assert near.item() == pytest.approx(0.01, rel=0.02) and 0.45 < half_far.item() < 0.5
    c = torch.full((1, 1, 1, 1), 0.3, requires_grad=True)
    far = torch.full((1, 1, 1, 1), 2.0, requires_grad=True)
    for t in (c, far):
        unlikeness(t, torch.zeros(1, 1, 1, 1), 0.3).sum().backward()
    assert far.grad.item() < c.grad.item() / 30


def test_look_alikes_pull_each_translator_towards_the_nearest_picture():
    """With the truth in the memory, and nothing else to pay, both translators find a map that nobody paired for them."""
    torch.manual_seed(0)
    x = torch.rand(24, 3, 12, 10) * 2 - 1
    y = (0.8 * x.flip(1) + 0.2 * x + 0.05).clamp(-1, 1) * 0.9
    G_xy, G_yx = (ShuffleTranslator(3, 3, 16, 1) for _ in range(2))
    D = [PatchDiscriminator(3, 4, 1) for _ in range(2)]
    how = LookAlikes(1.0, 24, 1.0)
    game = CycleGAN(G_xy, G_yx, *D, x.shape[1:], x.shape[1:], lambda_cycle=0.0, lambda_identity=0.0, lookalikes=how)
    optimizer = torch.optim.Adam([*G_xy.parameters(), *G_yx.parameters()], 3e-3)
    before = [(g(a) - b).square().mean().item() for g, a, b in ((G_xy, x, y), (G_yx, y, x))]
    for _ in range(60):
        order = torch.randperm(24), torch.randperm(24)
        loss = game.g_pays(Batch(x[order[0]], y[order[1]])).paid["lookalikes"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    after = [(g(a) - b).square().mean().item() for g, a, b in ((G_xy, x, y), (G_yx, y, x))]
    assert all(end < start / 4 for start, end in zip(before, after, strict=True)), (before, after)


@pytest.mark.parametrize("wrong", [{"weight": -1.0}, {"memory": 0}, {"scale": 0.0}])
def test_look_alikes_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        make(lookalikes=LookAlikes(**{"weight": 1.0, **wrong}))


@pytest.mark.parametrize("norm", [nn.InstanceNorm2d(3, track_running_stats=True), nn.BatchNorm2d(3)])
def test_a_bystanders_running_statistics_stand_still(norm):
    before = state(norm)
    with bystander(norm):
        norm(torch.rand(4, 3, 5, 5) + 3)
    assert same(state(norm), before)
    norm(torch.rand(4, 3, 5, 5) + 3)
    assert not same(state(norm), before), "afterwards they move again"
