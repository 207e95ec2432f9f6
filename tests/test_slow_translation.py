"""A known map on real pictures, found without a pair: `benchmarks/cyclegan_fashion.py`, held to its bar; and a huge picture."""

import importlib.util
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import sparring

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def benchmark():
    path = Path(__file__).parents[1] / "benchmarks" / "cyclegan_fashion.py"
    spec = importlib.util.spec_from_file_location("cyclegan_fashion", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_known_colouring_is_found_without_a_pair(benchmark):
    known = benchmark.tinted()
    beside = benchmark.baselines(known)
    found = [benchmark.train(known, seed, 3000)["psnr"] for seed in range(5)]
    print(beside, [round(f, 2) for f in found])
    good = [f for f in found if f >= 20 and f >= 5 + max(beside["identity"], beside["transport"], beside["monge"])]
    assert len(good) >= 4


def test_control_no_map_of_colours_finds_it(benchmark):
    assert max(benchmark.baselines(benchmark.tinted()).values()) < 20


def test_a_picture_of_24_million_pixels_is_translated_within_two_gigabytes(tmp_path):
    x = np.random.default_rng(0).integers(0, 256, (24, 32, 32, 3), np.uint8)
    run = sparring.train("cyclegan_small", x, data_y=x[::-1].copy(), run={"steps": 2, "threads": 1, "out": tmp_path})
    rows = np.linspace(0, 255, 4000, dtype=np.uint8)[:, None, None]
    Image.fromarray(np.broadcast_to(rows, (4000, 6000, 3)).copy()).save(tmp_path / "large.png")
    command = [sys.executable, "-m", "sparring", "translate", run, tmp_path / "large.png", "--out", tmp_path / "out"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert done.returncode == 0, done.stderr
    print(f"peak {peak / 1024:.0f} MB (children before: {before / 1024:.0f} MB)")
    assert peak < 2 * 1024 * 1024
    with Image.open(tmp_path / "out" / "large.png") as out:
        assert out.size == (6000, 4000) and out.mode == "RGB"
