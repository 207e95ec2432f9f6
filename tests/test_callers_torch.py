"""What a library owes its caller: random streams and threads as they were, several threads at once, any name of a run."""

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from test_session import weights

import sparring
from sparring.errors import CommandError
from sparring.use import apply, tiled

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (40, 6, 6, 1), np.uint8)
DOMAINS = RNG.integers(0, 256, (2, 24, 16, 16, 3), np.uint8)
SMALL = {"g_hidden": (8,), "d_hidden": (8,), "z_dim": 4, "batch_size": 4}
TINY = {"features": 4, "blocks": 1, "d_features": 4, "batch_size": 2, "memory": 16}
FILE = """
import torch
from sparring.recipes import gan as theirs

torch.manual_seed(5)
torch.set_num_threads(3)


def seeded(spec, *, lr: float = 1e-3):
    torch.manual_seed(6)
    return theirs(spec, lr=lr, g_hidden=(8,), d_hidden=(8,), z_dim=4, batch_size=4)
"""


def options(out, **more):
    return {"steps": 3, "threads": 1, "out": out / "runs", "sample_every": 2, "log_every": 2, "device": "cpu", **more}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Runs 1 (from noise), 2 (both ways) and 3 (from a file), in the folder that has them under ``runs``."""
    home = tmp_path_factory.mktemp("home")
    (home / "mine.py").write_text(FILE)
    sparring.train("gan", IMAGES, run=options(home), **SMALL)
    sparring.train("cyclegan_small", DOMAINS[0], data_y=DOMAINS[1], run=options(home), **TINY)
    sparring.train(f"{home / 'mine.py'}:seeded", IMAGES, run=options(home))
    return home


@pytest.fixture
def here(home, monkeypatch):
    monkeypatch.chdir(home)
    return home


@pytest.fixture
def two_threads():
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(1)


def of_caller():
    return torch.get_rng_state(), torch.get_num_threads(), torch.is_grad_enabled(), Path.cwd(), random.getstate()


def fails(call):
    with pytest.raises(CommandError):
        call()


CALLS = {
    "train": lambda home, out: sparring.train("gan", IMAGES, run=options(out), **SMALL),
    "train from a file": lambda home, out: sparring.train("./mine.py:seeded", IMAGES, run=options(out)),
    "train both ways": lambda home, out: sparring.train(
        "cyclegan_small", DOMAINS[0], data_y=DOMAINS[1], run=options(out), **TINY
    ),
    "train with a wrong setting": lambda home, out: fails(lambda: sparring.train("gan", IMAGES, z_dim=-1)),
    "a file without its function": lambda home, out: fails(lambda: sparring.train("./mine.py:none", IMAGES)),
    "resume": lambda home, out: sparring.resume(
        sparring.train("gan", IMAGES, run=options(out), **SMALL), data=IMAGES, extend={"steps": 5}
    ),
    "load": lambda home, out: sparring.load("1"),
    "load from a file": lambda home, out: sparring.load("3", recipe="./mine.py:seeded"),
    "sample": lambda home, out: sparring.load("1").sample(5, seed=3),
    "interpolate": lambda home, out: sparring.load("1").interpolate(1, 2, 4),
    "translate": lambda home, out: sparring.load("2").translate(DOMAINS[0, 0]),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_leaves_the_caller_s_torch_as_it_was(here, tmp_path, two_threads, name):
    torch.manual_seed(11)
    torch.rand(3)
    before = of_caller()
    CALLS[name](here, tmp_path)
    after = of_caller()
    assert before[1] == 2, "the runs have 1"
    assert torch.equal(before[0], after[0]), "the random stream"
    assert before[1:] == after[1:]


def test_control_the_file_itself_moves_stream_and_threads(two_threads):
    before = of_caller()
    exec(compile(FILE, "mine.py", "exec"), {})
    assert not torch.equal(before[0], torch.get_rng_state()) and torch.get_num_threads() == 3


def at_once(jobs):
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda job: job(), jobs))


def test_one_model_in_several_threads_samples_as_alone(here):
    model = sparring.load("1")
    jobs = [lambda i=i: model.sample(300, seed=i).tensor for i in range(8)]
    jobs += [lambda i=i: model.interpolate(i, i + 1, 50).tensor for i in range(4)]
    alone = [job() for job in jobs]
    assert not torch.equal(alone[0], alone[1])
    for found, expected in zip(at_once(jobs * 3), alone * 3, strict=True):
        assert torch.equal(found, expected)


def test_one_model_in_several_threads_translates_as_alone_in_tiles_too(here, monkeypatch):
    monkeypatch.setattr(tiled, "WHOLE", 32 * 32)
    monkeypatch.setattr(apply, "WHOLE", 32 * 32)
    model = sparring.load("2")
    for norm in (m for m in model.game.modules() if isinstance(m, torch.nn.InstanceNorm2d)):
        assert not norm.track_running_stats
    small = [torch.from_numpy(p).permute(2, 0, 1)[None] / 127.5 - 1 for p in DOMAINS[0, :4]]
    large = [RNG.uniform(-1, 1, (1, 3, 40, 48 + 8 * i)).astype(np.float32) for i in range(3)]
    jobs = [lambda x=x, to=to: model.translate(x, to) for x in small for to in "xy"]
    jobs += [lambda x=x, to=to: model.translate(torch.from_numpy(x), to) for x in large for to in "xy"]
    whole = model.game.G_xy(torch.from_numpy(large[0])).detach()
    alone = [job() for job in jobs]
    assert alone[8].shape == whole.shape
    for found, expected in zip(at_once(jobs * 2), alone * 2, strict=True):
        assert torch.equal(found, expected)


@pytest.mark.parametrize("name", ["1", 1, "0001", "0001-gan-array", Path("1"), "runs/0001-gan-array"])
def test_a_run_is_known_by_its_number_its_name_and_its_path(here, name):
    expected = sparring.load(here / "runs" / "0001-gan-array").sample(2).tensor
    for run in (name, *([str(here / "runs" / "0001-gan-array")] if name == 1 else [])):
        assert torch.equal(sparring.load(run).sample(2).tensor, expected)
        assert sparring.resume(run, data=IMAGES).name == "0001-gan-array"


def test_a_checkpoint_is_known_by_its_path(here):
    folder = next((here / "runs" / "0001-gan-array" / "checkpoints").glob("*3"))
    assert weights(here / "runs" / "0001-gan-array").step == 3
    for place in (folder, str(folder)):
        assert sparring.load(place).facts["progress"]["steps"] == 3
