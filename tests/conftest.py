"""One thread a worker: the networks of the tests are small, and two workers with two threads each fight for two cores. English."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")
os.environ.setdefault(
    "OMP_WAIT_POLICY", "PASSIVE"
)  # where a test has two threads, they do not spin on what the other worker needs
os.environ["SPARRING_LANGUAGE"] = "en"  # whatever the machine speaks, tests quote English

import pytest


@pytest.fixture(scope="session", autouse=True)
def no_curves():
    """Runs end without the curves of results.png; a test that looks at them asks for `curves`, or for `summary.with_curves`."""
    from summary import without_curves

    with without_curves():
        yield


@pytest.fixture(scope="session", autouse=True)
def no_clock(tmp_path_factory):
    """No clock decides in which precision and memory format a test's run computes, and none is remembered for a person's runs."""
    from sparring.sessions import pace

    def plain(trainer, threads=0, precision="auto", channels_last=None):
        return ways(trainer, threads, "float32" if precision == "auto" else precision, bool(channels_last))

    ways, folder = pace.ways, tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pace, "ways", plain)
        patch.setattr(pace, "cache_folder", lambda: folder)
        yield


@pytest.fixture
def curves(no_curves):
    """The run of this test ends with the whole results.png."""
    from summary import with_curves

    with with_curves():
        yield
