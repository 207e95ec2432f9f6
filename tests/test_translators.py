"""pix2pix, CUT and FastCUT: PatchNCE against closed forms, what D is shown, pairs that stay pairs, the papers' constants."""

import math

import numpy as np
import pytest
import torch
from small import pictures, trainer
from torch import nn

from sparring.data.paired import paired_stream
from sparring.data.pictures import Pictures
from sparring.data.spec import Spec
from sparring.data.unpaired import unpaired_stream
from sparring.errors import CommandError, DataError
from sparring.games import LOSSES, Batch, Made, Turn, noise_of
from sparring.games.cut import CUT
from sparring.games.dropout import Dropout
from sparring.games.patch_nce import PatchNCE, nce, vectors, widths_of
from sparring.games.pix2pix import Pix2Pix
from sparring.networks.antialias import Doubled, Halved
from sparring.networks.patch import PatchDiscriminator
from sparring.networks.shuffle import ShuffleTranslator
from sparring.networks.translate import ResNetTranslator, UNetTranslator, xavier_weights
from sparring.recipes import RECIPES, cut, fastcut, pix2pix
from sparring.sessions.build import plan, sketch

T, P = 0.07, 12


def turn(*parts):
    return Turn(noise_of(5, *parts))


def unit(*shape, seed=0, dtype=torch.float64):
    t = torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return nn.functional.normalize(t, dim=-1).to(dtype)


def test_nce_is_minus_log_softmax_of_the_right_place_among_1_and_the_others():
    q, k = unit(3, P, 8), unit(3, P, 8, seed=1)
    wanted = torch.zeros(3, dtype=torch.float64)
    for n in range(3):
        for i in range(P):
            scores = [float(q[n, i] @ k[n, j]) / T for j in range(P) if j != i]
            right = float(q[n, i] @ k[n, i]) / T
            wanted[n] -= right - math.log(sum(map(math.exp, [right, *scores, -10 / T])))
    torch.testing.assert_close(nce(q, k, T), wanted / P, rtol=0, atol=1e-6)
    torch.testing.assert_close(nce(q.float(), k.float(), T), wanted.float() / P, rtol=0, atol=1e-5)
    assert (nce(q, k.roll(1, 0), T) - wanted / P).abs().min() > 1e-3, "control: negatives of the same picture only"


def test_nce_of_features_that_know_nothing_is_log_of_the_number_of_places():
    same = unit(1, 1, 8).expand(2, 256, 8)
    torch.testing.assert_close(nce(same, same), torch.full((2,), math.log(256), dtype=torch.float64), rtol=0, atol=1e-6)
    found = nce(unit(4, 256, 4096), unit(4, 256, 4096, seed=1))  # nearly orthogonal: scores of deviation 1 / (64 T)
    assert (found - math.log(256) - (1 / (64 * T)) ** 2 / 2).abs().max() < 0.03
    eye = torch.eye(P, dtype=torch.float64)[None]  # each place its own direction
    wanted = -math.log(math.exp(1 / T) / (math.exp(1 / T) + P - 1 + math.exp(-10 / T)))
    assert nce(eye, eye).item() == pytest.approx(wanted, abs=1e-6) and wanted < 1e-4
    assert nce(eye, eye.roll(1, 1)).item() == pytest.approx(1 / T + math.log(1 + (P - 2) * math.exp(-1 / T)), abs=1e-6)


def test_no_gradient_of_nce_goes_into_the_keys():
    q, k = unit(1, P, 8).requires_grad_(), unit(1, P, 8, seed=1).requires_grad_()
    nce(q, k).sum().backward()
    assert q.grad.abs().max() > 0.1 and k.grad is None


class Bare(nn.Module):
    """A translator that does nothing; its features are the picture and its negative."""

    def encode(self, x, taps):
        return [torch.cat([x, -x], 1) for _ in taps]


class Holder(nn.Module):
    def __init__(self, G):
        super().__init__()
        self.G_xy = G


def made_of(x, fake, when):
    return Made({"x_to_y": x}, {"x_to_y": fake}, {}, None, when)


def test_places_are_drawn_without_repetition_for_each_picture_from_the_turn():
    x = torch.arange(2 * 36, dtype=torch.float64).reshape(2, 1, 6, 6) / 72
    term = PatchNCE([2], [0], patches=20).double()
    seen = []
    term.F[0].register_forward_hook(lambda m, given, out: seen.append(given[0][..., 0]))
    for name in ("a", "a", "b"):
        term(Holder(Bare()), made_of(x, x, turn(name)))
    assert len(seen) == 6 and torch.equal(seen[0], seen[1]), "the same places of source and translation"
    assert torch.equal(seen[0], seen[2]) and not torch.equal(seen[0], seen[4])
    assert all(len(row.unique()) == 20 for row in seen[0]), "none twice"
    places = (seen[0] * 72).round() % 36
    assert not torch.equal(places[0], places[1]), "each picture has its own"
    term.patches = 99
    seen.clear()
    term(Holder(Bare()), made_of(x, x, turn("a")))
    assert torch.equal(seen[0].sort(1).values, x.flatten(1)), "of a small map all"


def test_flip_makes_the_loss_of_a_translator_that_commutes_with_mirrors_the_same_and_of_another_not():
    torch.manual_seed(0)
    x = torch.rand(8, 1, 6, 6, dtype=torch.float64)
    plain, flipped = (PatchNCE([2], [0], 36, flip=f).double() for f in (False, True))
    flipped.load_state_dict(plain.state_dict())
    for p in [*plain.parameters(), *flipped.parameters()]:
        p.data.mul_(3)
    game, when = Holder(Bare()), turn("flip")
    mirrored = when.noise.share("nce/flip", 8, 1, 1, 1).flatten() < 0.5
    assert 0 < mirrored.sum() < 8
    same = plain(game, made_of(x, x, when)) - flipped(game, made_of(x, x, when))
    assert same.abs().max() < 1e-6, "the places of all pictures, in another order"

    class Leaning(Bare):
        def encode(self, x, taps):
            return [torch.cat([x.roll(1, 3), -x], 1) for _ in taps]

    game = Holder(Leaning())
    unlike = plain(game, made_of(x, x, when)) - flipped(game, made_of(x, x, when))
    assert (unlike.abs() > 1e-3).tolist() == mirrored.tolist(), "control: features that know left from right"


def test_widths_are_told_from_a_copy_without_content():
    G = ResNetTranslator(7, 3, 4, 9, antialias=True)
    assert widths_of(G, 7, (0, 4, 8, 12, 16)) == [7, 8, 16, 16, 16] and not next(G.parameters()).is_meta
    assert widths_of(ShuffleTranslator(2, 1, 6, 2), 2, (0, 1, 3)) == [8, 6, 6]
    with pytest.raises(ValueError, match="0 to 30"):
        widths_of(G, 7, (0, 31))
    maps = G.encode(torch.rand(2, 7, 17, 29), (0, 4, 8, 12, 16))
    assert [tuple(m.shape[1:]) for m in maps] == [(7, 26, 38), (8, 20, 32), (16, 10, 16), (16, 5, 8), (16, 5, 8)]
    vector = vectors(nn.Identity(), maps[1], torch.tensor([[0, 33], [639, 1]]))
    wanted = torch.stack([maps[1][0, :, 1, 1], maps[1][1, :, 0, 1]])
    torch.testing.assert_close(vector[[0, 1], [1, 1]], wanted / wanted.norm(dim=1, keepdim=True))


def test_halving_and_doubling_blur_with_binomial_filters():
    x = torch.rand(1, 2, 7, 10, dtype=torch.float64)
    f = torch.tensor([1.0, 2, 1], dtype=torch.float64) / 4
    padded = nn.functional.pad(x, (1, 1, 1, 1), "reflect")
    wanted = nn.functional.conv2d(padded, torch.outer(f, f).expand(2, 1, 3, 3), stride=2, groups=2)
    torch.testing.assert_close(Halved()(x), wanted)
    g = torch.tensor([1.0, 3, 3, 1], dtype=torch.float64) / 4
    padded = nn.functional.pad(x, (1, 1, 1, 1), "replicate")
    wanted = nn.functional.conv_transpose2d(padded, torch.outer(g, g).expand(2, 1, 4, 4), stride=2, padding=3, groups=2)
    torch.testing.assert_close(Doubled()(x), wanted)


def test_networks_of_cut_and_pix2pix_are_those_of_the_papers():
    with torch.device("meta"):
        G, D = ResNetTranslator(3, 3, antialias=True), PatchDiscriminator(3, antialias=True)
        U = UNetTranslator(3, 3, 64, 8, dropout=0.5)
        assert D(torch.empty(1, 3, 256, 256)).shape == (1, 1, 30, 30)
        assert U(torch.empty(1, 3, 256, 256)).shape == (1, 3, 256, 256)
    assert [sum(p.numel() for p in net.parameters()) for net in (G, D)] == [11_378_179, 2_764_737]
    assert [isinstance(G.layers[i], Halved) for i in (6, 7, 8, 11)] == [False, True, False, True]
    assert G.layers[4].out_channels == 128 and G.layers[8].out_channels == 256
    drops = [any(isinstance(m, Dropout) for m in stage) for stage in U.up]
    assert drops == [True] * 3 + [False] * 5
    assert [stage[1].in_channels for stage in U.up] == [512, 1024, 1024, 1024, 1024, 512, 256, 128]
    torch.manual_seed(0)
    linear = nn.Linear(300, 100)
    xavier_weights(linear)
    assert linear.weight.std().item() == pytest.approx(0.02 * math.sqrt(2 / 400), rel=0.02) and not linear.bias.any()


def recorded(game, batch, name):
    """What D was shown in a move, and what was paid."""
    D, shown = game.D if hasattr(game, "D") else game.D_y, []
    hook = D.register_forward_hook(lambda m, given, out: shown.append(given[0].detach()))
    terms = game.players()[name].loss(batch, turn(name))
    hook.remove()
    return shown, terms


def test_pix2pix_shows_d_the_source_beside_the_answer_and_pays_l1():
    torch.manual_seed(1)
    G, D = ShuffleTranslator(2, 1, 4, 1), PatchDiscriminator(3, 4, 1)
    game = Pix2Pix(G, D)
    nn.init.normal_(G.layers[-2].weight, 0, 0.1)
    batch = Batch(torch.rand(2, 2, 8, 8), torch.rand(2, 1, 8, 8))
    fake = G(batch.x).detach()
    shown, terms = recorded(game, batch, "D")
    assert torch.equal(shown[0], torch.cat([batch.x, batch.y], 1)) and torch.equal(
        shown[1], torch.cat([batch.x, fake], 1)
    )
    a, b = (D(t) for t in shown)
    wanted = (nn.functional.softplus(-a) + nn.functional.softplus(b)).mean() / 2
    torch.testing.assert_close(terms.total(), wanted)
    shown, terms = recorded(game, batch, "G")
    assert len(shown) == 1 and torch.equal(shown[0], torch.cat([batch.x, fake], 1))
    torch.testing.assert_close(terms.paid["l1"], 100 * (fake - batch.y).abs().mean())
    torch.testing.assert_close(terms.paid["adversarial"], nn.functional.softplus(-b).mean())
    assert set(game.maps()) == {"x_to_y"} and list(game.players()) == ["D", "G"]
    with pytest.raises(ValueError, match="lambda_l1"):
        Pix2Pix(G, D, lambda_l1=-1)


@pytest.mark.parametrize("identity", [True, False])
def test_cut_pays_the_mean_of_both_losses_or_one(identity):
    torch.manual_seed(1)
    G, D = ShuffleTranslator(1, 1, 4, 1), PatchDiscriminator(1, 4, 1)
    game = CUT(G, D, PatchNCE([4], [1], 9, 8), lambda_nce=3.0, identity=identity)
    batch = Batch(torch.rand(2, 1, 8, 8), torch.rand(2, 1, 8, 8))
    shown, terms = recorded(game, batch, "G")
    assert len(shown) == 1 and torch.equal(shown[0], G(batch.x).detach()), "D is not shown translations of y"
    torch.testing.assert_close(terms.paid["adversarial"], (D(shown[0]) - 1).square().mean())
    own = game.nce(game, made_of(batch.x, G(batch.x), turn("G"))).mean()
    torch.testing.assert_close(terms.paid["nce"], own * (1.5 if identity else 3.0))
    assert ("nce_identity" in terms.paid) == identity
    if identity:
        still = Turn(turn("G").noise.within("identity"))
        torch.testing.assert_close(
            terms.paid["nce_identity"], 1.5 * game.nce(game, made_of(batch.y, G(batch.y), still)).mean()
        )
    shown, terms = recorded(game, batch, "D")
    a, b = D(batch.y), D(G(batch.x))
    torch.testing.assert_close(terms.total(), ((a - 1).square() + b.square()).mean() / 2)


def test_f_belongs_to_g_and_learns_with_it():
    t = trainer("cut")
    held = {id(p) for p in t.seats["G"].parameters()}
    assert {id(p) for p in [*t.game.G_xy.parameters(), *t.game.nce.parameters()]} == held
    before = [p.clone() for p in t.game.nce.parameters()]
    t.step()
    assert all((a != b).any() for a, b in zip(before, t.game.nce.parameters(), strict=True))


def test_the_recipes_have_the_constants_of_the_papers():
    spec = Spec(3, 286, 286, count=1000)
    with torch.device("meta"):
        made = {f.__name__: f(spec, spec._replace(count=900)) for f in (cut, fastcut, pix2pix)}
    for e in made.values():
        assert e.batch_size == 1
        for optimizer in e.optimizers.values():
            group = optimizer.param_groups[0]
            assert (group["lr"], group["betas"]) == (2e-4, (0.5, 0.999))
    a, b, c = (made[name].game for name in ("cut", "fastcut", "pix2pix"))
    assert (a.lambda_nce, a.identity, a.nce.flip, made["cut"].images) == (1, True, False, 400_000)
    assert (b.lambda_nce, b.identity, b.nce.flip, made["fastcut"].images) == (10, False, True, 200_000)
    assert (a.nce.taps, a.nce.patches, a.nce.temperature) == ((0, 4, 8, 12, 16), 256, 0.07)
    assert [f[0].in_features for f in a.nce.F] == [3, 128, 256, 256, 256] and a.nce.F[0][2].out_features == 256
    assert a.loss is b.loss is LOSSES["least_squares"]
    assert (c.lambda_l1, made["pix2pix"].images) == (100, 200_000) and c.loss is LOSSES["nonsaturating"]
    with pytest.raises(ValueError, match="must be equal"):
        cut(spec, spec._replace(channels=1))


@pytest.mark.parametrize(
    "recipe, x, y",
    [(r, (1, 17, 29), (1, 17, 29)) for r in ("cut", "pix2pix")]
    + [("cut", (7, 9, 12), (7, 9, 12)), ("pix2pix", (7, 9, 12), (2, 9, 12))],
)
def test_any_size_and_any_channels(recipe, x, y):
    rng = np.random.default_rng(0)
    domains = [Pictures(rng.integers(0, 256, (5, *s[1:], s[0]), np.uint8)) for s in (x, y)]
    settings = {"load": 0, "crop": 0, "features": 2, "d_features": 2, "d_layers": 1}
    settings |= {"blocks": 1, "taps": (0, 4, 12)} if recipe == "cut" else {"downs": 2}
    made = RECIPES[recipe](*(p.spec for p in domains), **settings)
    batch = made.stream(*domains, 0)(0, 2)
    game = made.game
    for player in game.players().values():
        assert player.loss(batch, turn()).total().isfinite()
    assert game.G_xy(batch.x).shape == batch.y.shape
    drawn = sketch(plan(recipe, tuple(p.spec for p in domains), settings))
    assert all(p.is_meta for p in drawn.game.parameters())


def test_pairs_stay_pairs_through_crops_and_mirrors_and_the_stream_is_pure():
    x = pictures(11, 3, 12)
    y = Pictures(255 - x.images)
    stream = paired_stream(x, y, 3, load=14, crop=12, flip=True)
    whole, parts = stream(20, 6), [stream(20, 2), stream(22, 4)]
    for name in "xy":
        assert torch.equal(getattr(whole, name), torch.cat([getattr(p, name) for p in parts]))
    torch.testing.assert_close(whole.x, -whole.y, atol=1e-5, rtol=0)
    plain = paired_stream(x, y, 3)(0, 22)
    assert len({p.numpy().tobytes() for p in plain.x[:11]}) == 11, "every pair once"
    apart = unpaired_stream(x, y, 3, load=14, crop=12, flip=True)(20, 6)
    assert (apart.x + apart.y).abs().max() > 0.5, "control: unpaired"
    with pytest.raises(DataError, match="x has 11 pictures and y 10"):
        paired_stream(x, pictures(10, 3, 12), 0)
    with pytest.raises(DataError, match="give --size"):
        paired_stream(x, pictures(11, 3, 10), 0)


def test_while_the_rate_decays_nothing_is_cut_off():
    x, y = pictures(5, 1, 12), pictures(5, 1, 12, 1)
    law = {"load": 18, "crop": 12}
    calm, jittered = (unpaired_stream(x, y, 0, calm=c, **law) for c in (40, None))
    assert torch.equal(calm(0, 40).x, jittered(0, 40).x) and torch.equal(calm(38, 4).x[:2], jittered(38, 4).x[:2])
    whole = {p.numpy().tobytes() for p in x.batch(torch.arange(5))[0]}
    assert {p.numpy().tobytes() for p in calm(40, 20).x} == whole
    assert not {p.numpy().tobytes() for p in jittered(40, 20).x} & whole
    made = cut(x.spec, y.spec, features=2, d_features=2, epochs=4, decay_epochs=1, taps=(0,), flip=False, **law)
    apart = cut(
        x.spec, y.spec, features=2, d_features=2, epochs=4, decay_epochs=1, taps=(0,), flip=False, shared=False, **law
    )
    for recipe, batches in ((made, 1), (apart, 2)):
        assert {p.numpy().tobytes() for p in recipe.stream(x, y, 0)(5 * 4 * batches, 5).x} == whole, "batches a step"
        assert not {p.numpy().tobytes() for p in recipe.stream(x, y, 0)(5 * 4 * batches - 5, 5).x} & whole


def test_a_recipe_without_pairs_takes_no_arrangement():
    from sparring.sessions.domains import arrangement_for, moved, sources_for

    assert arrangement_for(pix2pix, None) == "files" and arrangement_for(cut, None) is None
    with pytest.raises(CommandError, match="does not learn from pairs"):
        arrangement_for(cut, "files")
    with pytest.raises(CommandError, match="one of files, left-right, right-left"):
        arrangement_for(pix2pix, "above")
    assert sources_for(pix2pix, "a", None, "left-right") == ("a", "a")
    assert sources_for(pix2pix, None, None, "files") == ("emoji-modern-pairs", "emoji-flat-pairs")
    with pytest.raises(CommandError, match="leave --data-y out"):
        sources_for(pix2pix, "a", "b", "left-right")
    with pytest.raises(CommandError, match="--data-y is missing"):
        sources_for(pix2pix, "a", None, "files")
    assert moved(("a", "a"), ("b", None)) == ("b", "b") and moved(("a", "c"), ("b", None)) == ("b", "c")


@pytest.mark.parametrize("recipe", ["cut", "fastcut", "pix2pix"])
def test_parts_of_a_batch_on_several_processes_pay_what_the_whole_pays(recipe):
    t = trainer(recipe)
    t.game.eval()
    whole = t.stream(0, 4)
    for name, player in t.game.players().items():
        one = player.loss(whole, turn(name)).paid
        parts = [
            player.loss(Batch(whole.x[i : i + 2], whole.y[i : i + 2]), Turn(noise_of(5, name, part=i // 2, of=2))).paid
            for i in (0, 2)
        ]
        for term, value in one.items():
            torch.testing.assert_close((parts[0][term] + parts[1][term]) / 2, value, rtol=1e-5, atol=1e-6)
