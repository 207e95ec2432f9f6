"""What a user does with styles: truncation, mixing two seeds, walks through w; in Python and by the command line."""

import numpy as np
import pytest
import torch
from PIL import Image
from test_cli import call

import sparring
from sparring.errors import CommandError
from sparring.games import noise_of

IMAGES = np.random.default_rng(0).integers(0, 256, (24, 8, 8, 3), np.uint8)
SMALL = {"z_dim": 4, "mapping": 1, "width": 4, "batch_size": 4}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Run 1 has styles and two classes, run 2 neither."""
    out = tmp_path_factory.mktemp("styles") / "runs"
    run = {"steps": 3, "threads": 1, "out": out, "held_out": 4}
    data = {"images": IMAGES, "labels": np.arange(24) % 2}
    np.savez(out.parent / "labelled.npz", **data)
    sparring.train("stylegan2", out.parent / "labelled.npz", run=run, conditional=True, **SMALL)
    sparring.train("gan", IMAGES, run=run, g_hidden=[4], d_hidden=[4], z_dim=4, batch_size=4)
    return out


@pytest.fixture(scope="module")
def model(runs):
    """With styles that differ as those of a longer run do."""
    model = sparring.load(runs / "0001-stylegan2-labelled")
    with torch.no_grad():
        model.game.G.w_mean.normal_(0, 1)
        for m in model.game.G.modules():
            if hasattr(m, "style"):
                m.style.weight.mul_(3)
    return model


def w(model, seed, label=0):
    """The styles of one seed, (1, layers, w_dim)."""
    return model.game.G.styles(model.noise_map()[1](noise_of(seed), 1), torch.tensor([label]))


def drawn(model, styles):
    return model.game.G.draw(styles)


def test_truncation_draws_nearer_to_the_mean_and_at_0_the_mean_for_every_seed(model):
    plain, mean = model.sample(6, seed=3).tensor, model.sample(6, seed=3, truncation=0).tensor
    assert torch.equal(plain, model.sample(6, seed=3, truncation=1).tensor)
    assert torch.equal(mean, mean[:1].expand_as(mean)) and torch.equal(
        mean, model.sample(6, seed=4, truncation=0).tensor
    )
    assert plain.min() >= -1 and plain.max() <= 1
    with torch.no_grad():
        expected = drawn(model, 0.7 * w(model, 3, 1) + 0.3 * model.game.G.w_mean)
    assert torch.allclose(model.sample(1, seed=3, label=1, truncation=0.7).tensor, expected, atol=1e-5)
    spreads = [model.sample(64, truncation=t).tensor.std(0).mean() for t in (0.3, 0.7, 1.0)]
    assert spreads[0] < spreads[1] < spreads[2]


def test_mixing_goes_from_one_seed_to_the_other_a_layer_at_a_time_the_finest_first(model):
    mixed = model.mix(1, 2, label=1).tensor
    layers = model.game.G.layers
    assert len(mixed) == layers + 1 == 5
    with torch.no_grad():
        a, b = w(model, 1, 1), w(model, 2, 1)
        for k, picture in enumerate(mixed):
            expected = drawn(model, torch.cat([a[:, : layers - k], b[:, layers - k :]], 1))[0]
            assert torch.allclose(picture, expected, atol=1e-5), k
    assert torch.allclose(mixed[-1], model.sample(1, seed=2, label=1).tensor[0], atol=1e-5)
    assert not torch.allclose(mixed[1], mixed[0], atol=1e-4) and not torch.allclose(mixed[-2], mixed[-1], atol=1e-4)
    with torch.no_grad():
        expected = drawn(model, torch.lerp(model.game.G.w_mean, w(model, 1), 0.5))
    assert torch.allclose(model.mix(1, 2, truncation=0.5).tensor[:1], expected, atol=1e-5)


def test_a_walk_goes_straight_through_w_and_not_through_z(model):
    frames = model.interpolate(5, 6, 5, label="1").tensor
    with torch.no_grad():
        a, b = w(model, 5, 1), w(model, 6, 1)
        for t, frame in zip(torch.linspace(0, 1, 5), frames, strict=True):
            assert torch.allclose(frame, drawn(model, torch.lerp(a, b, t))[0], atol=1e-5)
        prior = model.noise_map()[1]
        z = prior.between(prior(noise_of(5), 1), prior(noise_of(6), 1), torch.tensor([[0.5]]))
        assert not torch.allclose(frames[2], model.game.G(z, torch.tensor([1]))[0], atol=1e-3), (
            "control: the way through z"
        )
    loop = model.walk((5, 6, 7), 6, closed=True, truncation=0.5).tensor
    assert len(loop) == 6 and torch.allclose(
        loop[0], model.sample(1, seed=5, label=0, truncation=0.5).tensor[0], atol=1e-5
    )


def test_a_model_without_styles_refuses_and_takes_truncation_1(runs):
    model = sparring.load(runs / "0002-gan-array")
    assert torch.equal(model.sample(2, truncation=1.0).tensor, model.sample(2).tensor)
    for asked in (lambda: model.sample(2, truncation=0.7), lambda: model.walk((1, 2), 3, truncation=0.7)):
        with pytest.raises(CommandError, match=r"truncation is 0.7, but this model has none"):
            asked()
    with pytest.raises(CommandError, match="no styles to mix"):
        model.mix(1, 2)
    for wrong in (3, -2.5, "0.7", float("nan"), None, True):
        with pytest.raises(CommandError, match="a number from -2 to 2"):
            model.sample(2, truncation=wrong)


def test_the_command_draws_and_names_what_it_drew(runs, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(runs.parent)
    run = "0001-stylegan2-labelled-step3-seed"

    def path(*words):
        code, out, err = call(capsys, "sample", *words)
        assert code == 0, err
        return out.strip()

    assert path("1", "--truncation", "0.5", "--count", 4) == f"{run}0-truncation0.5.png"
    with Image.open(f"{run}0-truncation0.5.png") as picture:
        assert picture.text["truncation"] == "0.5"
    assert path("1", "--mix", "1:2", "--label", "1") == f"{run}1-mix-2-1.png"
    assert path("1", "--mix", "1:2", "--no-grid", "--out", tmp_path / "five").endswith("5 pictures")
    assert path("1", "--interpolate", "1:2:4", "--truncation", "0.7") == f"{run}1-to-2-truncation0.7.png"
    for words, says in [
        (("2", "--truncation", "0.7"), "this model has none"),
        (("2", "--mix", "1:2"), "no styles to mix"),
        (("1", "--mix", "1:2:3"), "--mix is '1:2:3'; give two seeds, such as 1:2"),
        (("1", "--mix", "1:2", "--interpolate", "1:2:3"), "give one of them"),
        (("1", "--truncation", "7"), "a number from -2 to 2"),
    ]:
        code, _, err = call(capsys, "sample", *words)
        assert code == 2 and says in err, (words, err)
