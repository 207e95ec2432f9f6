"""The page of a run: what it tells at the start, at the end and after a stop; its commands work from any folder."""

import shlex

import numpy as np
import pytest
from PIL import Image
from test_cli import call
from test_session import IMAGES, SMALL, counted_steps, nan_at, options, same, stop_after, weights

import sparring
from sparring.doctor.signals import Look
from sparring.errors import DivergedError, InterruptedRun, NoRoomError
from sparring.metrics.two_sample import TwoSample
from sparring.runs import folder as run_folder
from sparring.runs.folder import RunFolder
from sparring.sessions import begin, shots
from sparring.sessions.page import results
from sparring.sessions.start import resume, train


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(shots, "results_picture", lambda *args, **more: None)


def page(path):
    """The lines of a run's page, and its tables by the first column."""
    lines = (path / "README.md").read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return lines, {row[0]: row[1] for row in rows}


def test_it_is_there_before_the_first_step(tmp_path, monkeypatch):
    found = []
    paced = begin.paced

    def looks(*given):
        (path,) = (tmp_path / "runs").iterdir()
        found.append(page(path)[1])
        return paced(*given)

    monkeypatch.setattr(begin, "paced", looks)
    train("gan", IMAGES, run=options(tmp_path), **SMALL)
    (facts,) = found
    assert (facts["state"], facts["steps"], facts["recipe"]) == ("in training", "0", "gan")


def test_at_the_end_it_tells_the_result_the_verdict_and_what_was_changed(tmp_path):
    path = train("gan", IMAGES, run=options(tmp_path, steps=120), **SMALL)
    lines, facts = page(path)
    folder = RunFolder.open(path)
    row, verdict = folder.read_metrics()[-1], folder.verdict
    right = f"{row['held_out/accuracy/accuracy']:.0%}".replace("%", " %")
    assert facts["accuracy of D on held-out pictures and samples"] == right
    diversity = f"{folder.read_looks()[-1]['diversity']:.0%}".replace("%", " %")
    assert facts["diversity of the samples, of that of real pictures"] == diversity
    assert (facts["state"], facts["steps"], facts["images seen"]) == ("finished", "120", "960")
    assert facts["seed"] == "0" and facts["pictures"] == "array: 54 of 12 x 10 x 1, 6 held out"
    assert verdict["words"] in lines and lines.index(verdict["words"]) < lines.index("## Facts")
    assert facts["`z_dim`"] == "8" and "`lr`" not in facts
    assert (
        lines[-1]
        == "reals.png and results.png contain images of the data: if it is private, share samples/ or what sparring export writes"
    )
    assert "![Curves, samples and real pictures](results.png)" in lines


def test_after_a_stop_it_says_so_and_after_the_rest_it_is_finished(tmp_path, monkeypatch):
    stop_after(monkeypatch, 13)
    with pytest.raises(InterruptedRun):
        train("gan", IMAGES, run=options(tmp_path), **SMALL)
    (path,) = (tmp_path / "runs").iterdir()
    facts = page(path)[1]
    assert (facts["state"], facts["steps"]) == ("interrupted; it can be resumed", "13")
    monkeypatch.undo()
    monkeypatch.setattr(shots, "results_picture", lambda *args, **more: None)
    resume(RunFolder.open(path), data=IMAGES)
    facts = page(path)[1]
    assert (facts["state"], facts["steps"]) == ("finished", "20")


def test_a_run_that_diverged_or_failed_says_so(tmp_path, monkeypatch):
    counted_steps(monkeypatch)
    with pytest.raises(DivergedError):
        train(nan_at(15, every=True), IMAGES, run=options(tmp_path))
    (path,) = (tmp_path / "runs").iterdir()
    assert page(path)[1]["state"] == "diverged; the latest checkpoint is good"

    def breaks(session):
        raise NoRoomError("full")

    with pytest.raises(NoRoomError):
        train("gan", IMAGES, run=options(tmp_path / "other"), hooks=[breaks], **SMALL)
    (path,) = (tmp_path / "other" / "runs").iterdir()
    assert page(path)[1]["state"] == "failed; the latest checkpoint is good"


@pytest.mark.parametrize("error", [RuntimeError, NoRoomError])
def test_a_page_that_cannot_be_written_neither_ends_nor_moves_the_run(tmp_path, monkeypatch, error):
    alone = train("gan", IMAGES, run=options(tmp_path / "alone"), **SMALL)

    def broken(page):
        raise error("no paper")

    monkeypatch.setattr(run_folder, "readme", broken)
    path = train("gan", IMAGES, run=options(tmp_path), **SMALL)
    assert same(weights(path), weights(alone))
    folder = RunFolder.open(path)
    assert folder.events()[-1] | {"time": ""} == {
        "time": "", "kind": "hook_failed", "hook": "look", "step": 20, "error": f"{error.__name__}: no paper"
    }  # fmt: skip
    assert [e["kind"] for e in folder.events()].count("done") == 1
    told = f"writing the page failed and the run goes on without it: {error.__name__}: no paper"
    assert (path / "log.txt").read_text("utf-8").count(told) == 1


def commands(path):
    return [shlex.split(line) for line in page(path)[0] if line.startswith("    sparring ")]


def test_its_commands_can_be_typed_in_any_folder(tmp_path, capsys, monkeypatch):
    """The data and the folder of runs were given as seen from where training began."""
    (tmp_path / "my faces").mkdir()
    for i in range(30):
        noise = np.random.default_rng(i).integers(0, 256, (8, 8), np.uint8)
        Image.fromarray(noise).save(tmp_path / "my faces" / f"{i}.png")
    monkeypatch.chdir(tmp_path)
    path = sparring.train("gan", "my faces", run={"steps": 2, "threads": 1}, g_hidden=[4], d_hidden=[4])
    path = path.absolute()
    (tmp_path / "else").mkdir()
    monkeypatch.chdir(tmp_path / "else")
    typed = commands(path)
    names = ["resume", "resume", "sample", "evaluate", "info"]
    assert [words[1] for words in typed] == names, "the verdict's, then the next steps"
    monkeypatch.setenv("SPARRING_CACHE", str(tmp_path / "cache"))
    for words in typed:
        code, _, err = call(capsys, *words[1:])
        assert code == 0, (words, err)
    assert weights(path).step == 4
    facts = page(path)[1]
    assert facts["steps"] == "4" and facts["data"] == str(tmp_path / "my faces")
    longer = commands(path)[0]
    at = longer.index("--data")
    assert longer[at + 1] == str(tmp_path / "my faces")
    code, _, err = call(capsys, *longer[1:at], *longer[at + 2 :])
    assert code == 3 and "my faces" in err, "control: without the place of the data it is not found from here"


def test_a_translation_s_page_says_how_to_translate(tmp_path):
    pictures = [np.random.default_rng(i).integers(0, 256, (20, 16, 16, 3), np.uint8) for i in range(2)]
    small = {"features": 4, "blocks": 1, "d_features": 4, "batch_size": 2, "memory": 4}
    path = train(
        "cyclegan_small", pictures[0], data_y=pictures[1], run=options(tmp_path, steps=2, log_every=1), **small
    )
    lines, facts = page(path)
    assert f"    sparring translate {path} PICTURES" in lines and f"    sparring evaluate {path} --pairs X Y" in lines
    assert lines[-1] == (
        "reals-x.png, reals-y.png, results.png, samples/ and checkpoints/ contain images of the data: if it is private, "
        "share what sparring export writes"
    )
    error = RunFolder.open(path).read_metrics()[-1]["held_out/error/cycle_error"]
    assert facts["error on held-out pictures (cycle_error)"] == f"{error:.3f}"
    assert not [line for line in lines if line.startswith("    sparring sample")]


def test_the_fresh_classifier_is_told_with_its_interval():
    judged = Look(40, 320, 0.9, judged=TwoSample(0.9, 0.8796, 0.9172, 1000, False))
    found = results({}, [judged, Look(50, 400, 0.85)])
    assert found == {
        "diversity of the samples, of that of real pictures": "85 %",
        "fresh classifier after step 40": "right on 90 % of 1,000 (95 % interval 88.0 to 91.7 %)",
    }
