"""Threads, precision and memory format are chosen by timing steps, and what was learnt stays as it was, bit for bit."""

import copy
import json
import math

import pytest
import torch
from small import assert_same, bits, pictures, trainer
from torch import nn
from torch.optim import SGD

from sparring import GAN, Experiment
from sparring.data.streams import picture_stream
from sparring.engine import calibrate as timing
from sparring.engine.backend import Backend, backend_for
from sparring.engine.calibrate import Pace, Timed, Way, calibrate, choose, ways
from sparring.engine.trainer import Trainer
from sparring.runs import checkpoint
from sparring.sessions import pace
from sparring.sessions.build import plan
from sparring.sessions.options import Run

PLAIN, LAST, HALF = Way(1), Way(1, "float32", True), Way(1, "bfloat16", True)
TWO, RUN = Way(2), Run()
WAYS = (PLAIN, LAST, HALF, TWO)


@pytest.fixture(autouse=True)
def one_thread():
    yield
    torch.set_num_threads(1)


@pytest.fixture
def clock(monkeypatch):
    """Steps that take as long as a table says, in seconds, and are not played; ``clock.asked`` are the ways they were asked in."""

    def seconds(step):
        backend = step.__self__.backend
        way = Way(torch.get_num_threads(), backend.precision, backend.channels_last)
        clock.asked.append(way)
        took = clock.takes[way]
        clock.now += took
        return took

    def clock():
        return clock.now

    clock.asked, clock.takes, clock.now, clock.share = [], {}, 0.0, 1.0
    monkeypatch.setattr(timing, "_seconds", seconds)
    monkeypatch.setattr(timing.time, "perf_counter", clock)
    monkeypatch.setattr(timing.time, "process_time", lambda: clock.now * clock.share)
    return clock


def after(t, steps=3):
    for _ in range(steps):
        t.step()
    t.check()
    return bits(t)


@pytest.mark.parametrize("recipe", ["dcgan", "cyclegan_small"])
def test_timing_leaves_the_trainer_as_it_was_and_it_goes_on_as_one_begun_in_that_way(recipe):
    t = trainer(recipe)
    before = after(t)
    kept = copy.deepcopy(t.snapshot())
    calibrate(t, WAYS, budget=0.2)
    assert_same(bits(t), before)
    for way in (HALF, PLAIN):
        calibrate(t, (way,), budget=0.05)
        assert_same(bits(t), before)
        assert t.backend == Backend("cpu", way.precision, way.channels_last) and torch.get_num_threads() == way.threads
        other = trainer(recipe, t.backend)
        other.restore(kept)
        assert_same(after(t), after(other))
        kind = torch.channels_last if way.channels_last else torch.contiguous_format
        for p in [p for group in t.experiment.optimizers["D"].param_groups for p in group["params"]]:
            moments = t.experiment.optimizers["D"].state[p]
            assert moments["exp_avg"].stride() == moments["exp_avg_sq"].stride() == p.stride()
            assert p.dim() != 4 or p.is_contiguous(memory_format=kind)
        t.restore(kept)


@pytest.mark.parametrize(
    "way", [LAST, Way(1, "bfloat16"), HALF, TWO], ids=lambda way: pace.in_short(*way[:2], pace.format_of(way))
)
def test_every_way_resumes_bit_for_bit(way, tmp_path):
    """By a file, into a trainer of the plain way that then takes this one, as into one that was begun in it."""
    settings = {"features": 16} if way == TWO else {}
    backend = Backend("cpu", *way[1:])
    torch.set_num_threads(way.threads)
    straight = trainer("dcgan", backend, **settings)
    after(straight, 2)
    path = checkpoint.save(tmp_path, straight.snapshot())
    found = after(straight, 2)
    for began in (backend, Backend()):
        resumed = trainer("dcgan", began, **settings)
        resumed.use(backend)
        resumed.restore(checkpoint.read(path))
        assert_same(after(resumed, 2), found)


def test_a_trainer_that_takes_another_way_goes_on_as_one_that_was_restored_in_it():
    t, other = trainer("dcgan"), trainer("dcgan", Backend("cpu", "float32", True))
    after(t)
    other.restore(copy.deepcopy(t.snapshot()))
    t.use(other.backend)
    assert_same(after(t), after(other))


def test_control_other_ways_compute_other_numbers():
    found = [after(trainer("dcgan", Backend("cpu", *way[1:])))[0] for way in (PLAIN, LAST, HALF)]
    differ = [sum(not torch.equal(found[0][k], each[k]) for k in each) for each in found[1:]]
    assert min(differ) > 10


def test_a_fresh_trainer_is_as_it_was_too_and_its_first_moments_are_none():
    t = trainer("dcgan")
    before = bits(t)
    calibrate(t, (PLAIN, HALF), budget=0.1)
    assert_same(bits(t), before)
    assert not any(t.experiment.optimizers["G"].state.values())


@pytest.mark.parametrize(
    ("seconds", "chosen"),
    [
        ({PLAIN: 1.0, TWO: 0.6, HALF: 0.9}, TWO),
        ({PLAIN: 1.0, TWO: 0.97}, PLAIN),
        ({PLAIN: 1.0, LAST: 0.97}, PLAIN),
        ({PLAIN: 1.0, LAST: 0.9}, LAST),
        ({PLAIN: 1.0, HALF: 0.92}, PLAIN),
        ({PLAIN: 1.0, HALF: 0.89}, HALF),
        ({LAST: 1.0, HALF: 0.92, PLAIN: 1.2}, LAST),
        ({LAST: 1.0, HALF: 0.89, PLAIN: 1.2}, HALF),
        ({HALF: 1.0}, HALF),
        ({LAST: math.inf, PLAIN: 1.2}, PLAIN),
    ],
)
def test_the_fastest_is_chosen_and_bfloat16_only_where_it_gains_a_tenth(seconds, chosen):
    assert choose([Timed(*each) for each in seconds.items()]).way == chosen


def test_what_is_plainly_slower_is_timed_no_further(clock):
    clock.takes = {PLAIN: 0.01, LAST: 0.011, HALF: 0.2, TWO: 0.05, Way(2, "bfloat16", True): 0.001}
    found = calibrate(trainer("dcgan"), (TWO, PLAIN, LAST, HALF, Way(2, "bfloat16", True)))
    counts = {way: clock.asked.count(way) for way in clock.takes}
    assert counts[PLAIN] == counts[LAST] == timing.VISITS * 4
    assert counts[HALF] == timing.VISITS and counts[TWO] == 4 + timing.VISITS - 1, "one step says enough"
    assert counts[Way(2, "bfloat16", True)] == 0, "two threads are slower, whatever the rest"
    assert found.way == PLAIN and found.seconds == 0.01


def test_a_disturbance_of_one_way_alone_decides_nothing(clock, monkeypatch):
    clock.takes = {TWO: 0.05, PLAIN: 0.2}
    real = timing.take

    def disturbed(trainer, way):
        if clock.asked.count(PLAIN) > 0:
            clock.takes[PLAIN] = 0.02  # what it takes once the machine is quiet
        real(trainer, way)

    monkeypatch.setattr(timing, "take", disturbed)
    assert calibrate(trainer("dcgan"), (TWO, PLAIN)).way == PLAIN


@pytest.mark.parametrize(("share", "busy"), [(1.0, False), (0.6, False), (0.4, True)])
def test_whether_other_work_had_the_processors_is_told(clock, share, busy):
    clock.takes, clock.share = {PLAIN: 0.1}, share
    assert calibrate(trainer("dcgan"), (PLAIN,)).busy is busy


def test_of_steps_that_take_seconds_two_ways_alone_are_timed(clock):
    clock.takes = {TWO: 4.0, PLAIN: 7.0, LAST: 1.0}
    assert calibrate(trainer("dcgan"), (TWO, PLAIN, LAST)).way == TWO
    assert clock.asked == [TWO, PLAIN], "and each with one step"


def test_all_ways_take_a_few_seconds_at_most(clock):
    candidates = [Way(n, kind, last) for n in (1, 2) for kind in ("float32", "bfloat16") for last in (False, True)]
    for each in (0.003, 0.1, 0.4):
        clock.takes, clock.now, clock.asked = dict.fromkeys(candidates, each), 0.0, []
        calibrate(trainer("dcgan"), candidates)
        assert clock.now < 5.5 and len(set(clock.asked)) >= 2
    clock.takes, clock.now = dict.fromkeys(candidates, 0.003), 0.0
    assert len(calibrate(trainer("dcgan"), candidates).tried) == 8


def viewing():
    """A D that views its features flat, which is no view where channels lie innermost."""

    class D(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.linear = nn.Conv2d(1, 4, 3), nn.Linear(4 * 14 * 14, 1)

        def forward(self, x):
            return self.linear(self.conv(x).view(len(x), -1))

    data = pictures()
    G = nn.Sequential(nn.Linear(3, 256), nn.Unflatten(1, (1, 16, 16)), nn.Conv2d(1, 1, 3, padding=1))
    game = GAN(G, D(), 3)
    made = Experiment(game, {n: SGD(game.get_submodule(n).parameters(), 0.1) for n in "DG"}, batch_size=4)
    return Trainer(made, picture_stream(data, 0))


def test_a_way_that_the_networks_do_not_work_in_is_passed_over():
    t = viewing()
    before = bits(t)
    found = calibrate(t, (LAST, HALF, PLAIN), budget=0.1)
    assert found.way == PLAIN and {timed.way for timed in found.tried if timed.seconds == math.inf} == {LAST, HALF}
    assert_same(bits(t), before)
    assert "channels_last fails" in pace.why(pace.facts_of(found))
    with pytest.raises(RuntimeError, match="view size is not compatible"):
        calibrate(viewing(), (LAST,))


def test_the_ways_in_question_are_those_that_are_not_asked_for(monkeypatch):
    monkeypatch.setattr(timing, "cores", lambda: 4)
    monkeypatch.setattr(timing, "multiplies_bfloat16", lambda device: True)
    monkeypatch.setattr(timing, "find_precision", lambda wish, device: "float32" if wish == "auto" else wish)
    t = trainer("dcgan")
    every = {Way(n, kind, last) for n in (1, 2, 4) for kind in ("float32", "bfloat16") for last in (False, True)}
    assert set(ways(t)) == every and ways(t)[:2] == (Way(4), Way(1)) and len(ways(t)) == 12
    assert set(ways(t, 3)) == {Way(3, way.precision, way.channels_last) for way in every}
    assert ways(t, 1, "bfloat16") == (HALF, Way(1, "bfloat16"))
    assert ways(t, 1, "float32", True) == (LAST,)
    assert set(ways(trainer("gan"), 1)) == {PLAIN, Way(1, "bfloat16")}, "no convolution, no format"
    monkeypatch.setattr(timing, "multiplies_bfloat16", lambda device: False)
    assert {way.precision for way in ways(t)} == {"float32"}, "emulated it is never faster"


def test_without_a_format_runs_are_as_they_were_before_there_was_one():
    assert backend_for("cpu", "bfloat16").channels_last and not backend_for("cpu", "float32").channels_last
    assert not backend_for("cpu", "bfloat16", "contiguous").channels_last


@pytest.fixture
def started(monkeypatch, tmp_path):
    """Starts of a run in the sense of `paced`, in a cache of their own; ``started.timed`` counts those that timed steps."""

    def timed(trainer, candidates):
        start.timed += 1
        tried = tuple(Timed(way, 0.5 if way == HALF else 1.0) for way in candidates)
        found = Pace(HALF, 0.5, tried) if HALF in candidates else Pace(*tried[0], tried)
        pace.take(trainer, found.way)
        return found

    def start(run=RUN, recipe="dcgan", anew=False, **settings):
        t = trainer(recipe, batch_size=4, **settings)
        made = plan(recipe, (pictures().spec,), settings)
        options, found = pace.paced(t, made, run, anew)
        assert t.backend == Backend("cpu", found.way.precision, found.way.channels_last)
        assert torch.get_num_threads() == found.way.threads
        return options, found

    start.timed = 0
    monkeypatch.setattr(pace, "calibrate", timed)
    monkeypatch.setattr(pace, "ways", lambda *asked: (PLAIN, HALF) if asked[2] == "auto" else (PLAIN,))
    monkeypatch.setattr(pace, "cache_folder", lambda: tmp_path)
    start.notes = lambda: sorted((tmp_path / pace.FOLDER).iterdir())
    return start


def test_a_second_start_times_nothing_and_computes_as_the_first(started, monkeypatch):
    run = Run(device="cpu")
    first = started(run)
    assert first[0].precision == "bfloat16" and first[0].memory_format == "channels_last" and first[0].threads == 1
    assert started(run) == first and started.timed == 1
    assert started(run, anew=True) == first and started.timed == 2, "a dry run times again"
    for different in ({"features": 8}, {"recipe": "gan"}, {"run": Run(device="cpu", precision="float32")}):
        before = started.timed
        started(**{"run": run, **different})
        assert started.timed == before + 1, different
    monkeypatch.setattr(pace, "cores", lambda: 77)
    before = started.timed
    started(run)
    assert started.timed == before + 1, "another machine"


GOOD = {
    "threads": 1,
    "precision": "float32",
    "memory_format": "contiguous",
    "seconds_per_step": 0.2,
    "tried": [],
    "busy": False,
}


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\x00", b"[]", b"null", b"{}", b'{"threads": 1}',
        *(json.dumps(GOOD | change).encode() for change in (
            {"threads": 64}, {"threads": "many"}, {"precision": "float8"}, {"memory_format": None}, {"seconds_per_step": -1},
            {"seconds_per_step": None}, {"seconds_per_step": "x"}, {"tried": 3}, {"tried": [{}]}, {"tried": None},
        )),
    ],
)  # fmt: skip
def test_a_broken_note_is_timed_anew(started, content):
    started()
    (note,) = started.notes()
    note.write_bytes(json.dumps(GOOD).encode())
    assert started()[0].precision == "float32" and started.timed == 1, "control: a good one is believed"
    note.write_bytes(content)
    assert started()[0].precision == "bfloat16" and started.timed == 2
    assert started()[0].precision == "bfloat16" and started.timed == 2, "and mended"


def test_what_was_timed_on_a_busy_machine_is_not_remembered(started, monkeypatch):
    quiet = pace.calibrate
    monkeypatch.setattr(pace, "calibrate", lambda *asked: quiet(*asked)._replace(busy=True))
    busy = started()[1]
    started()
    assert started.timed == 2 and "the machine was busy" in pace.why(pace.facts_of(busy))


def test_a_cache_that_cannot_be_written_is_no_reason_to_stop(started, tmp_path):
    (tmp_path / pace.FOLDER).write_text("a file")
    assert started()[0].precision == started()[0].precision == "bfloat16" and started.timed == 2


def test_a_pace_comes_back_from_json_and_says_why():
    tried = (
        Timed(TWO, 0.1),
        Timed(PLAIN, 0.16),
        Timed(Way(2, "bfloat16", True), 0.125),
        Timed(Way(2, "float32", True), math.inf),
    )
    found = Pace(TWO, 0.1, tried)
    facts = json.loads(json.dumps(pace.facts_of(found), allow_nan=False))
    assert pace.pace_of(facts) == found
    assert pace.why(facts) == "speed of the other ways (this one = 1): bfloat16 0.80, channels_last 0.80, 1 thread 0.62"
    assert pace.why(pace.facts_of(Pace(PLAIN, 0.1, (Timed(PLAIN, 0.1),)))) is None
    nearly = pace.why(pace.facts_of(Pace(PLAIN, 0.1, (Timed(PLAIN, 0.1), Timed(HALF, 0.095)))))
    assert "bfloat16 1.05" in nearly and "bfloat16, which costs accuracy, from 1.10 on" in nearly
