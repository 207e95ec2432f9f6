"""Curves and the one picture of a run."""

import math

import numpy as np
import pytest
from PIL import Image

from sparring.report.curves import limits, newest, panels, smoothed, tame
from sparring.report.names import losses, understand
from sparring.report.numbers import count, duration, finite, percent, plain, rate, short
from sparring.report.results import results_picture


def rows(n, **more):
    rng = np.random.default_rng(0)
    return [
        {
            "step": 100 * (i + 1), "images": 6400 * (i + 1), "seconds": 0.5 * i, "images_per_second": 650.0,
            "D/adversarial": 1.3 + 0.1 * rng.normal(), "D/r1": 0.05, "G/adversarial": 0.7 + 0.1 * rng.normal(),
            "D/D(x)": 0.6, "D/D(G(z))": 0.4, "D/V": -1.3, "D/accuracy": 0.7, "D/gradient": 0.3, "G/gradient": 10.0,
            "held_out/D(x)": 0.55, "held_out/accuracy": 0.6, **more,
        }
        for i in range(n)
    ]  # fmt: skip


def test_numbers_as_a_person_reads_them():
    told = {0: "0.0 s", 0.4: "0.4 s", 0.97: "1 s", 40: "40 s", 59.6: "1 min", 100: "1 min 40 s", 3599.7: "1 h",
            7500: "2 h 5 min", 86399: "1 d", 360000: "4 d 4 h", -1: "-", math.inf: "-"}  # fmt: skip
    assert {seconds: duration(seconds) for seconds in told} == told and duration(None) == "-"
    values = {0.7123: "0.712", 0.9996: "1.00", 1.118: "1.12", -1.386: "-1.39", 12.34: "12.3", 123.4: "123", 0: "0",
              12345.6: "12,346", 1.2e6: "1.2e+06", 0.0001: "1.0e-04", math.nan: "-"}  # fmt: skip
    assert {value: short(value) for value in values} == values
    assert (count(12345.2), rate(650.4), rate(3.21), percent(0.999), percent(1)) == (
        "12,345",
        "650",
        "3.2",
        "99 %",
        "100 %",
    )
    assert [plain(v) for v in (20000, 1.23456, "cpu", None, True, np.float32(2.5))] == [
        "20,000", "1.23", "cpu", "-", "True", "2.50"]  # fmt: skip
    assert [finite(v) for v in (True, "1", None, 10**400, 1e200, np.float32(2))] == [None] * 5 + [2.0]


def test_names_mean_what_they_say_in_any_game():
    names = {name.key: name.kind for name in understand(
        ["step", "images_per_second", "D/lr", "D/D(x)", "D/D_y(G_xy(x))", "D/logit(G(z))", "D/V", "D/accuracy",
         "D/gradient", "D/adversarial_x", "G/cycle_x", "critic/gradient", "critic/penalty",
         "held_out/accuracy", "fd"])}  # fmt: skip
    assert list(names.values()) == [
        "count", "count", "count", "probability", "probability", "logit", "value", "accuracy", "gradient",
        "paid", "paid", "gradient", "paid", "accuracy", "measured"]  # fmt: skip
    assert losses({"D/adversarial": 1.0, "D/r1": 0.25, "G/adversarial": None, "D/D(x)": 0.5}) == {"D": 1.25}


def test_panels_of_the_2014_game():
    drawn = {panel.title: panel for panel in panels(rows(40))}
    assert [len(panel.curves) for panel in drawn.values()] == [2, 1, 3, 1, 2, 2]
    value = drawn["Value of the game, V"]
    assert value.level == (pytest.approx(-math.log(4)), "-log 4") and limits(value)[0] < -math.log(4)
    believed = drawn["What D believes: probability of real"]
    assert [c.label for c in believed.curves] == ["D(x)", "D(x) held out", "D(G(z))"] and believed.unit
    assert believed.level[0] == 0.5 and drawn["Norm of the gradient"].log
    assert believed.curves[0].x.tolist() == [100.0 * (i + 1) for i in range(40)] and set(believed.curves[0].y) == {0.6}


def test_no_line_at_log_4_without_cross_entropy():
    only = [{"step": i, "D/V": -1.0, "D/logit(x)": 2.0, "D/gradient": 1.0} for i in range(3)]
    assert all(panel.level is None for panel in panels(only))
    outside = [{"step": i, "D/D(x)": 3.0 + i} for i in range(3)]  # a probability by name alone
    assert not panels(outside)[0].unit


def test_what_a_later_row_takes_back_is_not_drawn():
    told = [{"step": s, "n": i} for i, s in enumerate([10, 20, 30, 20, 30, 40])]
    assert [(row["step"], row["n"]) for row in newest(told)] == [(10, 0), (20, 3), (30, 4), (40, 5)]
    assert newest([{"a": 1}, {"a": 2}]) == [{"a": 1}, {"a": 2}]


def test_smoothing_averages_the_noise_and_keeps_the_line():
    x = np.linspace(0, 1, 500)
    noisy = 2 * x + np.random.default_rng(0).normal(size=500)
    smooth = smoothed(noisy, 10)
    assert np.abs(smooth - 2 * x)[30:-30].max() < 0.6 < 2 < np.abs(noisy - 2 * x).max()
    assert np.allclose(smoothed(np.full(50, 3.0), 5), 3.0) and (smoothed(noisy, 0.1) == noisy).all()
    assert np.allclose(smoothed(x, 5)[15:-15], x[15:-15])  # no lag


def test_a_wild_value_neither_flattens_nor_smears():
    told = rows(200)
    calm = {panel.title: panel for panel in panels(told)}["What G pays"]
    told[100]["G/adversarial"] = 1e9
    wild = {panel.title: panel for panel in panels(told)}["What G pays"]
    low, high, cut = limits(wild)
    assert cut == 1e9 and high < 3 and low > -2 and limits(calm)[2] is None
    assert wild.curves[0].smooth.max() < 1.5 and wild.curves[0].y.max() == 1e9
    assert tame(np.array([1.0, 1e9])) == (1.0, 1e9)  # two values are not noise


def test_gradients_are_smoothed_as_they_are_drawn():
    told = [{"step": i, "D/gradient": 10.0 ** (i % 2 * 2), "G/gradient": 0.0} for i in range(400)]
    (panel,) = panels(told)
    assert [c.label for c in panel.curves] == ["D"]  # log 0 is nowhere
    assert panel.curves[0].smooth[200] == pytest.approx(10, rel=0.05)  # the geometric mean of 1 and 100


def drawn(tmp_path, metrics, samples, reals, **facts):
    path = tmp_path / "results.png"
    results_picture(metrics, samples, reals, "dcgan on fashion", facts, path)
    with Image.open(path) as picture:
        assert picture.mode == "RGB" and picture.width == 1480
        return np.asarray(picture)


def test_results_show_samples_and_reals_pixel_by_pixel(tmp_path):
    rng = np.random.default_rng(0)
    samples, reals = (rng.integers(0, 255, (64, 28, 28, 1), dtype=np.uint8) for _ in range(2))
    page = drawn(tmp_path, rows(100), samples, reals, steps=10000)
    found = []
    for picture in (samples[0], reals[0]):
        large = picture.repeat(3, 0).repeat(3, 1)
        first = large[0].repeat(3, -1)
        for y, x in np.argwhere((page[:900, : 1480 - 84] == first[0]).all(-1)):
            if (page[y : y + 84, x : x + 84] == large).all():
                found.append((y, x))
    (y, x), (y2, x2) = found
    assert y == y2 and x < 100 and 740 < x2 < 840
    below = page[y + 700 :].astype(int)
    coloured = (below.max(-1) - below.min(-1)) > 80
    assert coloured.sum() > 2000
    empty = drawn(tmp_path, [], samples, reals, steps=10000)
    blank = empty[y + 700 :].astype(int)
    assert ((blank.max(-1) - blank.min(-1)) > 80).sum() == 0  # the control: no rows, no curves


ODD = [None, math.nan, math.inf, -math.inf, 1e300, -1e308, 10**400, "text", True, [1], {}, 0, -0.0, 1e99, 1e-320]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "metrics",
    [
        [], [{}], [{"step": None}], rows(1), rows(2), rows(13), [{"D/adversarial": 1.0}] * 3,
        [{key: value for key in rows(1)[0]} for value in ODD],
        [{"step": i, **dict.fromkeys(("D/a", "D/gradient", "D/D(x)", "D/V"), value)} for i, value in enumerate(ODD)],
        [{"step": i, "G/gradient": 5.0, "G/a": 1e99 * (-1) ** i, "G/b": 0.0} for i in range(30)],
        [{"step": 5, "_x/gradient": 1, "_x/$y$": 2, "한글/gradient": 3, "한글/값": 2}],
        [{"step": -(10**15) + i, "D/a": i} for i in range(20)],
    ],
)  # fmt: skip
def test_odd_rows_are_drawn_without_complaint(tmp_path, metrics):
    page = drawn(tmp_path, metrics, None, np.zeros((0, 4, 4, 1), np.uint8))
    assert page.std() > 3 and page.shape[0] > 100


@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (5, 40, 20, 2), (30, 300, 500, 3), (3, 900, 4, 4), (2, 4, 900, 7)])
def test_odd_pictures_are_drawn(tmp_path, shape):
    rng = np.random.default_rng(0)
    deep = rng.integers(0, 65535, shape, dtype=np.uint16)
    floats = rng.random(shape).astype(np.float32)
    page = drawn(tmp_path, [], {"G_xy": deep, "G_yx": floats}, deep, recipe="cyclegan $x$", data="얼굴", none=None)
    assert page.shape[0] < 1100 and page.std() > 3


def test_many_rows_stay_quick(tmp_path):
    import time

    told = rows(20_000)
    drawn(tmp_path, told[:10], None, None)
    begin = time.process_time()
    drawn(tmp_path, told, None, None)
    assert time.process_time() - begin < 5
