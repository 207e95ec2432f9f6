"""The memory that a run will take, told before it is taken."""

import importlib.util
import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

import sparring
from sparring.data.pictures import Pictures
from sparring.engine.backend import Backend
from sparring.engine.trainer import Trainer
from sparring.errors import NoRoomError
from sparring.games import Batch, Noise, noise_of
from sparring.recipes import gan
from sparring.report.console import Console
from sparring.report.numbers import amount
from sparring.sessions import memory, prepare
from sparring.sessions.build import build, measure, plan, sketch
from sparring.sessions.config import Config
from sparring.sessions.dry_run import dry_run
from sparring.sessions.living import Cast, Living
from sparring.sessions.memory import batch_that_fits, estimate, of_moves, shapes_of
from sparring.sessions.options import Run

CHILD = """
import json, sys
import numpy as np
import sparring
from sparring.sessions import prepare
recipe, side, precision, settings = sys.argv[1], int(sys.argv[2]), sys.argv[3], json.loads(sys.argv[4])
told, ask = [], prepare.needed
prepare.needed = lambda *given: told.append(ask(*given)) or told[-1]
g = np.random.default_rng(0)
data = [g.integers(0, 256, (60, side, side, 3), np.uint8) for _ in range(1 + recipe.startswith("cyclegan"))]
run = {"steps": 2, "threads": 1, "device": "cpu", "precision": precision}
sparring.train(recipe, *data[:1], data_y=data[1] if data[1:] else None, run=run, **settings)
facts = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(json.dumps([told[0].memory.total, int(facts["VmHWM"].split()[0]) * 1024]))
"""


def peak(folder, recipe, side, precision, **settings):
    """What a run of two steps told itself before it began, and the most that its process ever had."""
    words = [sys.executable, "-c", CHILD, recipe, str(side), precision, json.dumps(settings)]
    one = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(words, cwd=folder, env=one, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    ("recipe", "side", "precision", "settings"),
    [("dcgan", 32, "float32", {"batch_size": 160})],
)
def test_what_is_told_is_within_a_quarter_of_the_peak_of_a_whole_run(tmp_path, recipe, side, precision, settings):
    told, measured = peak(tmp_path, recipe, side, precision, **settings)
    assert told == pytest.approx(measured, rel=0.25)


@pytest.fixture(scope="module")
def benchmark():
    path = Path(__file__).parents[1] / "benchmarks" / "memory.py"
    spec = importlib.util.spec_from_file_location("benchmarks_memory", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.parametrize("recipe", ["gan", "gan2014", "dcgan", "cyclegan_small", "cyclegan"])
@pytest.mark.parametrize("side", [32, 64, 128])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_what_a_dry_run_tells_is_within_a_quarter_of_the_peak_for_all_recipes(benchmark, recipe, side, precision):
    found = benchmark.case(recipe, side, precision, pictures=200, steps=2)
    print(f"{recipe} {side} {precision}: told {amount(found['told'])}, measured {amount(found['measured'])}")
    assert found["told"] == pytest.approx(found["measured"], rel=benchmark.WITHIN)


def test_tensors_are_counted_from_their_making_to_their_end():
    living = Living()
    with living, torch.device("meta"):
        a = torch.empty(1000)
        b = a + 1
        a.view(10, 100)
        del b
        assert living.now == 4000 and living.most == 8000
        del a
    assert living.now == 0


def test_a_weight_that_was_there_before_is_not_counted_by_a_view_of_it():
    living, weight = Living(), torch.empty(50, 20, device="meta")
    with living:
        turned = weight.t()
        product = torch.empty(3, 20, device="meta") @ turned
    assert product.shape == (3, 50) and living.most == 4 * (3 * 20 + 3 * 50)


class Anew(Living):
    """A control: every operation is done each time."""

    calls = 0

    def _out(self, func, args, kwargs):
        self.calls += 1
        return self._new(func, args, kwargs)


class Once(Living):
    calls = 0

    def _new(self, func, args, kwargs):
        self.calls += 1
        return super()._new(func, args, kwargs)


@pytest.mark.parametrize("recipe", ["gan", "gan2014", "dcgan", "cyclegan_small", "cyclegan"])
@pytest.mark.parametrize("bfloat16", [False, True])
def test_doing_an_operation_once_counts_what_doing_it_anew_counts(monkeypatch, recipe, bfloat16):
    domains = tuple(Pictures(np.zeros((20, 16, 16, 3), np.uint8)) for _ in range(1 + recipe.startswith("cyclegan")))
    drawn = sketch(plan(recipe, tuple(d.spec for d in domains), {"load": 0, "crop": 0} if recipe == "cyclegan" else {}))
    shapes = shapes_of(drawn.stream(*domains, 0)(0, 1))
    found, counters = [], [Anew(), Once()]
    for living in counters:
        monkeypatch.setattr(memory, "Living", lambda living=living: living)
        found.append(of_moves(drawn, shapes, drawn.batch_size, bfloat16))
        assert living.now == 0, "what was played is gone"
    assert found[0] == found[1]
    assert counters[1].calls < (0.45 if recipe.startswith("cyclegan") else 0.9) * counters[0].calls


@pytest.mark.parametrize("recipe", ["gan", "dcgan", "cyclegan_small"])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_move_without_content_takes_what_a_real_one_takes(recipe, precision):
    domains = tuple(Pictures(np.zeros((70, 16, 16, 3), np.uint8)) for _ in range(1 + recipe.startswith("cyclegan")))
    made = plan(recipe, tuple(d.spec for d in domains), {})
    drawn, real = sketch(made), build(made)
    trainer = Trainer(real, real.stream(*domains, 0), Backend("cpu", precision))
    batch = trainer.backend.placed(trainer.stream(0, real.batch_size))
    cast = Cast if precision == "bfloat16" else memory.nullcontext
    with torch.device("meta"):
        x, y = torch.empty(batch.x.shape), None if batch.y is None else torch.empty(batch.y.shape, dtype=batch.y.dtype)
        nothing = Noise(torch.empty((), dtype=torch.int64))
        told = [Living().peak(partial(memory._move, seat, Batch(x, y), nothing, cast)) for seat in memory._seats(drawn)]
    taken = [
        Living().peak(partial(memory._move, seat, batch, noise_of(0), memory.nullcontext))
        for seat in trainer.seats.values()
    ]
    print(recipe, precision, told, taken)
    assert told == pytest.approx(taken, rel=0.05)


def test_the_batch_counts():
    domains = (Pictures(np.zeros((20, 32, 32, 3), np.uint8)),)
    drawn = sketch(plan("dcgan", (domains[0].spec,), {"batch_size": 64}))
    shapes = shapes_of(drawn.stream(*domains, 0)(0, 1))
    small, large = (of_moves(drawn, shapes, n) for n in (64, 256))
    assert 3 < (large - memory.LIBRARIES) / (small - memory.LIBRARIES) < 4.2, (
        "activations go with the batch, gradients do not"
    )
    half = of_moves(drawn, shapes, 256, bfloat16=True)
    assert (half - memory.LIBRARIES) < 0.7 * (large - memory.LIBRARIES)
    assert batch_that_fits(drawn, shapes, small) == 64 and batch_that_fits(drawn, shapes, small - 1) == 32
    assert batch_that_fits(drawn, shapes, 1000) == 0
    told = estimate(drawn, shapes, measure(drawn), "cpu")
    assert told.total == told.process + told.weights + told.moves and told.process > 10**8


def test_what_does_not_fit_is_refused_with_a_batch_that_would(monkeypatch):
    domains = (Pictures(np.zeros((20, 64, 64, 3), np.uint8)),)
    made = plan("dcgan", (domains[0].spec,), {"batch_size": 4096})
    run = prepare.on_device(Run(threads=1, precision="float32", device="cpu"))
    monkeypatch.setattr(prepare, "available_bytes", lambda device: 2 * 10**9)
    with pytest.raises(
        NoRoomError, match=r"about \d+\.\d GB of memory.* 2\.0 GB free; a batch of \d+ would fit: --batch-size"
    ):
        prepare.fresh(made, run, domains, print)


def test_a_pair_of_folders_at_512_pixels_is_refused_before_it_kills(monkeypatch):
    side = 512
    domains = tuple(Pictures(np.zeros((4, side, side, 3), np.uint8)) for _ in "xy")
    made = plan("cyclegan_small", tuple(d.spec for d in domains), {})
    monkeypatch.setattr(prepare, "available_bytes", lambda device: 23 * 10**9)
    with pytest.raises(NoRoomError, match=r"this needs about [234]\d"):
        prepare.fresh(made, prepare.on_device(Run(threads=1, precision="float32", device="cpu")), domains, print)


def test_amounts_are_humane():
    assert [amount(n) for n in (None, 890e6, 999.6e6, 23.44e9)] == ["-", "890 MB", "1.0 GB", "23.4 GB"]


def test_a_checkpoint_that_would_not_fit_is_refused_and_no_batch_is_said_to_help(monkeypatch):
    domains = (Pictures(np.zeros((20, 64, 64, 3), np.uint8)),)
    made = plan("gan", (domains[0].spec,), {})
    run = prepare.on_device(Run(threads=1, precision="float32", device="cpu"))
    told = prepare.needed(made, run, domains).memory
    assert told.saving > told.moves and told.total == told.process + told.weights + told.saving
    monkeypatch.setattr(prepare, "available_bytes", lambda device: told.weights + told.moves)
    with pytest.raises(
        NoRoomError, match=r"MB of it to write a checkpoint, .* free; use smaller pictures \(--size\) or"
    ):
        prepare.needed(made, run, domains)
    monkeypatch.setattr(prepare, "available_bytes", lambda device: told.training)
    assert prepare.needed(made, run, domains).memory.training == told.training


def curious(spec, *, batch_size: int = 4):
    """A recipe whose penalty looks at a number, so that it cannot be played without content."""
    made = gan(spec, batch_size=batch_size, g_hidden=(4,), d_hidden=(4,))
    made.game.penalties["curious"] = sparring.Term(lambda D, view: view.real_logits * view.x.mean().item())
    return made


TINY = {"steps": 1, "threads": 1, "device": "cpu", "precision": "float32", "held_out": 0}


@pytest.mark.parametrize(("recipe", "said"), [(curious, True), ("gan", False)])
def test_a_run_whose_memory_cannot_be_estimated_says_so_and_goes_on(tmp_path, capsys, recipe, said):
    images = np.random.default_rng(0).integers(0, 256, (30, 8, 8, 1), np.uint8)
    folder = sparring.train(
        recipe, images, run={**TINY, "out": tmp_path}, console=Console(json_lines=True), batch_size=4
    )
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (prepare.UNCHECKED in [line.get("text") for line in lines]) is said
    assert "memory" in prepare.UNCHECKED and (folder / "results.png").exists()
    facts = dry_run(Config("gan", (images,), None, {"batch_size": 4}, Run(**TINY)), recipe if said else None)
    assert (facts["memory"] is None) is said


def test_a_dry_run_builds_a_sketch_once_and_the_weights_once():
    built = []

    def counted(spec, *, batch_size: int = 4):
        made = gan(spec, batch_size=batch_size)
        built.append(next(made.game.parameters()).device.type)
        return made

    images = np.random.default_rng(0).integers(0, 256, (30, 8, 8, 1), np.uint8)
    facts = dry_run(Config("counted", (images,), None, {"batch_size": 4}, Run(**TINY)), counted)
    assert built == ["meta", "cpu"] and facts["memory"]["total"] > facts["memory"]["process"] > 10**8
    assert facts["parameters"]["D"] > 8 * 8
