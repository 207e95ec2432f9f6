"""Curves and the one picture of a run."""

import math

import numpy as np
import pytest
from PIL import Image

from sparring.report.curves import limits, newest, panels, smoothed, tame
from sparring.report.numbers import count, duration, finite, percent, plain, rate, short
from sparring.report.results import results_picture
from sparring.report.rows import losses, read


def rows(n, **more):
    rng = np.random.default_rng(0)
    return [
        {
            "step": 100 * (i + 1), "images": 6400 * (i + 1), "seconds": 0.5 * i, "images_per_second": 650.0,
            "D/paid/adversarial": 1.3 + 0.1 * rng.normal(), "D/paid/r1": 0.05,
            "G/paid/adversarial": 0.7 + 0.1 * rng.normal(), "D/probability/D(x)": 0.6, "D/probability/D(G(z))": 0.4,
            "D/value/V": -1.3, "D/accuracy/accuracy": 0.7, "D/gradient/norm": 0.3, "G/gradient/norm": 10.0,
            "held_out/probability/D(x)": 0.55, "held_out/accuracy/accuracy": 0.6, **more,
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


def test_a_key_says_what_a_number_is():
    assert [(e.player, e.kind, e.name) for e in read(
        ["step", "images_per_second", "lr", "temperature of z", "D/probability/D(x)", "D/logit/logit(G(z))", "D/value/V",
         "D/accuracy/accuracy", "D/gradient/norm", "G/paid/cycle_x", "G/error/cycle_error", "G/measured/a/b",
         "D/share/x", "fd/test", "held_out/accuracy/accuracy"])] == [
        ("D", "probability", "D(x)"), ("D", "logit", "logit(G(z))"), ("D", "value", "V"), ("D", "accuracy", "accuracy"),
        ("D", "gradient", "norm"), ("G", "paid", "cycle_x"), ("G", "error", "cycle_error"), ("G", "measured", "a/b"),
        ("D", "measured", "x"), ("fd", "measured", "test"), ("held_out", "accuracy", "accuracy")]  # fmt: skip


def test_a_kind_is_never_guessed_from_a_name():
    looks = [
        "D(x)",
        "logit(x)",
        "V",
        "accuracy",
        "gradient",
        "norm",
        "cycle_error",
        "lr",
        "step",
        "seconds",
        "adversarial",
    ]
    for kind in ("paid", "probability", "logit", "value", "accuracy", "error", "gradient", "measured"):
        assert {e.kind for e in read(f"D/{kind}/{name}" for name in looks)} == {kind}
    paid = {panel.title: panel for panel in panels([{f"D/paid/{name}": 1.0 for name in looks}])}
    assert list(paid) == ["Discriminator loss"] and [c.label for c in paid["Discriminator loss"].curves] == looks


def test_losses_are_what_players_pay():
    row = {"D/paid/adversarial": 1.0, "D/paid/r1": 0.25, "G/paid/adversarial": None, "D/probability/D(x)": 0.5}
    assert losses(row) == {"D": 1.25}
    assert losses({**row, "D/paid/accuracy": 2.0, "D/paid/D(x)": 4.0}) == {"D": 7.25}
    cycle = {"G/paid/cycle_x": 9.0, "G/paid/cycle_y": 0.6055, "G/error/cycle_error": 0.0039}
    assert losses({**cycle, "held_out/error/cycle_error": 1.0, "held_out/paid/cycle_x": 2.0}) == {"G": 9.6055}


def test_panels_of_the_2014_game():
    drawn = {panel.title: panel for panel in panels(rows(40))}
    assert {title: [c.label for c in panel.curves] for title, panel in drawn.items()} == {
        "Discriminator loss": ["adversarial", "r1"], "Generator loss": ["adversarial"],
        "D's output: probability of real": ["D(x)", "D(x) held out", "D(G(z))"], "Value of the game, V": ["V"],
        "Accuracy of D": ["accuracy", "accuracy held out"], "Norm of the gradient": ["D", "G"]}  # fmt: skip
    value = drawn["Value of the game, V"]
    assert value.level == (pytest.approx(-math.log(4)), "-log 4") and limits(value)[0] < -math.log(4)
    believed = drawn["D's output: probability of real"]
    assert believed.unit and believed.level == drawn["Accuracy of D"].level == (0.5, "1/2")
    assert [title for title, panel in drawn.items() if panel.log] == ["Norm of the gradient"]
    assert believed.curves[0].x.tolist() == [100.0 * (i + 1) for i in range(40)] and set(believed.curves[0].y) == {0.6}
    assert [c.of for c in believed.curves] == ["D(x)", "D(x)", "D(G(z))"]


def test_panels_of_a_translation():
    row = {
        "step": 1, "G/paid/adversarial_xy": 1.0, "G/paid/cycle_x": 2.0, "D/paid/adversarial_x": 0.5,
        "G/error/cycle_error": 0.2, "held_out/error/cycle_error": 0.3, "D/logit/D_x(x)": 1.4, "held_out/logit/D_x(x)": 1.2,
        "critic/paid/a": 1.0, "D/gradient/norm": 1.0, "D/share/kept": 0.1, "held_out/fd": 3.0, "note": 5.0,
    }  # fmt: skip
    assert [(panel.title, [c.label for c in panel.curves], panel.level) for panel in panels([row])] == [
        ("Generator loss", ["adversarial_xy", "cycle_x"], None),
        ("Discriminator loss", ["adversarial_x"], None),
        ("Loss of critic", ["a"], None),
        ("D's logits", ["D_x(x)", "D_x(x) held out"], None),
        ("Errors", ["cycle_error", "cycle_error held out"], None),
        ("Norm of the gradient", ["D"], None),
        ("Measured", ["kept", "fd held out"], None),
    ]


def test_no_line_where_the_kind_has_none():
    only = [{"step": i, "D/measured/V": -1.0, "D/logit/D(x)": 2.0, "D/gradient/norm": 1.0} for i in range(3)]
    assert len(panels(only)) == 3 and all(panel.level is None and not panel.unit for panel in panels(only))
    (outside,) = panels([{"step": i, "D/probability/D(x)": 3.0 + i} for i in range(3)])
    assert not outside.unit  # what should be a share and is not is drawn where it is


def test_what_is_held_out_stands_with_its_twin_and_every_label_is_its_own():
    row = {
        "held_out/probability/D(x)": 0.1, "A/probability/D(G(z))": 0.2, "A/probability/D(x)": 0.3, "A/error/D(x)": 1.0,
        "held_out/error/D(G(z))": 1.0, "A/paid/a": 1.0, "held_out/paid/a": 2.0,
    }  # fmt: skip
    told = {panel.title: [(c.label, c.of, c.y[0]) for c in panel.curves] for panel in panels([row])}
    assert told == {
        "Loss of A": [("a", "a", 1.0), ("a held out", "a", 2.0)],
        "D's output: probability of real": [
            ("D(x)", "D(x)", 0.3), ("D(x) held out", "D(x)", 0.1), ("D(G(z))", "D(G(z))", 0.2)],
        "Errors": [("D(x)", "D(x)", 1.0), ("D(G(z)) held out", "D(G(z))", 1.0)],
    }  # fmt: skip
    twice = {**row, "B/probability/D(x)": 0.4, "B/paid/a": 3.0}
    told = {panel.title: [(c.label, c.of) for c in panel.curves] for panel in panels([twice])}
    assert told["D's output: probability of real"] == [
        ("D(x) held out", "D(x)"), ("D(G(z))", "D(G(z))"), ("A/probability/D(x)", "A/probability/D(x)"),
        ("B/probability/D(x)", "B/probability/D(x)")]  # fmt: skip
    assert told["Held-out loss"] == [("a held out", "a")] and told["Loss of B"] == [("a", "a")]


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
    calm = {panel.title: panel for panel in panels(told)}["Generator loss"]
    told[100]["G/paid/adversarial"] = 1e9
    wild = {panel.title: panel for panel in panels(told)}["Generator loss"]
    low, high, cut = limits(wild)
    assert cut == 1e9 and high < 3 and low > -2 and limits(calm)[2] is None
    assert wild.curves[0].smooth.max() < 1.5 and wild.curves[0].y.max() == 1e9
    assert tame(np.array([1.0, 1e9])) == (1.0, 1e9)  # two values are not noise


def test_gradients_are_smoothed_as_they_are_drawn():
    told = [{"step": i, "D/gradient/norm": 10.0 ** (i % 2 * 2), "G/gradient/norm": 0.0} for i in range(400)]
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


KEYS = ("D/paid/a", "D/gradient/norm", "D/probability/D(x)", "D/value/V", "D/odd/b", "c/d", "///", "G/accuracy/", "/")
ODD = [None, math.nan, math.inf, -math.inf, 1e300, -1e308, 10**400, "text", True, [1], {}, 0, -0.0, 1e99, 1e-320]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "metrics",
    [
        [], [{}], [{"step": None}], rows(1), rows(2), rows(13), [{"D/paid/adversarial": 1.0}] * 3,
        [{key: value for key in rows(1)[0]} for value in ODD],
        [{"step": i, **dict.fromkeys(KEYS, value)} for i, value in enumerate(ODD)],
        [{"step": i, "G/gradient/norm": 5.0, "G/paid/a": 1e99 * (-1) ** i, "G/paid/b": 0.0} for i in range(30)],
        [{"step": 5, "_x/gradient/norm": 1, "_x/paid/$y$": 2, "한글/gradient/norm": 3, "한글/paid/값": 2}],
        [{"step": -(10**15) + i, "D/paid/a": i} for i in range(20)],
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
