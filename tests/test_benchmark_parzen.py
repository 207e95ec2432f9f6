"""The Parzen benchmark end to end, on a few of the embedded digits kept as MNIST is."""

import gzip
import importlib.util
import json
import struct
from pathlib import Path

import numpy as np
import pytest
import torch

from sparring.data.embedded_sets import digits
from sparring.engine.backend import Backend
from sparring.metrics.parzen import parzen


@pytest.fixture(scope="module")
def benchmark():
    path = Path(__file__).parents[1] / "benchmarks" / "parzen.py"
    spec = importlib.util.spec_from_file_location("benchmark_parzen", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(tmp_path):
    images = digits().images[..., 0]
    for name, part in (("train-images-idx3-ubyte", images[:600]), ("t10k-images-idx3-ubyte", images[600:800])):
        packed = b"\0\0\x08\x03" + struct.pack(">3I", *part.shape) + part.tobytes()
        if name.startswith("train"):
            (tmp_path / name).write_bytes(packed)
        else:
            (tmp_path / f"{name}.gz").write_bytes(gzip.compress(packed))
    return tmp_path


def test_it_reports_both_weights_beside_the_reference_rows(benchmark, folder):
    out = folder / "results.json"
    words = [str(folder), "--minutes", "0", "--samples", "60", "--clusters", "40", "--out", str(out)]
    given = benchmark.parser().parse_args([*words, "--set", "g_units=20", "--set", "d_units=8"])
    report = benchmark.run(given, Backend())
    assert json.loads(out.read_text()) == json.loads(json.dumps(report))
    assert (report["steps"], report["images"], report["settings"]["ema"]) == (1, 100, 500_000)
    assert {name: row["samples"] for name, row in report["references"].items()} == {
        "training images": 60,
        "k-means centroids": 40,
        "per-pixel Gaussian": 60,
    }
    assert str(folder) not in out.read_text(), "no folder of this machine"
    for name in ("newest", "average"):
        assert report[name]["samples"] == 60 and report[name]["n"] == 200
        assert report[name]["log_likelihood"] < report["references"]["training images"]["log_likelihood"]


def test_samples_are_those_of_the_weights_asked_for_and_validation_is_not_trained_on(benchmark, folder):
    split = benchmark.load(folder)
    images = digits().images
    assert len(split.training) == 500 and np.array_equal(split.training.images, images[:500])
    assert torch.equal(split.validation.mul(255).round().byte()[:, 0], torch.from_numpy(images[500:600, ..., 0]))
    assert len(split.test) == 200 and float(split.test.max()) == 1.0 and float(split.test.min()) == 0.0
    made = benchmark.plan("gan2014", (split.training.spec,), {"ema": 500_000, "g_units": 20, "d_units": 8})
    trainer, _ = benchmark.train(made, split.training, 0, Backend())
    for _ in range(5):
        trainer.step()
    newest, average = (benchmark.samples(trainer, 50, 0, average) for average in (False, True))
    assert newest.shape == (50, 1, 8, 8) and 0 <= float(newest.min()) and float(newest.max()) <= 1
    assert torch.allclose(newest, average, atol=0.01), "control: after 6 steps they are near"
    assert torch.equal(newest, benchmark.samples(trainer, 50, 0, False))
    with torch.no_grad():
        for p in trainer.ema.networks.parameters():
            p.zero_()
    assert torch.equal(newest, benchmark.samples(trainer, 50, 0, False))
    assert torch.equal(benchmark.samples(trainer, 50, 0, True), torch.full((50, 1, 8, 8), 0.5))
    assert benchmark.row(parzen(newest, split.validation, split.test))["words"].endswith(" nats")
