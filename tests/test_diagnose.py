"""`sparring diagnose` on runs as they are: what is said while it trains, what the command says, in both languages."""

import json

import numpy as np
import pytest
from test_cli import call
from test_verdict import IMAGES, played, run_of

from sparring.doctor.signals import DEAR
from sparring.errors import ModelError
from sparring.runs.folder import RunFolder
from sparring.sessions import shots
from sparring.sessions.start import train
from sparring.use.diagnosis import diagnose
from sparring.words import use_language


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(shots, "results_picture", lambda *args, **more: None)
    use_language("en")
    yield
    use_language("en")


DCGAN = {"features": 4, "z_dim": 8, "batch_size": 8}


@pytest.fixture(scope="module")
def labelled(tmp_path_factory):
    """Small pictures whose class is how bright they are, as a file."""
    rng = np.random.default_rng(0)
    y = np.arange(240) % 2
    x = (rng.random((240, 8, 8)) * 60 + 190 * y[:, None, None]).astype(np.uint8)
    path = tmp_path_factory.mktemp("labelled") / "x.npz"
    np.savez(path, images=x, labels=y)
    return path


def test_a_whole_look_has_all_that_is_dear_and_a_cheap_one_nothing(tmp_path, labelled):
    run = run_of(tmp_path, steps=160, sample_every=80, held_out=60)
    path = train("dcgan", str(labelled), run=run, conditional=True, **DCGAN)
    rows = {row["step"]: row for row in RunFolder.open(path).read_looks()}
    assert list(rows) == [20, 40, 60, 80, 100, 120, 140, 160]
    for_samples = set(DEAR) - {"colour", "moved"}
    for step, row in rows.items():
        measured = {name for name in DEAR if row[name] is not None}
        assert measured - {"gap"} == (for_samples - {"gap"} if step % 80 == 0 else set())
        assert row["diversity"] is not None
    assert rows[80]["labels"] > 0.95 and sum(rows[80]["shares"]) == pytest.approx(1, abs=0.01)
    low, high, real_low, real_high = rows[160]["values"]
    assert real_low == pytest.approx(-1, abs=0.02) and real_high == pytest.approx(0.94, abs=0.05) and low < high


def test_a_run_of_few_pictures_whose_g_is_deaf_is_told_with_evidence_command_and_page(tmp_path, capsys, monkeypatch):
    train(played, IMAGES, run=run_of(tmp_path), deaf=True)
    (path,) = tmp_path.iterdir()
    found = diagnose(RunFolder.open(path), recipe=played)
    assert found.findings[0].name == found.verdict.name == "collapsed" and found.state == "done" and found.step == 300
    assert found.findings[0].value == 0 and found.findings[0].command == "sparring train dcgan --data DATA"
    assert found.verdict.command == found.findings[0].command == RunFolder.open(path).verdict["command"]


def test_the_command_speaks_two_languages_and_json(tmp_path, capsys, monkeypatch, labelled):
    monkeypatch.chdir(tmp_path)
    run = run_of(tmp_path / "runs", steps=120, sample_every=40)
    train("dcgan", str(labelled), run=run, **DCGAN, loss="minimax", gamma=0.0)
    folder = RunFolder.open(next((tmp_path / "runs").iterdir()))
    rows = folder.read_looks()
    (folder.path / "looks.jsonl").unlink()
    for row in rows:
        folder.look({**row, "images": 448_000, "diversity": 0.9, "covered": 0.3, "accuracy": 0.99, "value": -0.01})
    code, out, _ = call(capsys, "diagnose", "1")
    assert code == 0 and out.startswith("0001-dcgan-x, step 120, 12 looks")
    assert (
        "FAILURE  D is too strong: D is right on 99 %" in out and "WARNING  The samples lack kinds of pictures" in out
    )
    assert "threshold 95 %, 3 looks" in out and "docs/doctor.md#d-too-strong" in out
    assert "--loss nonsaturating" in out and "Healthy" not in out
    code, out, _ = call(capsys, "diagnose", "1", "--json")
    told = json.loads(out)
    assert [f["name"] for f in told["findings"]][:1] == ["d_too_strong"] and told["verdict"]["name"] == "d_too_strong"
    assert {"signal", "value", "threshold", "window", "severity", "command", "page"} <= set(told["findings"][0])
    use_language("ko")
    from sparring.commands.diagnose import lines

    korean = "\n".join(lines(diagnose(folder)))
    assert (
        "실패  D가 지나치게 강합니다" in korean
        and "docs/doctor.ko.md#d-too-strong" in korean
        and "기준 95 %, 측정 3회" in korean
    )


def test_a_healthy_run_is_called_so_with_its_trend(tmp_path, labelled):
    from sparring.commands.diagnose import lines

    path = train("dcgan", str(labelled), run=run_of(tmp_path, steps=120, sample_every=40), **DCGAN)
    folder = RunFolder.open(path)
    rows = folder.read_looks()
    (folder.path / "looks.jsonl").unlink()
    for i, row in enumerate(rows):
        folder.look({**row, "images": 50_000 * (i + 1), "diversity": 0.9, "distance": (i + 1) ** -0.05, "accuracy": 0.7,
                     "covered": None, "gap": None, "nearest": None, "values": None, "judged": None})  # fmt: skip
    said = lines(diagnose(folder))
    assert said[-2].startswith("Healthy; kernel distance")
    assert not any(word in line for line in said for word in ("FAILURE", "WARNING"))
    assert said[-1].startswith("Next: sparring ")


def test_measured_anew_it_asks_a_fresh_classifier_and_needs_the_data(tmp_path, labelled):
    path = train("dcgan", str(labelled), run=run_of(tmp_path, steps=120, sample_every=60, held_out=60), **DCGAN)
    folder = RunFolder.open(path)
    before = folder.read_looks()
    found = diagnose(folder, anew=True)
    assert found.step == 120 and found.looks == len(before) and folder.read_looks() == before, "nothing is written"
    from sparring.use import diagnosis

    look = diagnosis._measured(folder, None, ())
    assert look.judged.accuracy > 0.9 and look.judged.n == 60, "after 120 steps anyone can tell"
    assert look.distance != before[-1]["distance"] and look.distance == pytest.approx(before[-1]["distance"], rel=0.5)
    with pytest.raises(Exception, match="nowhere"):
        diagnose(folder, anew=True, data=(str(tmp_path / "nowhere.npz"),))


def test_a_run_that_was_never_looked_at_says_so(tmp_path, labelled):
    path = train("dcgan", str(labelled), run=run_of(tmp_path, steps=30), **DCGAN)
    folder = RunFolder.open(path)
    (path / "looks.jsonl").unlink()
    with pytest.raises(ModelError, match="not looked at yet"):
        diagnose(folder)
    folder.event("diverged", step=30, error="step 31: player G: its loss term 'adversarial' is nan")
    found = diagnose(folder)
    assert found.findings[0].words.startswith("Training diverged: step 31: player G") and found.verdict.trouble
    assert found.findings[0].command.endswith(" --lr 0.00025")
