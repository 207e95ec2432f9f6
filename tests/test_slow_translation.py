"""A known map on real pictures, found without a pair: `benchmarks/cyclegan_fashion.py`, held to its bar."""

import importlib.util
from pathlib import Path

import pytest

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
