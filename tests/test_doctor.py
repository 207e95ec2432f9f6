"""The doctor's rules on histories made by hand: each fires, not just below its threshold, and says what to do and where to read."""

import re
import sys
from pathlib import Path

import pytest

from sparring.doctor import rules
from sparring.doctor.finding import KINDS, found
from sparring.doctor.rules import RULES, findings
from sparring.doctor.signals import DEAR, History, Look, is_whole, lately, remembered, to_row
from sparring.doctor.treatment import DATA, TREATMENTS, change
from sparring.doctor.trend import trend
from sparring.doctor.verdict import SENTENCES, verdict
from sparring.metrics.two_sample import TwoSample
from sparring.words import use_language

ROOT = Path(__file__).parents[1]
TOLD_APART = TwoSample(0.9, 0.88, 0.92, 1000, False)
BARELY = TwoSample(0.62, 0.59, 0.65, 1000, False)
GOOD = {"diversity": 0.9, "accuracy": 0.8, "value": -0.9, "covered": 1.0, "values": (-1.0, 0.9, -1.0, 0.95), "nearest": 0.9,
        "gap": 0.05, "match": 0.9, "labels": 0.8, "colour": 0.9, "moved": 0.3, "error": 0.1, "distance": 1.0}  # fmt: skip


@pytest.fixture(autouse=True)
def english():
    use_language("en")
    yield
    use_language("en")


def history(*changes, n=6, **facts):
    """n looks of a healthy run; the last ones with the changes, one each."""
    each = [{}] * (n - len(changes)) + list(changes)
    looks = [Look(100 * (i + 1), 1000 * (i + 1), **{**GOOD, **c}) for i, c in enumerate(each)]
    return History(looks, 6000, **facts)


def names(h):
    return [f.name for f in findings(h)]


SWING = [{"shares": (0.9, 0.1)}, {"shares": (0.5, 0.5)}] * 2 + [{"shares": (0.9, 0.1)}]
CALM = [{"shares": (0.9, 0.1)}, {"shares": (0.51, 0.49)}] * 2 + [{"shares": (0.9, 0.1)}]
AWAY = [{"shares": (1 - s, s)} for s in (0.0, 0.25, 0.5, 0.75, 1.0)]
FIRES = {
    "diverged": (history(events=[{"kind": "diverged", "error": "step 3: player G: its loss term 'a' is nan."}]), history()),
    "range_mismatch": (
        history(*[{"values": (-0.1, 0.9, -1.0, 0.95)}] * 4), history(*[{"values": (-0.11, 0.9, -1.0, 0.95)}] * 4)),
    "labels_unrelated": (history({"labels": 0.04}), history({"labels": 0.05})),
    "collapsed": (history(*[{"diversity": 0.24}] * 2), history(*[{"diversity": 0.25}] * 2)),
    "d_too_strong": (
        history(*[{"accuracy": 0.96, "value": -0.09}] * 3), history(*[{"accuracy": 0.96, "value": -0.1}] * 3)),
    "no_gradient": (history(gradients=[9e3, *[1.0] * 2, *[9e-4] * 3]), history(gradients=[9e3, *[1.0] * 2, 1e-3, 9e-4, 9e-4])),
    "d_guesses": (
        history(*[{"accuracy": 0.54, "judged": TOLD_APART}] * 3), history(*[{"accuracy": 0.54, "judged": BARELY}] * 3)),
    "labels_ignored": (history(*[{"match": 0.24}] * 2), history({"match": 0.24}, {"match": 0.25})),
    "inverted": (history(*[{"colour": -0.3}] * 2), history({"colour": -0.29}, {"colour": -0.5})),
    "closed_but_wrong": (
        history(*[{"moved": 0.7, "error": 0.04}] * 2), history(*[{"moved": 0.7, "error": 0.041}] * 2)),
    "oscillates": (history(*SWING, n=10), history(*CALM, n=10)),
    "memorises": (history(*[{"nearest": 0.49}] * 2), history({"nearest": 0.5}, {"nearest": 0.49})),
    "d_overfits": (history(*[{"gap": 0.51}] * 3), history({"gap": 0.5}, {"gap": 0.51}, {"gap": 0.51})),
    "partly_collapsed": (history(*[{"covered": 0.4}] * 2), history({"covered": 0.4}, {"covered": 0.5})),
    "unused_range": (history({"values": (0.0, 1.0, 0.0, 1.0)}), history({"values": (0.0, 1.0, -0.2, 1.0)})),
    "few_pictures": (history(pictures=100, planned=50_100), history(pictures=100, planned=50_000)),
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_each_rule_fires_and_not_just_below_its_threshold(name):
    sick, well = FIRES[name]
    assert names(sick) == [name], "and nothing else does"
    assert names(well) == []
    finding = findings(sick)[0]
    assert finding.severity == KINDS[name].severity and finding.words.endswith(".") and "{" not in finding.words
    assert finding.value == pytest.approx(finding.threshold, rel=1) or name in ("few_pictures", "diverged", "d_guesses")


def test_there_is_a_rule_for_each_kind_and_a_kind_for_each_rule():
    assert [rule.__name__ for rule in RULES] and {rule.__name__ for rule in RULES} == set(KINDS) == set(FIRES)
    assert set(TREATMENTS) | set(DATA) == set(KINDS)


@pytest.mark.parametrize("page", ["doctor.md", "doctor.ko.md"])
def test_every_finding_has_its_heading_on_the_page(page):
    text = (ROOT / "docs" / page).read_text("utf-8")
    anchors = re.findall(r'<a id="([\w-]+)"></a>', text)
    assert sorted(anchors) == sorted(name.replace("_", "-") for name in KINDS)
    for name in KINDS:
        use_language("ko" if ".ko" in page else "en")
        assert found(name, 1.0, 1.0, why="", low="", high="", real_low="", real_high="", state="", fresh="", error="", pictures=1,
                     passes=1).page == f"docs/{page}#{name.replace('_', '-')}"  # fmt: skip


def test_every_finding_is_provoked_in_the_benchmark():
    sys.path.insert(0, str(ROOT / "benchmarks"))
    from doctor_lab import FAULTS

    assert {name for case in FAULTS.values() for name in case.found} == set(KINDS)


def test_samples_that_are_grey_at_both_ends_have_learnt_nothing_yet_and_no_other_range():
    assert names(history(*[{"values": (-0.05, 0.3, -1.0, 0.95)}] * 4)) == []
    assert names(history(*[{"values": (-0.05, 0.4, -1.0, 0.95)}] * 4)) == ["range_mismatch"]
    held = [{"values": (0.002 * i, 0.2 + 0.05 * i, -1.0, 0.95)} for i in range(4)]
    assert names(history(*held)) == ["range_mismatch"], "one end is held, and the other moves"
    loose = [{"values": (0.006 * i, 0.2 + 0.05 * i, -1.0, 0.95)} for i in range(4)]
    assert names(history(*loose)) == []
    growing = [{"values": (-0.02 * i, 0.9, -1.0, 0.95)} for i in range(4)]
    assert names(history(*growing)) == [], "an end that still moves"


def test_samples_that_are_the_same_for_any_label_are_told_even_where_all_are_alike():
    deaf = {"heard": 0.01, "diversity": 0.01, "match": 0.0}
    assert names(history(*[deaf] * 6)) == ["labels_ignored", "collapsed"]
    assert names(history(*[{**deaf, "heard": 0.03}] * 6)) == ["collapsed"]


def test_what_takes_time_to_be_right_is_not_judged_before_a_third_of_the_run():
    """Looks are at 1,000, 2,000 ... 6,000 images, of which a rule asks for the last two or three."""
    for name, first in {
        "memorises": 5,
        "partly_collapsed": 5,
        "labels_ignored": 5,
        "d_guesses": 4,
        "d_overfits": 4,
    }.items():
        assert names(FIRES[name][0]._replace(length=first * 1000 / 0.3)) == [name]
        assert names(FIRES[name][0]._replace(length=first * 1000 / 0.3 + 1)) == []


def test_samples_that_come_to_hold_more_kinds_are_let_be():
    assert names(history(*[{"covered": c} for c in (0.1, 0.1, 0.1, 0.2, 0.2, 0.2)])) == []
    assert names(history(*[{"covered": c} for c in (0.2, 0.2, 0.2, 0.2, 0.2, 0.2)])) == ["partly_collapsed"]


def test_samples_that_drift_one_way_are_no_oscillation():
    assert names(history(*AWAY, n=10)) == []


@pytest.mark.parametrize("name", sorted(set(KINDS) - {"diverged", "labels_unrelated", "unused_range", "few_pictures"}))
def test_nothing_that_needs_training_is_found_in_the_first_hundred_steps(name):
    sick = FIRES[name][0]
    young = sick._replace(looks=[look._replace(step=i + 1) for i, look in enumerate(sick.looks)])
    assert names(young) == [] and verdict(young).name == "early"


def test_what_is_wrong_with_samples_that_are_all_alike_is_that_they_are():
    alike = {"diversity": 0.01, "covered": 0.1, "nearest": 0.1, "values": (0.0, 0.1, -1.0, 0.95), "match": 0.0}
    assert names(history(*[alike] * 6)) == ["collapsed"]


def test_a_d_that_is_fooled_while_samples_come_nearer_is_let_be():
    fooled = {"accuracy": 0.5, "judged": TOLD_APART}
    assert names(history(*[{**fooled, "distance": d} for d in (1.0, 1.0, 1.0, 0.8, 0.75, 0.7)])) == []
    assert names(history(*[{**fooled, "distance": d} for d in (1.0, 1.0, 1.0, 0.8, 0.77, 0.76)])) == ["d_guesses"]
    assert names(history(*[fooled] * 3, *[{}] * 7, n=30)) == [], "long ago"


def test_a_run_that_was_rolled_back_and_goes_on_is_told_of_and_is_no_failure():
    rolled = history(events=[{"kind": "rolled_back", "to": 3, "error": "step 5: player D: its loss is nan"}])
    assert [(f.name, f.severity) for f in findings(rolled)] == [("diverged", "notice")]
    assert verdict(rolled).name == "steady" and "player D" in findings(rolled)[0].words


def test_the_gravest_is_said_first_and_is_the_verdict():
    h = history(*[{"covered": 0.4, "match": 0.1}] * 2, pictures=10, planned=10**6)
    assert names(h) == ["labels_ignored", "partly_collapsed", "few_pictures"]
    found = verdict(h)
    assert found.name == "labels_ignored" and found.trouble
    warned = verdict(history(*[{"covered": 0.4}] * 2))
    assert warned.name == "partly_collapsed" and not warned.trouble and "only 40 % of the clusters" in warned.words
    assert verdict(history(pictures=10, planned=10**6)).name in SENTENCES, "a notice is no verdict"


def test_words_hold_the_signal_and_its_threshold():
    finding = findings(FIRES["d_overfits"][0])[0]
    assert "51 % of the way from training pictures to fakes" in finding.words
    assert (
        finding.evidence.endswith("as D answers: 51 %; threshold 50 %, 3 looks")
        and finding.page == "docs/doctor.md#d-overfits"
    )
    use_language("ko")
    assert "과적합" in findings(FIRES["d_overfits"][0])[0].words
    assert findings(FIRES["d_overfits"][0])[0].evidence.endswith("51 %, 기준 50 %, 측정 3회")


@pytest.mark.parametrize(
    ("name", "settings", "defaults", "changed"),
    [
        ("diverged", {"lr": 1e3}, {"lr": 2e-4}, {"lr": 2e-4}),
        ("diverged", {"lr": 2e-4}, {"lr": 2e-4}, {"lr": 5e-5}),
        ("collapsed", {"gamma": 0.0}, {"gamma": 0.5}, {"gamma": 0.5}),
        ("collapsed", {"gamma": 0.5}, {"gamma": 0.5}, {"gamma": 2.0}),
        ("d_too_strong", {"loss": "minimax", "d_steps": 5}, {}, {"loss": "nonsaturating"}),
        ("no_gradient", {"d_lr": 0.05}, {"d_lr": 1e-3}, {"d_lr": 1e-3}),
        ("d_guesses", {"d_lr": 1e-5, "d_steps": 1}, {"d_lr": 1e-3}, {"d_lr": 1e-3}),
        ("partly_collapsed", {"beta1": 0.9, "gamma": 0.0}, {"beta1": 0.5, "gamma": 0.5}, {"beta1": 0.5}),
        ("oscillates", {"updates": "simultaneous"}, {}, {"updates": "alternating"}),
        ("oscillates", {"beta1": 0.9}, {"beta1": 0.5}, {"beta1": 0.5}),
        ("few_pictures", {"gamma": 0.5}, {}, {}),
        ("few_pictures", {"gamma": 0.5, "augment": "none"}, {}, {}),
        ("d_overfits", {"gamma": 0.5, "augment": "auto"}, {"gamma": 0.5}, {"augment": "diffaugment"}),
        ("memorises", {"gamma": 0.5, "augment": "none"}, {"gamma": 0.5}, {"augment": "diffaugment"}),
        ("memorises", {"gamma": 0.5, "augment": "diffaugment"}, {"gamma": 0.5}, {"gamma": 2.0}),
        ("d_overfits", {"gamma": 0.5}, {"gamma": 0.5}, {"gamma": 2.0}),
        ("d_overfits", {"dropout": 0.3}, {}, {"dropout": 0.5}),
        ("labels_ignored", {"conditional": False}, {}, {"conditional": True}),
        ("inverted", {"lambda_lookalike": 0.0, "lambda_identity": 0.0}, {"lambda_lookalike": 3.0},
         {"lambda_lookalike": 3.0, "lambda_identity": 5.0}),
        ("inverted", {"lambda_identity": 4.0}, {}, {"lambda_identity": 8.0}),
        ("closed_but_wrong", {"lambda_cycle": 10.0}, {"lambda_cycle": 10.0}, {"lambda_cycle": 1.0, "lambda_identity": 0.0}),
        ("closed_but_wrong", {"lambda_cycle": 50.0}, {"lambda_cycle": 1.0}, {"lambda_cycle": 1.0}),
        ("range_mismatch", {"gamma": 0.5}, {}, {}),
    ],
)  # fmt: skip
def test_what_to_change(name, settings, defaults, changed):
    assert change(name, history(pictures=100, settings=settings, defaults=defaults)) == changed


def test_a_run_that_was_better_before_is_to_be_shorter():
    nearest_at_2000 = [{"distance": d} for d in (3.0, 0.5, 0.9, 2.0, 2.5, 3.0)]
    assert change("memorises", history(*nearest_at_2000, settings={"gamma": 0.5})) == {"run.images": 2000}
    falling = [{"distance": 1 / i} for i in range(1, 7)]
    assert change("memorises", history(*falling, settings={"gamma": 0.5})) == {"gamma": 2.0}


def test_the_trend_is_the_power_law_that_made_the_numbers():
    looks = [Look(n // 10, n, distance=5 * (n / 1000) ** -0.25) for n in range(1000, 21_000, 1000)]
    found = trend(History(looks, 10**6, seconds=200.0))
    assert found.rate == pytest.approx(1 - 1.5**-0.25) and found.value == looks[-1].distance
    assert found.images == pytest.approx(0.25 * 10_000 / 0.01 - 20_000) and found.seconds is None, "too far off to tell"
    near = trend(History([look._replace(distance=look.distance**0.2) for look in looks], 10**6, seconds=200.0))
    assert near.images == pytest.approx(0.05 * 10**6 - 20_000) and near.seconds == pytest.approx(300)
    assert (
        near.words
        == "kernel distance still falling 2 % per 10,000 images; about 5 min of training to where it flattens"
    )
    noisy = [look._replace(distance=1 + 0.1 * (-1) ** i) for i, look in enumerate(looks)]
    assert trend(History(noisy, 10**6)).words == "kernel distance no longer falls"
    assert trend(History(looks[:4], 10**6)) is None
    errors = [Look(n // 10, n, error=n**-0.1) for n in range(1000, 9000, 1000)]
    assert trend(History(errors, 10**6)).words.startswith("cycle error still falling")


def test_what_is_dear_is_measured_when_samples_are_drawn_and_rarer_later():
    assert [is_whole(step, 10) for step in (0, 5, 10, 90, 100, 110, 120, 190, 200, 210, 220, 240)] == [
        True, False, True, True, True, False, True, False, True, False, False, True,
    ]  # fmt: skip
    count = sum(is_whole(step, 10) for step in range(10, 100_000, 10))
    assert count == 59, "9, and 5 for each doubling"


def test_a_look_comes_back_whole_and_without_what_was_dear_where_it_would_not_have_been_measured():
    look = Look(30, 300, **GOOD, shares=(0.5, 0.5), newest=0.2)
    row = {k: list(v) if isinstance(v, tuple) else v for k, v in to_row(look).items()}
    assert remembered([row]) == [look]
    (cheap,) = remembered([row], 1, lambda step: False)
    assert cheap == look._replace(**{name: None for name in DEAR})


def test_lately_is_all_or_nothing():
    looks = [Look(1, 1, gap=0.1), Look(2, 2), Look(3, 3, gap=0.3)]
    assert lately(looks, 2, lambda look: look.gap) == [0.1, 0.3] and lately(looks, 3, lambda look: look.gap) == []
    assert rules.FEWEST == 100
