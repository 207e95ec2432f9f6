"""Hooks: they are called at their pace, they may end a run, and they cannot move it, whatever they do."""

import json
import shutil

import numpy as np
import pytest
import torch
from test_session import same, weights

import sparring
from sparring import Hook
from sparring.errors import CommandError, DivergedError, InterruptedRun, NoRoomError, SparringError
from sparring.runs.folder import RunFolder
from sparring.sessions import shots
from sparring.sessions.session import Session

IMAGES = np.random.default_rng(0).integers(0, 256, (60, 6, 6, 1), np.uint8)
SMALL = {"g_hidden": (8,), "d_hidden": (8,), "z_dim": 4, "batch_size": 4, "ema": 20}
STEPS = 10


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Trains with hooks, without the seconds that a drawing takes."""
    monkeypatch.setattr(shots, "results_picture", lambda *args, **more: None)

    def train(*hooks, **options):
        base = {"out": tmp_path / "runs", "threads": 1, "precision": "float32", "device": "cpu", "steps": STEPS}
        base |= {"log_every": 2, "sample_every": 4, "save_every": 5, "keep": 9}
        return sparring.train("gan", IMAGES, run={**base, **options}, hooks=hooks, **SMALL)

    train.newest = lambda: max((tmp_path / "runs").iterdir())
    return train


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """What comes of the run without hooks."""
    options = {"out": tmp_path_factory.mktemp("alone"), "threads": 1, "precision": "float32", "device": "cpu"}
    options |= {"steps": STEPS, "log_every": 2, "sample_every": 4, "save_every": 5}
    return weights(sparring.train("gan", IMAGES, run=options, **SMALL))


def noted(seen):
    return lambda session: seen.append(session.trainer.steps)


def events(path, kind):
    return [e for e in RunFolder.open(path).events() if e["kind"] == kind]


def test_a_hook_is_called_at_its_pace(run):
    """All in one run: none of them waits for another."""
    called = [
        ({}, [4, 8, 10]),
        ({"last": False}, [4, 8]),
        ({"every": 3}, [3, 6, 9, 10]),
        ({"every": 3, "last": False}, [3, 6, 9]),
        ({"every": 5}, [5, 10]),
        ({"every": 50}, [10]),
        ({"every": 50, "last": False}, []),
        ({"every": 1}, [*range(1, 11)]),
    ]
    seen = [[] for _ in called]
    run(*(Hook(noted(one), **pace) for one, (pace, _) in zip(seen, called, strict=True)))
    assert seen == [steps for _, steps in called]


def test_a_plain_function_is_a_hook_and_sees_the_session(run):
    seen = []
    run(lambda s: seen.append((s.trainer.steps, s.row["step"], s.trainer.images, s.done, len(s.held_out.x))))
    assert seen == [(4, 4, 16, 0.4, 6), (8, 8, 32, 0.8, 6), (10, 10, 40, 1.0, 6)]


def test_hooks_are_called_in_the_order_they_are_given_in(run):
    seen = []
    run(*(Hook(lambda s, word=word: seen.append((s.trainer.steps, word)), every=5) for word in "ab"))
    assert seen == [(5, "a"), (5, "b"), (10, "a"), (10, "b")]


def test_a_hook_that_returns_true_ends_the_run_and_only_true_does(run):
    path = run(Hook(lambda s: s.trainer.steps >= 6, every=3))
    assert weights(path).step == 6 and [e["step"] for e in events(path, "done")] == [6]
    path = run(Hook(lambda s: "yes", every=3), Hook(lambda s: np.ones(2), every=3))
    assert weights(path).step == STEPS


def test_a_run_that_a_hook_ended_can_go_on(run, alone):
    path = run(Hook(lambda s: s.trainer.steps == 3, every=1))
    assert weights(path).step == 3
    sparring.resume(path, data=IMAGES, extend={"steps": alone.step})
    assert same(weights(path), alone)


def random_numbers(session):
    torch.rand(7), torch.randn(3), np.random.rand(2)


def seeds(session):
    torch.manual_seed(session.trainer.steps)


def threads(session):
    torch.set_num_threads(3)


def evaluates(session):
    session.trainer.game.eval()
    session.trainer.ema.networks.eval()


def no_graphs(session):
    torch.set_grad_enabled(False)


def leaves_gradients(session):
    game = session.trainer.game
    (game.D(session.held_out.x).sum() * 1e3 + game.G(torch.ones(4, 4)).sum()).backward()
    assert all(p.grad is not None for p in game.parameters())


def draws_and_measures(session):
    from sparring.engine.draw import drawn, evaluating

    with evaluating(session.trainer, average=True) as game:
        drawn(game, 5, 3, session.held_out)
    session.trainer.watch(session.held_out, 5)
    session.save()


@pytest.mark.parametrize(
    "hook", [random_numbers, seeds, threads, evaluates, no_graphs, leaves_gradients, draws_and_measures]
)
def test_a_hook_does_not_move_the_training(run, alone, hook):
    after = []

    def state(session):
        stream = torch.get_rng_state().numpy().tobytes()
        after.append((torch.get_num_threads(), torch.is_grad_enabled(), session.trainer.game.G.training, stream))

    path = run(Hook(hook, every=1), Hook(state, every=1))
    assert same(weights(path), alone)
    assert not events(path, "hook_failed") and set(after) == {(1, True, True, after[0][3])}


def test_control_another_seed_gives_another_run(run, alone):
    assert not same(weights(run(seed=1)), alone)


@torch.no_grad()
def writes(session):
    next(session.trainer.game.G.parameters()).add_(1e-3)


def writes_by_data(session):
    next(session.trainer.game.D.parameters()).data.clamp_(-1e-3, 1e-3)


def moves_the_average(session):
    next(session.trainer.ema.networks.parameters()).data.mul_(0.5)


def replaces_a_network(session):
    import copy

    session.trainer.game.G = copy.deepcopy(session.trainer.game.G)


def freezes(session):
    session.trainer.game.G.requires_grad_(False)


def trains_on(session):
    session.trainer.step()


def changes_a_moment(session):
    state = session.trainer.experiment.optimizers["G"].state
    next(iter(state.values()))["exp_avg"].data.zero_()


def changes_a_rate(session):
    session.trainer.experiment.optimizers["D"].param_groups[0]["betas"] = (0.0, 0.9)


def writes_and_fails(session):
    writes(session)
    raise OSError("on the way")


CHANGES = [writes, writes_by_data, moves_the_average, replaces_a_network, freezes]
CHANGES += [trains_on, changes_a_moment, changes_a_rate, writes_and_fails]


@pytest.mark.parametrize("hook", CHANGES)
def test_a_hook_that_changes_what_is_trained_is_refused_by_name_and_nothing_of_it_is_saved(run, alone, hook):
    with pytest.raises(SparringError, match=rf"the hook {hook.__name__} has changed what is trained"):
        run(Hook(hook, every=7))
    path = run.newest()
    assert weights(path).step == 5 and events(path, "failed")
    sparring.resume(path, data=IMAGES)
    assert same(weights(path), alone)


def test_a_last_look_that_changes_something_is_refused_too(run, alone):
    with pytest.raises(SparringError, match="the hook writes"):
        run(Hook(writes, every=50))
    assert same(weights(run.newest()), alone)


def test_a_hook_that_raises_is_told_of_once_and_the_run_goes_on(run, alone):
    def fails(session):
        raise ValueError("no such colour")

    path = run(Hook(fails, every=2))
    assert same(weights(path), alone)
    text = "fails failed and the run goes on without it: ValueError: no such colour"
    assert (path / "log.txt").read_text("utf-8").count(text) == 1
    told = events(path, "hook_failed")
    assert [e["step"] for e in told] == [2, 4, 6, 8, 10]
    assert {(e["hook"], e["error"]) for e in told} == {("fails", "ValueError: no such colour")}


def test_an_error_of_the_library_in_a_hook_is_no_reason_to_stop(run):
    path = run(lambda s: sparring.load("no/such/run"))
    assert weights(path).step == STEPS and "no/such/run" in events(path, "hook_failed")[0]["error"]


def test_a_drawing_that_fails_does_not_end_the_run(run, alone, monkeypatch):
    def broken(*args, **more):
        raise RuntimeError("matplotlib is not at home")

    monkeypatch.setattr(shots, "results_picture", broken)
    path = run()
    assert same(weights(path), alone) and events(path, "done")
    assert "matplotlib is not at home" in (path / "log.txt").read_text("utf-8")
    assert len(list((path / "samples").iterdir())) == 2 * 4, "samples were drawn before"


def test_an_essential_hook_that_raises_ends_the_run(run):
    def fails(session):
        raise ValueError("no such colour")

    with pytest.raises(ValueError, match="no such colour"):
        run(Hook(fails, every=7, essential=True))
    path = run.newest()
    assert weights(path).step == 5 and "no such colour" in events(path, "failed")[0]["error"]


@pytest.mark.parametrize("error", [NoRoomError, InterruptedRun])
def test_what_ends_a_run_ends_it_from_a_hook_too(run, error):
    def ends(session):
        raise error("enough")

    with pytest.raises(error, match="enough"):
        run(Hook(ends, every=7))


def test_a_divergence_that_a_hook_comes_upon_is_rolled_back(run):
    def looks(session):
        if session.trainer.steps == 7 and session.trainer.rate == 1:
            raise DivergedError("seen by a hook")

    path = run(Hook(looks, every=1))
    assert [e["to"] for e in events(path, "rolled_back")] == [5] and weights(path).step == STEPS


@pytest.mark.parametrize(
    ("hook", "says"), [(3, "3 was given as a hook"), (Hook(print, every=-2), "print looks every -2")]
)
def test_what_is_no_hook_is_refused_before_anything_is_written(run, tmp_path, hook, says):
    with pytest.raises(CommandError, match=says):
        run(hook)
    assert not (tmp_path / "runs").exists()
    with pytest.raises(CommandError, match=says):
        sparring.resume(run(), data=IMAGES, hooks=[hook])


def test_hooks_look_in_a_resumed_run_at_the_same_steps(run, alone):
    seen = []
    path = run(Hook(noted(seen), every=3), steps=4)
    assert seen == [3, 4]
    seen.clear()
    sparring.resume(path, data=IMAGES, extend={"steps": STEPS}, hooks=[Hook(noted(seen), every=3), random_numbers])
    assert seen == [6, 9, 10] and same(weights(path), alone)
    with pytest.raises(SparringError, match="the hook writes"):
        sparring.resume(path, data=IMAGES, extend={"steps": 20}, hooks=[writes])
    assert same(weights(path), alone), "step 12 was not saved"


def test_a_hook_can_write_beside_the_run(run, tmp_path):
    """As a person would: a table of one's own, from the newest row of metrics."""

    def table(session: Session):
        with (session.folder.path / "mine.jsonl").open("a") as file:
            file.write(json.dumps({"step": session.trainer.steps, "V": session.row["D/value/V"]}) + "\n")

    path = run(Hook(table, every=2))
    rows = [json.loads(line) for line in (path / "mine.jsonl").read_text("utf-8").splitlines()]
    metrics = {row["step"]: row["D/value/V"] for row in RunFolder.open(path).read_metrics()}
    assert [row["step"] for row in rows] == [2, 4, 6, 8, 10]
    assert all(row["V"] == metrics[row["step"]] for row in rows)
    shutil.rmtree(path)


def test_the_first_pictures_cannot_end_a_run_either(run, alone, monkeypatch):
    def broken(*args, **more):
        raise RuntimeError("no pen")

    monkeypatch.setattr(shots, "save_png", broken)
    path = run()
    assert same(weights(path), alone) and events(path, "done")
    assert events(path, "hook_failed")[0] | {"time": ""} == {
        "time": "", "kind": "hook_failed", "hook": "first", "step": 0, "error": "RuntimeError: no pen"
    }  # fmt: skip


def test_a_referee_that_fails_does_not_end_the_run(run, alone, monkeypatch):
    from sparring.sessions import bench

    def broken(*args):
        raise RuntimeError("no whistle")

    monkeypatch.setattr(bench, "diversity", broken)
    path = run()
    assert same(weights(path), alone) and "no whistle" in (path / "log.txt").read_text("utf-8")
