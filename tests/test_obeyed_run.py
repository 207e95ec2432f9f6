"""The contract of `Run`: every one of its options is obeyed by a run. A new option without a line here is a failure."""

import dataclasses
import importlib.util
import json
import time

import numpy as np
import pytest
import torch
from test_session import weights
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.utils.data import TensorDataset

import sparring
from sparring import GAN, Experiment, Hook
from sparring.commands import launch
from sparring.data.pictures import Pictures
from sparring.engine.backend import find_device
from sparring.engine.distributed import World
from sparring.engine.synced import SyncedBatchNorm
from sparring.errors import CommandError, DataError
from sparring.metrics.value import Value
from sparring.runs.folder import RunFolder
from sparring.sessions import evaluator, shots
from sparring.sessions import processes as of_processes
from sparring.sessions.build import plan
from sparring.sessions.options import Run
from sparring.sessions.parts import part
from sparring.sessions.prepare import trainer_of

PICTURES, BATCH = 60, 4
IMAGES = np.arange(PICTURES, dtype=np.uint8).reshape(-1, 1, 1, 1) * np.ones((1, 4, 4, 1), np.uint8)
"""Every picture is of one grey: its number."""


class Noting(nn.Module):
    """A linear layer that notes what it was shown and in which precision it worked."""

    def __init__(self, a: int, b: int) -> None:
        super().__init__()
        self.linear, self.kinds, self.shown = nn.Linear(a, b), set(), []
        self.moved = []  # shown in a move of training, where gradients are taken

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.linear(x.flatten(1))
        self.kinds.add(y.dtype)
        if self.training and not x.is_meta:
            self.shown.append(x.detach().clone())
            self.moved += self.shown[-1:] if torch.is_grad_enabled() else []
        return y


def noting(spec):
    G, D = nn.Sequential(Noting(3, 16), nn.Unflatten(1, (1, 4, 4))), Noting(16, 1)
    adam = {n: torch.optim.Adam(m.parameters(), 1e-3) for n, m in (("D", D), ("G", G))}
    return Experiment(GAN(G, D, 3), adam, batch_size=BATCH, images=12 * BATCH)


@pytest.fixture
def play(tmp_path, monkeypatch):
    """Trains with the given options; what a hook saw at every step is in ``play.sessions``."""
    monkeypatch.setattr(shots, "results_picture", lambda *args, **more: None)

    def train(recipe=noting, pictures=IMAGES, **given):
        base = {"out": tmp_path / "runs", "threads": 1, "device": "cpu", "precision": "float32"}
        base |= {"steps": 6, "log_every": 50, "sample_every": 50, "save_every": 50}
        play.seen = []
        look = Hook(lambda s: play.seen.append((s, torch.get_num_threads())), every=1)
        options = {name: value for name, value in {**base, **given}.items() if value is not ...}
        return sparring.train(recipe, pictures, run=options, hooks=[look])

    play = train
    return train


def session(play):
    return play.seen[-1][0]


def steps(play):
    assert weights(play(steps=7)).step == 7
    assert weights(play(steps=...)).step == 12, "control: the recipe's own length"


def images(play):
    assert weights(play(steps=..., images=5 * BATCH)).step == 5
    assert weights(play(steps=..., images=5 * BATCH + 1)).step == 6


def minutes(play):
    path = play(steps=..., minutes=0.5 / 60)
    rows = RunFolder.open(path).read_metrics()
    assert 0.5 <= rows[-1]["seconds"] < 3 and weights(path).step > 20


def perfect(spec, *, wrong: bool = False):
    """G draws just what is learnt, N(0, 1/9) in each pixel, and cannot learn; or, as a control, half of that."""
    G, D = nn.Sequential(nn.Linear(16, 16, bias=False), nn.Unflatten(1, (1, 4, 4))), Noting(16, 1)
    with torch.no_grad():
        G[0].weight.copy_(torch.eye(16) / (6 if wrong else 3))
    sgd = {n: torch.optim.SGD(m.parameters(), 0.0) for n, m in (("D", D), ("G", G))}
    return Experiment(GAN(G, D, 16), sgd, batch_size=BATCH)


def until(play):
    real = (np.random.default_rng(0).normal(0, 1 / 3, (700, 4, 4, 1))).astype(np.float32).clip(-1, 1)
    given = {"pictures": real, "held_out": 600, "until": "indistinguishable", "sample_every": 5}
    path = play(perfect, steps=100, **given)
    asked = [e for e in RunFolder.open(path).events() if e["kind"] == "two_sample"]
    assert asked[-1]["indistinguishable"] and weights(path).step == asked[-1]["step"] < 100

    def wrong(spec):
        return perfect(spec, wrong=True)

    path = play(wrong, steps=12, **given)
    asked = [e for e in RunFolder.open(path).events() if e["kind"] == "two_sample"]
    assert weights(path).step == 12 and [e["step"] for e in asked] == [5, 10]
    assert not any(e["indistinguishable"] for e in asked)
    with pytest.raises(CommandError, match="at least 400 held-out"):
        play(until="indistinguishable")


def flat(tensors):
    return torch.cat([t.flatten() for _, t in sorted(tensors.items())])


def seed(play):
    """The first weights, the order of the data and the noise are each the seed's."""
    found = {}
    for name, value in (("a", 3), ("again", 3), ("b", 4)):
        path = play(seed=value)
        game = session(play).trainer.game
        first = sparring.load(path, recipe=noting, step=0, weights="newest").game.state_dict()
        found[name] = {
            "first weights": flat(first),
            "pictures": torch.cat(game.D.shown[:-2][::3][-6:]),
            "noise": torch.cat(game.G[0].shown[:-1][-12:]),
            "last weights": flat(weights(path).tensors["game"]),
        }
        assert weights(path).state["plan"]["seed"] == value
    for what, of_a in found["a"].items():
        assert torch.equal(of_a, found["again"][what]), what
        assert not torch.isclose(of_a, found["b"][what]).all(), what


def device(play):
    here = torch.accelerator.current_accelerator().type if torch.accelerator.is_available() else "cpu"
    config = RunFolder.open(play(device="auto")).config
    assert config["run"]["device"] == here == session(play).trainer.backend.device
    assert {p.device.type for p in session(play).trainer.game.parameters()} == {here}
    for wrong in ("gpu", "cuda" if here != "cuda" else "xpu", "cpu:x"):
        with pytest.raises(CommandError, match=wrong):
            play(device=wrong)
    assert RunFolder.open(play(device="cpu")).config["run"]["device"] == "cpu"


def precision(play):
    for name, kind in (("float32", torch.float32), ("bfloat16", torch.bfloat16)):
        path = play(precision=name, sample_every=2, log_every=2)
        game = session(play).trainer.game
        assert game.D.kinds == game.G[0].kinds == {kind}, "in moves, in samples, and when it is watched"
        assert {t.dtype for t in weights(path).tensors["game"].values()} == {torch.float32}
        assert RunFolder.open(path).config["run"]["precision"] == name
    assert RunFolder.open(play(precision="auto")).config["run"]["precision"] in ("float32", "bfloat16")


def pictured(spec):
    """Networks with convolutions."""
    G = nn.Sequential(nn.Linear(3, 64), nn.Unflatten(1, (4, 4, 4)), nn.Conv2d(4, 1, 3, padding=1))
    D = nn.Sequential(nn.Conv2d(1, 4, 3), nn.Conv2d(4, 4, 2), nn.Flatten(), nn.Linear(4, 1))
    adam = {n: torch.optim.Adam(m.parameters(), 1e-3) for n, m in (("D", D), ("G", G))}
    return Experiment(GAN(G, D, 3), adam, batch_size=BATCH)


def memory_format(play):
    for name, kind in (("contiguous", torch.contiguous_format), ("channels_last", torch.channels_last)):
        path = play(pictured, memory_format=name)
        for networks in (session(play).trainer.game, session(play).trainer.ema.networks["G"]):
            wide = [p for p in networks.parameters() if p.dim() == 4 and p.shape[1] > 1]
            assert wide and all(p.is_contiguous(memory_format=kind) for p in wide)
        assert RunFolder.open(path).config["run"]["memory_format"] == name
    assert RunFolder.open(play(pictured)).config["run"]["memory_format"] in ("contiguous", "channels_last")


def threads(play):
    for wanted in (1, 2, 3):
        assert torch.get_num_threads() == 1
        path = play(threads=wanted)
        assert {n for _, n in play.seen} == {wanted} and RunFolder.open(path).config["run"]["threads"] == wanted
    chosen = RunFolder.open(play(threads=0)).config["run"]["threads"]
    assert chosen >= 1 and {n for _, n in play.seen} == {chosen}


def held_out(play):
    """The pictures that D saw in training are all but those held out, by their grey."""
    for asked, kept in ((9, 9), (-1, PICTURES // 10), (1, 1)):
        play(held_out=asked, steps=5 * PICTURES // BATCH, log_every=10**6)
        trained = {round(g) for x in session(play).trainer.game.D.moved[::3] for g in greys(x)}
        watched = {round(g) for g in greys(session(play).held_out.x)}
        assert len(watched) == kept and not trained & watched
        assert trained | watched == set(range(PICTURES)), "all others are trained on"
    with pytest.raises(CommandError, match=r"--run.held-out is 60, but 'array' has 60 pictures"):
        play(held_out=60)


def labels(play):
    """Training sees so many labels, equally many of each class, and the others as -1; pictures held out keep theirs."""
    seen = []

    def noted(spec):
        made = noting(spec)
        stream = made.stream

        def draw(pictures, seed):
            seen.append(pictures)
            return stream(pictures, seed)

        return dataclasses.replace(made, stream=draw)

    data = TensorDataset(torch.from_numpy(IMAGES).permute(0, 3, 1, 2), torch.arange(PICTURES) % 3)
    path = play(noted, data, labels=9, held_out=6)
    known = seen[-1].labels[seen[-1].labels >= 0]
    assert np.bincount(known).tolist() == [3, 3, 3] and len(seen[-1]) == PICTURES - 6
    assert session(play).held_out.y.min() >= 0
    first = seen[-1].labels.tolist()
    sparring.resume(path, data=data, extend={"steps": 7}, recipe=noted, quiet=True)
    assert seen[-1].labels.tolist() == first, "a run that goes on has the same ones"
    with pytest.raises(CommandError, match="labels cannot change in a resumed run"):
        sparring.resume(path, data=data, extend={"labels": 12}, recipe=noted, quiet=True)
    play(noted, data, labels=9, held_out=6, seed=1)
    assert seen[-1].labels.tolist() != first, "another seed keeps others"
    play(noted, data, held_out=6)
    assert (seen[-1].labels >= 0).all(), "control: all by default"
    with pytest.raises(DataError, match="'array' has no labels, so none can be kept"):
        play(labels=9)
    with pytest.raises(CommandError, match="this one translates"):
        part((seen[-1], seen[-1]), Run(labels=3))


def greys(x):
    return ((x[:, 0, 0, 0] + 1) * 127.5).tolist()


def log_every(play):
    rows = RunFolder.open(play(log_every=2, steps=7)).read_metrics()
    assert [row["step"] for row in rows] == [2, 4, 6, 7]
    assert RunFolder.open(play(log_every=0)).config["run"]["log_every"] >= 1


def sample_every(play):
    path = play(sample_every=3, steps=7)
    assert [p.name for p in sorted((path / "samples").iterdir())] == [f"{s:08d}.png" for s in (0, 3, 6, 7)]
    assert RunFolder.open(play(sample_every=0)).config["run"]["sample_every"] >= 1


def save_every(play):
    path = play(save_every=3, steps=7, keep=9)
    assert [e["step"] for e in RunFolder.open(path).events() if e["kind"] == "saved"] == [0, 3, 6, 7]
    assert [p.name for p in sorted((path / "checkpoints").iterdir())] == [f"{s:08d}" for s in (0, 3, 6, 7)]
    assert RunFolder.open(play(save_every=0)).config["run"]["save_every"] >= 1


def keep(play):
    for n in (1, 3):
        path = play(keep=n, save_every=1)
        assert [p.name for p in sorted((path / "checkpoints").iterdir())] == [f"{s:08d}" for s in range(7 - n, 7)]


def out(play):
    path = play()
    other = play(out=path.parent.parent / "elsewhere" / "below")
    assert other.parent == path.parent.parent / "elsewhere" / "below" and other.name.startswith("0001-noting")


def epochs(play):
    path = play(epochs=1.5, steps=..., held_out=20)
    run = RunFolder.open(path).config["run"]
    assert (run["images"], run["epochs"]) == (60, None), "40 are trained on"
    assert RunFolder.open(path).read_metrics()[-1]["images"] == 60


def name(play):
    assert play(name="Least squares, seed 1").name == "0001-least-squares-seed-1"
    assert play().name == "0002-noting-array"


def evaluate(play):
    path = play(evaluate=3, steps=7)
    assert [row["step"] for row in RunFolder.open(path).read_measured()] == [3, 6, 7]
    assert not (play() / "measurements.jsonl").exists(), "control"


def best(play):
    """Each measure keeps the step where it was best; here both grow, so that a distance is best first, and a share last."""
    real = evaluator.measure

    def growing(*args, **more):
        found, n = real(*args, **more), len(seen)
        seen.append(n)
        return found._replace(values={**found.values, "kernel_distance": Value(1.0 + n), "precision": Value(n / 10)})

    for name, wanted in (("kernel_distance", 1), ("precision", 6)):
        seen = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(evaluator, "measure", growing)
            path = play(best=name, evaluate=1)
        assert [p.name for p in (path / "best").iterdir()] == [f"{wanted:08d}"] and len(seen) == 6


def patience(play):
    def still(spec):
        return perfect(spec)

    path = play(still, pictures=IMAGES.repeat(2, 0), evaluate=2, patience=2, steps=20)
    assert [row["step"] for row in RunFolder.open(path).read_measured()] == [2, 4, 6], "the best is that of step 2"
    assert weights(path).step == 6
    assert weights(play(still, pictures=IMAGES.repeat(2, 0), evaluate=2, patience=0, steps=20)).step == 20, "control"


def features(play):
    for name in ("pixels", "random"):
        rows = RunFolder.open(play(features=name, evaluate=3)).read_measured()
        assert {row["card"]["features"] for row in rows} == {name}
    assert RunFolder.open(play(evaluate=3)).read_measured()[0]["card"]["features"] == "random", "there are no labels"
    with pytest.raises(CommandError, match="features are 'nice'"):
        play(features="nice", evaluate=3)


def tensorboard(play):
    """With the extra event files appear beside the metrics; without it the run is refused, and never silently plain."""
    if importlib.util.find_spec("tensorboardX") is None:
        with pytest.raises(CommandError, match="pip install 'sparring\\[tensorboard\\]'"):
            play(tensorboard=True)
    else:
        assert list((play(tensorboard=True) / "tensorboard").iterdir())
    assert not (play() / "tensorboard").exists(), "control"


def processes(play):
    with pytest.raises(CommandError, match="processes is 2, but this is one process"):
        play(processes=2)
    assert RunFolder.open(play(processes=1)).config["run"]["processes"] == 1


def restarts(play):
    """A launcher whose processes are always lost begins once, and as often again as it may."""
    for often in (0, 2):
        with pytest.MonkeyPatch.context() as patch:
            begun = []
            lost = launch.Ended(75, "process 1 was ended by SIGKILL", False, None)
            patch.setattr(launch, "_once", lambda *what, begun=begun, lost=lost: begun.append(what) or lost)
            assert launch.launch(["train"], lambda folder: [], 2, often, lambda text: None) == 75
            assert len(begun) == 1 + often


def timeout(play):
    waited = []
    with pytest.MonkeyPatch.context() as patch:
        real = of_processes.joined
        patch.setattr(of_processes, "joined", lambda seconds: waited.append(seconds) or real(seconds))
        play(timeout=7.0)
        play()
    assert waited == [7.0, 120.0]


def sync_batch_norm(play):
    def normed(spec):
        made = noting(spec)
        made.game.G.insert(1, nn.BatchNorm1d(16))
        return made

    def layers(sync, size):
        options = Run(sync_batch_norm=sync, device="cpu", precision="float32")
        training = part((Pictures(IMAGES),), options).training
        made = plan(normed, (training[0].spec,), {}, 0)
        game = trainer_of(made, options, training, world=World(0, size)).game
        return [type(m) for m in game.modules() if isinstance(m, _BatchNorm)]

    assert layers(True, 2) == [SyncedBatchNorm]
    assert layers(False, 2) == layers(True, 1) == [nn.BatchNorm1d], "control"


OBEYED = {f.__name__: f for f in (processes, restarts, timeout, sync_batch_norm)}
OBEYED |= {f.__name__: f for f in (steps, images, minutes, until, seed, device, precision, threads, held_out)}
OBEYED |= {memory_format.__name__: memory_format}
OBEYED |= {
    f.__name__: f
    for f in (
        labels,
        log_every,
        sample_every,
        save_every,
        keep,
        out,
        epochs,
        name,
        evaluate,
        best,
        patience,
        features,
        tensorboard,
    )
}


def test_every_option_has_its_check():
    assert set(OBEYED) == {f.name for f in dataclasses.fields(Run)}


@pytest.mark.parametrize("name", OBEYED)
def test_the_option_is_obeyed(name, play):
    start = time.perf_counter()
    OBEYED[name](play)
    assert time.perf_counter() - start < 60


@pytest.mark.parametrize("name", OBEYED)
def test_the_option_is_a_flag_and_is_kept_in_the_configuration(name, play):
    from sparring.commands.train import run_flags

    assert "run_" + name in run_flags()
    assert name in json.loads((play(steps=1) / "config.json").read_text("utf-8"))["run"]


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ({"steps": 0}, "steps is 0"),
        ({"images": -3}, "images is -3"),
        ({"minutes": 0.0}, "minutes is 0.0"),
        ({"epochs": -1}, "epochs is -1"),
        ({"epochs": 1, "images": 60}, "--epochs and --images are both given"),
        ({"until": "bored"}, "until is 'bored'"),
        ({"seed": -1}, "seed is -1"),
        ({"precision": "float8"}, "float8"),
        ({"threads": -1}, "threads is -1"),
        ({"memory_format": "heap"}, "heap"),
        ({"held_out": -2}, "held_out is -2"),
        ({"labels": 0}, "labels is 0"),
        ({"log_every": -1}, "log_every is -1"),
        ({"sample_every": -1}, "sample_every is -1"),
        ({"save_every": -1}, "save_every is -1"),
        ({"keep": 0}, "keep is 0"),
        ({"evaluate": -1}, "evaluate is -1"),
        ({"patience": -1}, "patience is -1"),
        ({"patience": 3}, "patience is 3, but nothing is measured"),
        ({"best": "beauty"}, "best is 'beauty'; it is one of frechet_distance"),
        ({"stps": 3}, "did you mean 'steps'"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_value(play, tmp_path, option, says):
    with pytest.raises(CommandError, match=says):
        play(**option)
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("built", "says"), [(False, "this PyTorch build has no CUDA; install"), (True, "this machine has 'cpu'")]
)
def test_a_device_that_is_not_there_says_what_is_missing(built, says, monkeypatch):
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: False)
    monkeypatch.setattr(torch.version, "cuda", "13.0" if built else None)
    with pytest.raises(CommandError, match=f"device 'cuda:1' was requested, but {says}.* --run.device auto"):
        find_device("cuda:1")
    assert find_device("cpu") == find_device("auto") == "cpu"
