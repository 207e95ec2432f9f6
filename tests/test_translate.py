"""Pictures of any size through a translator: tiles without seams, files that come out as they came in."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from sparring.data.header import Unreadable
from sparring.data.png16 import decode as decode_png16
from sparring.data.spec import Spec
from sparring.networks.shuffle import ShuffleTranslator
from sparring.networks.translate import ResNetTranslator, UNetTranslator, fit, within_range
from sparring.use.apply import translate_picture
from sparring.use.held import Part, held, norms
from sparring.use.picture_file import PictureFile, read_picture, write_picture
from sparring.use.png16_write import write_png16
from sparring.use.tiled import BLEND, ramp, spans, translate_array

SPEC = Spec(3, 32, 32)


def lively(network):
    """Weights as large as after training, so that a wrong statistic would show."""
    torch.manual_seed(1)
    for m in network.modules():
        if isinstance(m, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.kaiming_normal_(m.weight, 0.2)
    last = [m for m in network.modules() if isinstance(m, nn.Conv2d | nn.ConvTranspose2d)][-1]
    last.weight.data.mul_(0.3)
    return network.eval()


NETWORKS = {
    "resnet": lambda: ResNetTranslator(3, 3, 8, 2),
    "resize": lambda: ResNetTranslator(3, 3, 8, 1, up="resize"),
    "residual": lambda: ResNetTranslator(3, 3, 8, 1, 1, residual=True),
    "no norm": lambda: ResNetTranslator(3, 3, 8, 2, norm="none"),
    "unet": lambda: UNetTranslator(3, 3, 8, 3),
    "shuffle": lambda: ShuffleTranslator(3, 3, 16, 2),
}


def scene(height, width, channels=3, seed=0):
    """A picture whose parts differ in tone, as photographs do."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    waves = [
        np.sin(x / (20 + 9 * c) + c) * np.cos(y / (31 - 5 * (c % 4))) + x / width - y / height for c in range(channels)
    ]
    noise = rng.normal(0, 0.2, (height, width, channels))
    return ((np.dstack(waves) + noise) * 50 + 128).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("size", [(301, 517), (256, 380)])
def test_tiles_are_the_whole(name, size):
    network = lively(NETWORKS[name]())
    picture = scene(*size)
    whole = translate_array(network, picture, SPEC, SPEC)
    tiles = translate_array(network, picture, SPEC, SPEC, whole=0, tile=96, places=0)
    difference = np.abs(whole.astype(int) - tiles.astype(int))
    assert whole.shape == tiles.shape == picture.shape
    assert difference.max() <= 1 and difference.mean() < 0.01, "rounding of a float32 sum, nothing else"
    assert whole.astype(int).std() > 5, "the network draws something"
    assert all(not m.track_running_stats and m.running_mean is None for m in norms(network)), "as it was"


def test_control_tiles_with_their_own_statistics_are_seen():
    network = lively(NETWORKS["resnet"]())
    picture = scene(301, 517)
    whole = translate_array(network, picture, SPEC, SPEC).astype(int)
    cut = [translate_array(network, part, SPEC, SPEC) for part in np.array_split(picture, 4, axis=1)]
    assert np.abs(whole - np.concatenate(cut, 1)).max() > 40


def test_estimated_statistics_shift_the_tone_of_the_whole_and_leave_no_seam():
    network = lively(NETWORKS["resnet"]())
    picture = scene(600, 800)
    whole = translate_array(network, picture, SPEC, SPEC).astype(float)
    some = translate_array(network, picture, SPEC, SPEC, whole=0, tile=64, places=24).astype(float)
    difference = some - whole
    assert np.abs(difference).mean() < 8
    columns = np.abs(np.diff(difference, axis=1)).mean((0, 2))
    edges = [s.start for s in spans(800, 64, BLEND, network.context, network.stride)[1:]]
    assert columns[np.array(edges) - 1].mean() < 1.5 * columns.mean(), "no step where tiles meet"


def test_context_reaches_as_far_as_the_network_looks():
    for name, make in NETWORKS.items():
        network = lively(make())
        for m in norms(network):
            m.track_running_stats, m.running_mean, m.running_var = (
                True,
                torch.zeros(m.num_features),
                torch.ones(m.num_features),
            )
        side = 2 * network.context + 8 * network.stride
        x = torch.rand(1, 3, side, side, requires_grad=True)
        middle = side // 2
        network(x)[0, :, middle, middle].sum().backward()
        reach = (x.grad[0].abs().sum(0) > 0).nonzero().sub(middle).abs().max().item()
        assert reach <= network.context, name
        assert network.context <= 2.5 * reach + 16, f"{name}: {network.context} for {reach} is wasteful"


def test_spans_cover_and_ramps_add_up_to_one():
    for length, stride in ((600, 4), (1000, 2), (96, 8), (40, 4)):
        found = spans(length, 96, BLEND, 20, stride)
        assert found[0].start == 0 and found[-1].end == length
        total = torch.zeros(length)
        for s in found:
            assert s.shown_start % stride == 0 and s.shown_start <= s.drawn_start < s.drawn_end <= s.shown_end <= length
            total[s.drawn_start : s.drawn_end] += ramp(s, length, BLEND)
        torch.testing.assert_close(total, torch.ones(length))


def test_a_norm_that_is_used_twice_is_refused():
    norm = nn.InstanceNorm2d(3)
    network = nn.Sequential(norm, nn.Conv2d(3, 3, 1), norm)
    part = Part(torch.rand(1, 3, 8, 8), 0, 0, 8, 8)
    with pytest.raises(ValueError, match="twice"):
        held(network, lambda: iter([part]))


def test_two_threads_translate_with_one_network():
    """In step at every pass, which is the worst that chance could do."""
    network = lively(NETWORKS["resnet"]())
    pictures = [scene(120, 200, seed=seed) // (1 + seed) for seed in range(2)]

    def translate(picture):
        return translate_array(network, picture, SPEC, SPEC, whole=0, tile=64, places=0)

    alone = [translate(picture) for picture in pictures]
    assert np.abs(alone[0].astype(int) - alone[1].astype(int)).mean() > 5, "their statistics differ"
    both, passes = Barrier(2, timeout=20), []
    hook = network.register_forward_pre_hook(lambda *_: passes.append(both.wait()) and None)
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(translate, pictures))
    hook.remove()
    assert passes.count(0) == passes.count(1) > 40
    for one, other in zip(alone, together, strict=True):
        assert np.array_equal(one, other)
    weights = {id(t) for t in network.parameters()}
    part = Part(torch.rand(1, 3, 8, 8), 0, 0, 8, 8)
    assert {id(t) for t in held(network, lambda: iter([part])).parameters()} == weights, "no weight is copied"


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("size", [(1, 1), (2, 5), (7, 30), (33, 12)])
def test_any_size_goes_in_and_comes_out(name, size):
    x = torch.rand(2, 3, *size) * 2 - 1
    with torch.no_grad():
        out = lively(NETWORKS[name]())(x)
    assert out.shape == x.shape and out.abs().max() <= 1 and out.isfinite().all()


def test_networks_map_any_channels_to_any_others_and_refuse_nonsense():
    x = torch.rand(2, 7, 12, 10)
    for network in (ResNetTranslator(7, 2, 4, 1), UNetTranslator(7, 2, 4, 2), ShuffleTranslator(7, 2, 8, 1)):
        assert network(x).shape == (2, 2, 12, 10)
    assert ResNetTranslator(7, 1, 4, 1, residual=True)(x).shape == (2, 1, 12, 10)
    for bad in (
        lambda: ResNetTranslator(3, 3, 0),
        lambda: UNetTranslator(3, 0),
        lambda: ShuffleTranslator(3, 3, 8, -1),
    ):
        with pytest.raises(ValueError, match="or more"):
            bad()


def test_residual_translators_start_as_the_identity():
    x = torch.rand(2, 3, 13, 10) * 2 - 1
    for network in (ResNetTranslator(3, 3, 4, 1, residual=True), ShuffleTranslator(3, 3, 8, 2)):
        assert torch.equal(network(x), x)


def test_the_cut_lets_through_the_gradient_that_leads_back_inside():
    x = torch.tensor([-2.0, -2.0, 0.5, 2.0, 2.0], requires_grad=True)
    (within_range(x) * torch.tensor([1.0, -1.0, 3.0, 1.0, -1.0])).sum().backward()
    assert torch.equal(x.grad, torch.tensor([0.0, -1.0, 3.0, 1.0, 0.0])), "a step is taken against the gradient"
    assert torch.equal(within_range(x.detach()), torch.tensor([-1.0, -1.0, 0.5, 1.0, 1.0]))


def test_fit_reflects_or_repeats():
    x = torch.arange(6.0).view(1, 1, 1, 6)
    assert torch.equal(fit(x, 4, 4)[0, 0, 0], torch.tensor([0.0, 1, 2, 3, 4, 5, 5, 5]))
    assert fit(torch.zeros(1, 1, 8, 8), 4, 8).shape == (1, 1, 8, 8)
    assert torch.equal(
        fit(torch.arange(30.0).view(1, 1, 5, 6), 4, 4)[0, 0, 0], torch.tensor([0.0, 1, 2, 3, 4, 5, 4, 3])
    )


class Plain(nn.Module):
    """Changes nothing, or everything: c_in to c_out channels."""

    stride, context = 1, 0

    def __init__(self, c_out=None, sign=1.0):
        super().__init__()
        self.weight, self.c_out = nn.Parameter(torch.tensor(sign)), c_out

    def forward(self, x):
        return (x if self.c_out is None else x.mean(1, keepdim=True).expand(-1, self.c_out, -1, -1)) * self.weight


def make_file(folder, kind):
    rng = np.random.default_rng(3)
    eight = rng.integers(0, 256, (301, 517, 4), np.uint8)
    sixteen = rng.integers(0, 65536, (301, 517, 4), np.uint16)
    path = folder / f"picture.{kind.split('-')[-1]}"
    if kind == "grey16-tiff":
        Image.fromarray(sixteen[..., 0]).save(path)
    elif kind == "grey16-png":
        Image.fromarray(sixteen[..., 0]).save(path)
    elif kind in ("rgb16-png", "rgba16-png"):
        with open(path, "wb") as f:
            write_png16(f, sixteen[..., : 3 if kind == "rgb16-png" else 4])
    elif kind == "seven-npy":
        np.save(path, rng.integers(0, 65536, (301, 517, 7), np.uint16))
    elif kind == "float-npy":
        np.save(path, rng.random((301, 517, 3)).astype(np.float32))
    elif kind == "float-tiff":
        Image.fromarray(rng.random((301, 517)).astype(np.float32)).save(path)
    else:
        mode = kind.split("-")[0]
        Image.fromarray(eight).convert(mode).save(path)
    return path


KINDS = [
    "RGB-png", "RGBA-png", "L-png", "LA-png", "1-png", "P-png", "RGB-jpg", "CMYK-jpg", "L-jpg", "RGB-webp", "RGBA-webp",
    "RGB-bmp", "RGB-tiff", "RGBA-tiff", "P-gif", "RGB-ppm", "L-pgm", "grey16-tiff", "grey16-png", "rgb16-png", "rgba16-png",
    "seven-npy", "float-npy", "float-tiff",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_comes_out_as_it_came_in(kind, tmp_path):
    source = make_file(tmp_path, kind)
    (tmp_path / "out").mkdir()
    target = tmp_path / "out" / source.name
    spec = SPEC._replace(channels=7) if kind == "seven-npy" else SPEC
    write_picture(target, translate_picture(Plain(), read_picture(source), spec, spec))
    if source.suffix == ".npy":
        a, b = np.load(source), np.load(target)
        assert (
            a.dtype == b.dtype
            and a.shape == b.shape
            and np.abs(a.astype(float) - b).max() <= (1e-6 if "float" in kind else 0)
        )
        return
    with Image.open(source) as a, Image.open(target) as b:
        assert (a.format, a.size, a.mode) == (b.format, b.size, b.mode)
        if "16-png" in kind and kind != "grey16-png":
            before, after = decode_png16(source.read_bytes()), decode_png16(target.read_bytes())
            assert before.dtype == after.dtype == np.uint16 and np.array_equal(before[..., 3:], after[..., 3:])
            if kind == "rgb16-png":
                assert np.array_equal(before, after), "an identity loses nothing of 16 bits"
        if a.mode in ("RGB", "L", "I;16", "F") and a.format != "JPEG":
            assert np.abs(np.asarray(a).astype(float) - np.asarray(b)).max() <= (1e-6 if a.mode == "F" else 0)
        if a.mode in ("RGBA", "LA"):
            assert np.array_equal(np.asarray(a)[..., -1], np.asarray(b)[..., -1]), "alpha is kept"


def test_the_translator_is_used_and_sideways_photographs_are_upright(tmp_path):
    picture = Image.fromarray(scene(20, 31))
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.save(tmp_path / "a.png", exif=exif)
    out = translate_picture(Plain(sign=-1.0), read_picture(tmp_path / "a.png"), SPEC, SPEC)
    write_picture(tmp_path / "b.png", out)
    assert out.values.shape == (31, 20, 3)
    assert np.array_equal(np.asarray(Image.open(tmp_path / "b.png")), 255 - np.rot90(scene(20, 31), -1))


def test_grey_to_colour_changes_the_mode_and_colour_models_take_grey(tmp_path):
    Image.fromarray(scene(9, 8, 1)[..., 0]).save(tmp_path / "grey.png")
    grey = read_picture(tmp_path / "grey.png")
    assert translate_picture(Plain(3), grey, SPEC._replace(channels=1), SPEC).values.shape == (9, 8, 3)
    assert translate_picture(Plain(), grey, SPEC, SPEC).values.shape == (9, 8, 1)
    deep = PictureFile(np.full((4, 4, 1), 40_000, np.uint16), None, "I;16", ".png")
    assert translate_picture(Plain(), deep, SPEC, SPEC).values.dtype == np.uint16
    with pytest.raises(Unreadable, match="has 7 channels"):
        translate_picture(Plain(), PictureFile(np.zeros((4, 4, 7), np.uint8), None, "array", ".npy"), SPEC, SPEC)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.png", b"", "empty"),
        ("text.jpg", b"hello", "not a picture"),
        ("cut.png", None, "truncated|damaged|broken|cut"),
        ("pickle.npy", b"\x93NUMPY\x01\x00v\x00{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "."),
        ("missing.png", Ellipsis, "No such file"),
    ],
)
def test_broken_files_are_refused_with_a_reason(name, content, reason, tmp_path):
    path = tmp_path / name
    if content is None:
        Image.fromarray(scene(50, 50)).save(path)
        path.write_bytes(path.read_bytes()[:3000])
    elif content is not Ellipsis:
        path.write_bytes(content)
    with pytest.raises(Unreadable, match=reason):
        read_picture(path)


def test_what_a_format_cannot_hold_is_refused_and_leaves_no_file(tmp_path):
    seven = PictureFile(np.zeros((4, 4, 7), np.uint8), None, "array", ".png")
    with pytest.raises(Unreadable, match="7 channels"):
        write_picture(tmp_path / "a.png", seven)
    assert not (tmp_path / "a.png").exists()


MEMORY = """
import numpy as np, resource, torch
torch.set_num_threads(1)
from sparring.data.spec import Spec
from sparring.networks.translate import ResNetTranslator
from sparring.use.tiled import translate_array
torch.manual_seed(0)
rng = np.random.default_rng(0)
picture = np.tile(rng.integers(0, 256, (400, 600, 3), np.uint8), (10, 10, 1))
with torch.autocast("cpu", torch.bfloat16):
    out = translate_array(ResNetTranslator(3, 3, 64, 1).eval(), picture, Spec(3, 256, 256), Spec(3, 256, 256), places=4)
assert out.shape == (4000, 6000, 3)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
def test_a_picture_of_24_million_pixels_takes_less_than_2_gb():
    done = subprocess.run([sys.executable, "-c", MEMORY], capture_output=True, text=True, check=True)
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(done.stdout) * unit < 2e9
