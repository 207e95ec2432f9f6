"""The summary picture of a run, `results.png`: half of what a small run takes, so most tests go without its curves."""

from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from sparring.report.png import save_png
from sparring.report.results import results_picture
from sparring.sessions import shots


def one_pixel(metrics, newest_samples, reals, title, facts, path, **more):
    """In place of `results_picture`: a picture, where the curves would be."""
    save_png(np.zeros((1, 1, 1), np.uint8), Path(path))


@contextmanager
def without_curves():
    """Runs end with a picture of one pixel."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shots, "results_picture", one_pixel)
        yield


@contextmanager
def with_curves():
    """Runs end with the whole picture: for a test that looks at it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shots, "results_picture", results_picture)
        yield
