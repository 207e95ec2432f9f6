"""A run in Korean: what it prints, logs, draws and leaves on its page has no English sentence, and lines fit their columns."""

import io
import json
import re

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from rich.cells import cell_len
from rich.console import Console as Rich

from sparring.doctor.finding import KINDS, found
from sparring.doctor.signals import History, Look
from sparring.doctor.state import fresh
from sparring.doctor.state import state as stands
from sparring.doctor.verdict import SENTENCES, verdict
from sparring.errors import CommandError, InterruptedRun, ModelError
from sparring.metrics.two_sample import TwoSample
from sparring.report.console import Console
from sparring.report.lines import fit, lasting, packed, progress, state
from sparring.report.live import Live
from sparring.report.numbers import duration
from sparring.report.results import results_picture
from sparring.runs.folder import RunFolder, find
from sparring.runs.lock import lock
from sparring.sessions import shots
from sparring.sessions.options import Run
from sparring.sessions.session import Session
from sparring.sessions.start import resume, train
from sparring.words import use_language

SMALL = {"g_hidden": (16,), "d_hidden": (16,), "z_dim": 8, "batch_size": 8}
IMAGES = np.random.default_rng(0).integers(0, 256, (60, 12, 10, 1), np.uint8)
HANGUL = re.compile("[가-힣]")
NO_WORDS = re.compile(r"`[^`]*`|sparring (?:train|resume|sample|translate|evaluate|info|list)\b.*|\S*[/._]\S*|'[^']*'")
SENTENCE = re.compile(r"\b[A-Za-z]{2,}(?:[ ,:;]+[A-Za-z]{2,}){2,}")
ROW = {
    "step": 1200, "images": 76800, "seconds": 12.5, "D/paid/adversarial": 1.0, "D/paid/r1": 0.125,
    "G/paid/adversarial": 0.9403, "D/probability/D(x)": 0.7123, "D/probability/D(G(z))": 0.2811, "D/gradient/norm": 0.31,
    "G/gradient/norm": 0.22, "images_per_second": 650.4, "held_out/probability/D(x)": 0.111,
    "held_out/accuracy/accuracy": 0.8, "held_out/paid/r1": 9.0,
}  # fmt: skip


@pytest.fixture(autouse=True)
def language():
    yield
    use_language("en")


def english(text):
    """Runs of three English words and more outside of commands, paths and names."""
    return SENTENCE.findall(NO_WORDS.sub(" ", text))


def options(tmp_path, **more):
    base = {"out": tmp_path / "runs", "threads": 1, "precision": "float32", "device": "cpu", "steps": 120}
    return {**base, "log_every": 10, "sample_every": 40, "save_every": 100, **more}


def run_in(spoken, tmp_path):
    """What a run prints, logs and writes on its page: stopped once, resumed, and played to the end."""
    use_language(spoken)
    out = io.StringIO()
    look = Session._look

    def stops(self):
        look(self)
        if self.trainer.steps == 70:
            self.stop.asked = "SIGINT"

    Session._look = stops
    try:
        with pytest.raises(InterruptedRun) as stopped:
            train("gan", IMAGES, run=options(tmp_path), console=Console(stream=out, every=0.0), **SMALL)
    finally:
        Session._look = look
    (path,) = (tmp_path / "runs").iterdir()
    resume(RunFolder.open(path), data=IMAGES, console=Console(stream=out, every=0.0))
    resume(RunFolder.open(path), data=IMAGES, console=Console(stream=out, every=0.0))
    page = [
        line for line in (path / "README.md").read_text("utf-8").splitlines() if not line.startswith("    sparring")
    ]
    log = re.sub(r"(?m)^\S+ ", "", (path / "log.txt").read_text("utf-8"))
    return {"screen": out.getvalue(), "log": log, "page": "\n".join(page), "error": str(stopped.value)}, path


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(shots, "results_picture", lambda *args, **more: None)


def test_a_run_in_korean_has_no_english_sentence(tmp_path, quick):
    said, path = run_in("ko", tmp_path)
    for place, text in said.items():
        assert not [found for line in text.splitlines() if (found := english(line))], (place, text)
        assert HANGUL.search(text), place
    assert "스텝 120에서 끝났습니다: 이미지 960장" in said["log"] and "준비 중: 이미지 읽기" in said["screen"]
    assert "Ctrl-C로 스텝 70에서 멈췄습니다. 모두 저장했습니다. 계속하려면: sparring resume" in said["error"]
    assert "이미 끝났습니다(120스텝, 이미지 960장" in said["screen"] and "## 다음 단계" in said["page"]
    keys = [set(json.loads(line)) for line in (path / "events.jsonl").read_text("utf-8").splitlines()]
    assert {"time", "kind"} <= set.intersection(*keys)
    assert not HANGUL.search("".join(map(str, set.union(*keys)))), "a program reads the same names in every language"
    for name in ("metrics.jsonl", "looks.jsonl", "config.json"):
        assert not HANGUL.search((path / name).read_text("utf-8")), name
    assert RunFolder.open(path).verdict["name"] in {*SENTENCES, *KINDS} and HANGUL.search(
        RunFolder.open(path).verdict["words"]
    )


def test_control_in_english_there_are_sentences_and_no_hangul(tmp_path, quick):
    said, _ = run_in("en", tmp_path)
    assert english(said["page"]) and english(said["error"]) and english(said["screen"])
    assert not any(HANGUL.search(text) for text in said.values())


@pytest.mark.parametrize(
    ("seconds", "english_text", "korean"),
    [(0.4, "0.4 s", "0.4초"), (40, "40 s", "40초"), (100, "1 min 40 s", "1분 40초"), (120, "2 min", "2분"),
     (7500, "2 h 5 min", "2시간 5분"), (7200, "2 h", "2시간"), (273_600, "3 d 4 h", "3일 4시간"), (172_800, "2 d", "2일"),
     (3599.7, "1 h", "1시간"), (86_399, "1 d", "1일"), (None, "-", "-")],
)  # fmt: skip
def test_durations_in_both_languages(seconds, english_text, korean):
    assert duration(seconds) == english_text
    use_language("ko")
    assert duration(seconds) == korean


def test_the_pieces_of_a_line_in_korean():
    use_language("ko")
    assert progress(ROW, 0.125, 100.0) == ["12 %", "1분 40초 남음", "스텝 1,200", "초당 이미지 650장"]
    assert state(ROW) == ["D(x) 0.712", "D(G(z)) 0.281", "손실 D 1.12 G 0.940", "그래디언트 D 0.310 G 0.220"]
    assert lasting(ROW)[:2] == ["12초", "스텝 1,200"]


def test_what_fits_is_counted_in_columns():
    assert [fit(["스텝 9", "빠름"], width) for width in (12, 11, 6, 4, 3)] == [
        "스텝 9  빠름",
        "스텝 9",
        "스텝 9",
        "스텝",
        "스 ",
    ]


def test_facts_are_broken_between_facts_as_columns_say():
    facts = {"run": "0001", "data": "옷 9,000장", "machine": "cpu"}
    assert packed(facts, 25).split("\n") == ["run 0001  data 옷 9,000장", "machine cpu"]
    assert packed(facts, 24).split("\n") == ["run 0001", "data 옷 9,000장", "machine cpu"]
    use_language("ko")
    assert packed(facts, 1).split("\n") == ["실행 0001", "데이터 옷 9,000장", "장치 cpu"]


@pytest.mark.parametrize("spoken", ["en", "ko"])
@pytest.mark.parametrize("width", [100, 80, 60, 40, 20])
def test_no_line_of_the_screen_is_wider_than_the_terminal(spoken, width):
    use_language(spoken)
    out = io.StringIO()
    live = Live(out, Rich(file=out, force_terminal=True, width=width, color_system=None))
    live.start({})
    live.report(ROW, 0.125, 100.0)
    live.keep(ROW, "a.png")
    live.finish({})
    lines = [line.rstrip() for line in re.split(r"\x1b\[[0-9;?]*[A-Za-z]|\r|\n", out.getvalue())]
    assert max(map(cell_len, lines)) < width and any("─" in line for line in lines)
    assert bool(HANGUL.search(out.getvalue())) == (spoken == "ko")
    whole = {"en": "12 %  1 min 40 s left  step 1,200", "ko": "12 %  1분 40초 남음  스텝 1,200"}[spoken]
    assert width < 60 or any(whole in line for line in lines)
    fast = {"en": "650 images/s", "ko": "초당 이미지 650장"}[spoken]
    assert width < 80 or any(line.endswith(fast) for line in lines), "the bar leaves room for all that fits"


JUDGED = TwoSample(0.9, 0.88, 0.92, 1000, False)


@pytest.mark.parametrize("name", SENTENCES)
def test_every_verdict_is_a_whole_sentence_in_korean(name, monkeypatch):
    from sparring.doctor import verdict as verdicts

    use_language("ko")
    monkeypatch.setattr(verdicts, "well", lambda history: name)
    monkeypatch.setattr(verdicts, "findings", lambda history: [])
    words = verdict(History([Look(100, 800, 0.05, 0.97, -0.05, 0.1, JUDGED)], 1000)).words
    assert not english(words) and "{" not in words and words.endswith(".")
    numbers = {"spreading": "5 %", "alike": "1,000장의 90 %를"}
    assert numbers.get(name, "97 %를 맞힘") in words


@pytest.mark.parametrize("name", KINDS)
def test_every_finding_is_a_whole_sentence_in_korean(name):
    use_language("ko")
    look = Look(100, 800, 0.05, 0.97, -0.05, 0.1, JUDGED)
    more = {"why": "X", "low": "0", "high": "1", "real_low": "-1", "real_high": "1", "state": stands(look), "fresh": fresh(look),
            "error": "0.03", "pictures": 1234, "passes": 5678}  # fmt: skip
    finding = found(name, 0.25, 0.5, 3, **more)
    assert not english(finding.words.replace("X", "")) and "{" not in finding.words and finding.words.endswith(".")
    assert not english(finding.evidence) and finding.evidence.endswith(("기준 50 %, 측정 3회", "기준 0.500, 측정 3회"))
    numbers = {
        "collapsed": "25 %",
        "d_guesses": "1,000장의 90 %를",
        "few_pictures": "1,234장은 5,678에폭",
        "d_too_strong": "97 %를",
    }
    assert numbers.get(name, "") in finding.words


def texts_of(monkeypatch, path, spoken):
    """Every text of the summary picture, tick labels and legends too, with its fonts."""
    use_language(spoken)
    found = []
    draw = FigureCanvasAgg.draw

    def listed(canvas):
        draw(canvas)
        found.extend((t.get_text(), t.get_fontfamily()) for t in canvas.figure.findobj(Text) if t.get_text())

    monkeypatch.setattr(FigureCanvasAgg, "draw", listed)
    rows = [{**ROW, "step": 10 * i, "images": 640 * i, "D/value/V": -1.0, "D/error/e": 1.0, "D/logit/a": 1.0, "c/d": 0.1}
            for i in range(1, 40)]  # fmt: skip
    rows[20]["G/paid/adversarial"] = 1e9
    pictures = np.random.default_rng(0).integers(0, 255, (400, 28, 28, 2), np.uint8)
    results_picture(
        rows, {shots.tr("Newest samples"): pictures}, pictures, "0001-gan", {shots.tr("verdict:"): "가" * 200}, path
    )
    return found


def test_every_hangul_text_of_the_summary_picture_has_a_font_for_it(tmp_path, monkeypatch):
    found = texts_of(monkeypatch, tmp_path / "a.png", "ko")
    hangul = [(text, fonts) for text, fonts in found if HANGUL.search(text)]
    assert [text for text, fonts in hangul if "Sparring Hangul" not in fonts] == []
    texts = [text for text, _ in hangul]
    for part in (
        "최신 샘플, 400장 중", "실제 이미지, 400장 중", "채널 2개 중", "판별자 손실", "D(x) 검증용", "잘린 값: 1.0e+09까지",
        "스텝 (스텝마다 이미지 64장)", "그래디언트의 노름", "측정값", "판정: 가가",
    ):  # fmt: skip
        assert any(part in text for text in texts), part
    assert not [text for text, _ in found if english(text)]
    assert max(cell_len(text) for text in texts) <= 172


def test_control_in_english_the_summary_picture_has_no_other_hangul(tmp_path, monkeypatch):
    found = texts_of(monkeypatch, tmp_path / "a.png", "en")
    assert [text for text, _ in found if HANGUL.search(text) and "가가" not in text] == []
    assert [text for text, _ in found if english(text)]


def test_errors_in_korean_keep_the_name_of_the_setting_and_the_path_first(tmp_path):
    use_language("ko")
    with pytest.raises(CommandError, match=r"^run\.steps 값이 -1입니다\. 0보다 커야 합니다$"):
        Run(steps=-1)
    with pytest.raises(ModelError, match="폴더에 '7' 실행이 없습니다"):
        find(tmp_path, "7")
    with pytest.raises(CommandError, match=r"^gan: 이미지 데이터 하나로 학습합니다"):
        train("gan", IMAGES, data_y=IMAGES)
    (tmp_path / "r").mkdir()
    with (
        lock(tmp_path / "r" / ".lock"),
        pytest.raises(CommandError, match=r"번 프로세스가 쓰고 있습니다"),
        lock(tmp_path / "r" / ".lock"),
    ):
        pass
