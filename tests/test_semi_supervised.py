"""Few labels among many pictures: the game's losses by hand, its networks, its stream, and which labels are kept."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from small import pictures, trainer
from torch import nn

from sparring.data.labels import keep_labels, partly_labelled_stream
from sparring.data.pictures import Pictures
from sparring.data.spec import Spec
from sparring.errors import DataError
from sparring.games import Batch, Seat, Turn, move, noise_of
from sparring.games.classify import classifier_of
from sparring.games.gaussian_noise import GaussianNoise
from sparring.games.priors import normal
from sparring.games.semi_supervised import SemiSupervised
from sparring.networks.semi_supervised import ConvolutionalDiscriminator, Discriminator, Generator
from sparring.networks.weight_norm import Normed, start_from_data
from sparring.recipes import acgan, sgan


class Plain(nn.Module):
    """D(x): two features, which are the picture's own numbers, and three logits of classes."""

    def __init__(self):
        super().__init__()
        self.head = nn.Linear(2, 3)

    def forward(self, x):
        classes = self.head(x)
        return {"logits": classes.logsumexp(1), "classes": classes, "features": x}

    def classify(self, x):
        return self(x)["classes"]


def plain_game():
    torch.manual_seed(0)
    return SemiSupervised(nn.Linear(4, 2), Plain(), normal(4)).double()


def test_both_players_pay_what_the_paper_says():
    game, turn = plain_game(), Turn(noise_of(0, "D", 0))
    game.prior = game.prior._replace(draw=lambda noise, n, d: noise.normal("z", n, d).double())
    x, y = torch.randn(6, 2, dtype=torch.float64), torch.tensor([2, -1, 0, -1, -1, 1])
    fake = game.G(game.prior(turn.noise, 6)).detach()
    p_real = [torch.softmax(torch.cat([game.D.head(row), torch.zeros(1)]), 0) for row in x]  # the last class is fake
    p_fake = [torch.softmax(torch.cat([game.D.head(row), torch.zeros(1)]), 0) for row in fake]
    within = [torch.softmax(game.D.head(row), 0) for row in x]
    labelled = -sum(within[i][y[i]].log() for i in (0, 2, 5)) / 3
    unlabelled = -sum((1 - p_real[i][3]).log() for i in (1, 3, 4)) / 3 / 2 - sum(p[3].log() for p in p_fake) / 6 / 2
    paid = game.d_pays(Batch(x, y), turn).paid
    torch.testing.assert_close(paid["classes"], labelled)
    torch.testing.assert_close(paid["adversarial"], unlabelled)
    matched = game.g_pays(Batch(x, y), turn).paid["features"]
    torch.testing.assert_close(matched, (x[[1, 3, 4]].mean(0) - fake.mean(0)).square().sum())


def test_rows_with_a_label_say_nothing_of_what_is_real_and_others_nothing_of_classes():
    game, turn = plain_game().float(), Turn(noise_of(0, "D", 0))
    x, y = torch.randn(6, 2), torch.tensor([2, -1, 0, -1, -1, 1])
    before = game.d_pays(Batch(x, y), turn).paid
    known = game.d_pays(Batch(torch.where(y[:, None] >= 0, x + 1, x), y), turn).paid
    unknown = game.d_pays(Batch(torch.where(y[:, None] < 0, x + 1, x), y), turn).paid
    assert known["adversarial"] == before["adversarial"] and abs(known["classes"] - before["classes"]) > 1e-3
    assert unknown["classes"] == before["classes"] and abs(unknown["adversarial"] - before["adversarial"]) > 1e-3
    none = game.d_pays(Batch(x, torch.full_like(y, -1)), turn).paid
    assert none["classes"] == 0


def test_d_is_watched_as_it_is_used_and_only_where_there_are_labels():
    t = trainer("sgan")
    x, y = pictures().batch(torch.arange(40))
    seen = t.watch(Batch(x, y), 0)
    t.game.D.eval()
    right = (t.game.D.classify(x).argmax(1) == y).double().mean()
    assert seen["classification_accuracy"].value == pytest.approx(right.item())
    half = torch.where(torch.arange(40) < 20, y, -1)
    assert t.watch(Batch(x, half), 0)["classification_accuracy"].value == pytest.approx(
        (t.game.D.classify(x[:20]).argmax(1) == y[:20]).double().mean().item()
    )
    assert "classification_accuracy" not in t.watch(Batch(x, torch.full_like(y, -1)), 0)


def test_the_average_of_d_is_kept_for_it_is_what_classifies():
    t = trainer("sgan", ema=1e9)
    first = t.game.D.head.layer.weight.clone()
    for _ in range(3):
        t.step()
    assert classifier_of(t.game) is t.game.D and set(t.ema.networks) == {"G", "D"}
    average = t.ema.networks["D"].head.layer.weight
    assert not torch.equal(average, first) and not torch.equal(average, t.game.D.head.layer.weight)


def test_the_networks_of_the_paper():
    """Counted by hand: MNIST perceptrons, CIFAR-10 convolutions (3x3 x 96 three times, x 192 three times, 3x3, 1x1, 1x1)."""
    mnist, cifar = Spec(1, 28, 28, 10), Spec(3, 32, 32, 10)

    def count(net):
        return sum(p.numel() for p in net.parameters())

    widths = [784, 1000, 500, 250, 250, 250, 10]
    assert count(Discriminator(mnist)) == sum(a * b + b for a, b in pairwise(widths)) + 10
    assert count(Generator(mnist)) == 100 * 500 + 2 * 500 + 500 * 500 + 2 * 500 + 500 * 784 + 2 * 784
    chain = [(3, 96, 9), (96, 96, 9), (96, 96, 9), (96, 192, 9), (192, 192, 9), (192, 192, 9)]
    chain += [(192, 192, 9), (192, 192, 1), (192, 192, 1), (192, 10, 1)]
    with torch.device("meta"):
        assert count(ConvolutionalDiscriminator(cifar)) == sum(a * b * k + b for a, b, k in chain) + 10


def test_weight_norm_starts_every_unit_at_mean_0_and_variance_1():
    torch.manual_seed(0)
    data = pictures(60, 3, 16)
    for net in (Discriminator(data.spec._replace(classes=3), (12, 8)), ConvolutionalDiscriminator(data.spec, 6)):
        outs = []
        normed = [m for m in net.modules() if isinstance(m, Normed)]
        for m in normed:
            m.register_forward_hook(lambda m, given, out, outs=outs: outs.append(out))
        state = torch.get_rng_state()
        start_from_data(net, data)
        first = {k: v.clone() for k, v in net.state_dict().items()}
        for out in outs:
            flat = out.transpose(0, 1).flatten(1)
            assert flat.mean(1).abs().max() < 1e-4 and (flat.std(1, correction=0) - 1).abs().max() < 1e-3
        assert len(outs) == len(normed) and torch.equal(torch.get_rng_state(), state)
        start_from_data(net, data)
        assert all(torch.equal(first[k], v) for k, v in net.state_dict().items() if "layer.weight" in k)
        for m in normed:
            torch.testing.assert_close(m.weight().flatten(1).norm(dim=1), m.scale, rtol=1e-4, atol=1e-6)


def test_gaussian_noise_comes_from_the_turn_and_only_while_training():
    layer, x = GaussianNoise(0.5), torch.zeros(2000, 3)
    layer.noise, layer.name = noise_of(1), "dropout/0"
    torch.manual_seed(1)
    a = layer(x)
    torch.manual_seed(2)
    assert torch.equal(a, layer(x)) and abs(a.std() - 0.5) < 0.02 and a.mean().abs() < 0.03
    layer.noise = noise_of(2)
    assert not torch.equal(a, layer(x))
    parts = []
    for part in (0, 1):
        layer.noise = noise_of(1, part=part, of=2)
        parts.append(layer(x[:1000]))
    assert torch.equal(torch.cat(parts), a), "the rows of two processes are those of one"
    assert torch.equal(layer.eval()(x), x)
    with pytest.raises(ValueError, match="std is -1"):
        GaussianNoise(-1)


def test_noise_in_a_move_is_the_same_each_time_it_is_made():
    found = []
    for seed in (1, 2):
        torch.manual_seed(0)
        game = SemiSupervised(nn.Linear(4, 2), nn.Sequential(), normal(4))
        game.D = nn.Module()
        game.D.noise, game.D.plain = GaussianNoise(0.5), Plain()
        game.D.forward = lambda x, D=game.D: D.plain(D.noise(x))
        seat = Seat(game, "D", torch.optim.SGD(game.D.parameters(), 0.1))
        torch.manual_seed(seed)
        x = torch.ones(6, 2)
        move(seat, Batch(x, torch.tensor([2, -1, 0, -1, -1, 1])), Turn(noise_of(0, "D", 0)))
        found.append(game.D.plain.head.weight.detach().clone())
    assert torch.equal(*found)


def test_a_fixed_share_of_every_batch_has_a_label_and_a_stream_is_pure():
    data = pictures(200)
    few = keep_labels(data, 6, 0)
    stream = partly_labelled_stream(few, 3, 0.5)
    whole = stream(30, 40)
    assert (whole.y >= 0).sum() == 20 and torch.equal(whole.y >= 0, torch.arange(30, 70) % 2 == 1)
    parts = [stream(30, 7), stream(37, 33)]
    assert torch.equal(whole.x, torch.cat([p.x for p in parts])) and torch.equal(
        whole.y, torch.cat([p.y for p in parts])
    )
    x, _ = few.batch(torch.arange(200))
    places = (stream(0, 400).x.flatten(1)[:, None] == x.flatten(1)).all(2).float().argmax(1)
    labelled, others = places[1::2], places[::2]
    assert sorted(labelled.bincount(minlength=200)[few.labels >= 0].tolist()) == [33, 33, 33, 33, 34, 34]
    assert (labelled.bincount(minlength=200)[few.labels < 0] == 0).all()
    assert others.bincount(minlength=200).tolist() == [1] * 200, "all pictures, whether they have a label or not"
    third = partly_labelled_stream(few, 3, 1 / 3)(0, 300).y
    assert (third >= 0).sum() == 100 and (third[:30] >= 0).sum() == 10
    with pytest.raises(DataError, match="no picture of 'noise' has a label"):
        partly_labelled_stream(data.relabelled(np.full(200, -1)), 0)


def test_which_labels_are_kept_is_decided_by_seed_and_content():
    data = pictures(90)
    few = keep_labels(data, 12, 5)
    kept = np.flatnonzero(few.labels >= 0)
    assert np.bincount(few.labels[kept]).tolist() == [4, 4, 4] and (few.labels[kept] == data.labels[kept]).all()
    assert few.spec == data.spec and few.digest() != data.digest()
    order = np.random.default_rng(0).permutation(90)
    moved = Pictures(data.images[order], data.labels[order], data.class_names, name="noise")
    assert sorted(order[np.flatnonzero(keep_labels(moved, 12, 5).labels >= 0)]) == kept.tolist(), (
        "the files' order is nothing"
    )
    assert np.flatnonzero(keep_labels(data, 12, 6).labels >= 0).tolist() != kept.tolist()
    more = np.flatnonzero(keep_labels(data, 15, 5).labels >= 0)
    assert set(kept) < set(more), "more labels are the same and others"


def test_uneven_numbers_and_small_classes_of_labels_that_are_kept():
    data = pictures(90)
    assert sorted(np.bincount(keep_labels(data, 13, 0).labels + 1)[1:]) == [4, 4, 5]
    rare = data.relabelled(np.array([0] * 2 + [1] * 44 + [2] * 44))
    assert np.bincount(keep_labels(rare, 12, 0).labels + 1)[1:].tolist() == [2, 5, 5]
    half, _ = data.split(45)
    kept = keep_labels(half, 9, 0)
    assert (kept.labels >= 0).sum() == 9 and (half.labels[kept.labels >= 0] == kept.labels[kept.labels >= 0]).all()
    x, y = kept.batch(np.flatnonzero(kept.labels >= 0))
    assert torch.equal(x, half.batch(np.flatnonzero(kept.labels >= 0))[0]) and (y >= 0).all()
    for wrong in (2, 91):
        with pytest.raises(DataError, match=f"--labels is {wrong}; 'noise' has 90 labels of 3 classes: give 3 to 90"):
            keep_labels(data, wrong, 0)
    with pytest.raises(DataError, match="'bare' has no labels"):
        keep_labels(Pictures(data.images, name="bare"), 3, 0)


@pytest.mark.parametrize("recipe", [acgan, sgan])
def test_recipes_of_classes_refuse_data_without(recipe):
    for classes in (0, 1):
        with pytest.raises(ValueError, match="learns classes, but the data has no labels; give sub-folders"):
            recipe(Spec(1, 8, 8, classes, 10))


@pytest.mark.parametrize("shape", [(1, 17, 29), (7, 17, 29), (3, 8, 8), (1, 64, 20)])
@pytest.mark.parametrize("recipe", [acgan, sgan])
def test_any_size_and_channels(recipe, shape):
    small = (
        {"d_features": 8, "features": 2} if recipe is acgan else {"features": 2, "d_hidden": (6, 5), "g_hidden": (4,)}
    )
    made = recipe(Spec(*shape, classes=3, count=30), z_dim=4, **small)
    data = Pictures(
        np.random.default_rng(0).integers(0, 256, (30, *shape[1:], shape[0]), np.uint8),
        np.arange(30) % 3,
        ("a", "b", "c"),
    )
    batch = made.stream(data, 0)(0, 6)
    for name, player in made.game.players().items():
        assert player.loss(batch, Turn(noise_of(0, name))).total().isfinite()
    assert made.game.D.classify(batch.x).shape == (6, 3)


def test_perceptrons_for_small_grey_pictures_and_convolutions_for_others():
    for spec, kind, lr in ((Spec(1, 28, 28, 3), Discriminator, 3e-3), (Spec(3, 28, 28, 3), ConvolutionalDiscriminator, 3e-4),
                           (Spec(1, 40, 28, 3), ConvolutionalDiscriminator, 3e-4)):  # fmt: skip
        made = sgan(spec, features=2, d_hidden=(6,), g_hidden=(4,))
        assert type(made.game.D) is kind and {g["lr"] for o in made.optimizers.values() for g in o.param_groups} == {lr}
        name = "perceptrons" if kind is Discriminator else "convolutions"
        assert (
            made.chosen["networks"].startswith(f"{name} (pictures of ") and made.chosen["lr"] == f"{lr:g} (of {name})"
        )
    forced = sgan(Spec(3, 40, 40, 3), networks="perceptrons", d_hidden=(6,), g_hidden=(4,), lr=0.5)
    assert (
        not forced.chosen
        and type(forced.game.D) is Discriminator
        and forced.optimizers["G"].param_groups[0]["lr"] == 0.5
    )
