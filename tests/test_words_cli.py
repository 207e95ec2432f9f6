"""The command line in Korean: help without English sentences, errors under the flag that was typed, and English as it was."""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from rich.cells import cell_len
from test_cli import TINY, call

import sparring
from sparring.commands import opening
from sparring.commands.app import COMMANDS, app
from sparring.commands.help import SpokenHelp, texts_of_help
from sparring.commands.runs import table
from sparring.recipes import RECIPES
from sparring.runs.listing import Summary
from sparring.words import language, translations, use_language

HANGUL = re.compile("[가-힣]")
NAMES = {
    *(
        "sparring",
        "GAN",
        "CycleGAN",
        "DCGAN",
        "MNIST",
        "Adam",
        "Dirac",
        "Wasserstein",
        "JSON",
        "PNG",
        "GIF",
        "IDX",
        "CPU",
    ),
    *("True", "False", "none", "normal", "uniform", "random"),
}
PAGES = [
    [],
    *([name] for name, *_ in COMMANDS),
    *(["train", name] for name in RECIPES),
    ["data", "check"],
    ["theory", "all"],
]
FIGURES = "value figure1 loop gradients k divergence proposition2 prior collapse modes dirac cyclegan".split()


@pytest.fixture(autouse=True)
def english():
    use_language("en")
    yield
    use_language("en")


def english_sentences(text):
    """Runs of three English words that are no names, flags, choices, defaults or examples."""
    text = "\n".join(line.strip("│ ") for line in text.splitlines())
    text = re.sub(r"(예|Example|사용법|Usage): sparring.*?(\n\n|$)", "", text, flags=re.DOTALL)
    text = re.sub(r"\[[^\]]*\]|\([^)]*\)|`[^`]*`|--[\w.-]+( [A-Z|.]+)?|\./\S+|\w+\.\w+", "|", text.replace("\n", " "))
    runs = re.findall(r"[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,}){2,}", text)
    words = [[w for w in re.split(r"[ ,]+", run) if w not in NAMES and not w.isupper()] for run in runs]
    return [
        " ".join(run)
        for run in words
        if len(run) >= 3 and set(run) & {*"the of in is to for and or with by this".split()}
    ]


def test_control_the_search_finds_english(capsys):
    assert english_sentences("│ --data PATH  Where the data is now, if it has moved. │")
    assert len(english_sentences(call(capsys, "train", "gan", "--help")[1])) > 20
    assert not english_sentences("│ --data PATH  데이터의 위치. [선택: minimax, hinge, wasserstein] │")


@pytest.mark.parametrize("words", PAGES, ids=" ".join)
def test_help_has_no_english_sentence_left(capsys, words):
    code, out, err = call(capsys, *words, "--help", "--language", "ko")
    assert code == 0, err
    assert english_sentences(out) == []
    assert out.startswith("사용법: sparring") and HANGUL.search(out.splitlines()[2])
    assert not re.search(r"Usage|Commands|Parameters|\[default|\[choices|\[required", out)
    assert "--help" in out or f"예: sparring {' '.join(words[:1])}" in " ".join(out.split())


@pytest.mark.parametrize("figure", FIGURES)
def test_help_of_the_figures_too(capsys, figure):
    assert english_sentences(call(capsys, "--language=ko", "theory", figure, "--help")[1]) == []


def test_every_text_of_the_help_is_translated():
    texts = texts_of_help()
    assert len(texts) > 200 and not texts - set(translations())
    assert not {text for text in texts if not HANGUL.search(translations()[text])}


def test_a_person_s_own_recipe_stays_as_it_was_written(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text('''
from sparring.recipes import gan


def mine(spec, *, lr: float = 1e-3):
    """Something that nobody else has ever thought of.

    Args:
        lr: How fast {it} learns, in my own words.
    """
    return gan(spec, lr=lr)
''')
    _, out, _ = call(capsys, "train", "./mine.py:mine", "--help", "--language", "ko")
    text = re.sub(r"[\s│]+", " ", out)
    assert (
        "Something that nobody else has ever thought of." in text and "How fast {it} learns, in my own words." in text
    )
    assert "레시피 설정" in text and "[기본값: 0.001]" in text and "학습 시간이 이 값(분)이 되면 멈춥니다." in text


def test_english_help_is_the_parser_s_own(capsys, monkeypatch):
    """Byte for byte what is shown without our formatter."""
    for words in PAGES:
        ours = call(capsys, *words, "--help")[1]
        with monkeypatch.context() as m:
            m.setattr(app, "help_formatter", None)
            assert call(capsys, *words, "--help")[1] == ours, words
    korean = call(capsys, "train", "--help", "--language", "ko")[1]
    monkeypatch.setattr(SpokenHelp, "silent", property(lambda self: True))
    assert call(capsys, "train", "--help", "--language", "ko")[1] != korean, "control"


@pytest.mark.parametrize(
    "words",
    [["--language", "ko", "trian"], ["trian", "--language=ko"], ["--language=en", "trian", "--language", "ko"]],
)
def test_the_language_may_stand_anywhere(capsys, words):
    code, _, err = call(capsys, *words)
    assert (code, language()) == (2, "ko") and "'trian' 명령이 없습니다. 혹시 'train'인가요?" in err


def test_a_wrong_language_is_one_line(capsys):
    assert call(capsys, "list", "--language", "fr") == (2, "", "sparring: --language is 'fr'; use en or ko\n")
    assert call(capsys, "list", "--language") == (2, "", "sparring: --language needs a value\n")
    assert (
        call(capsys, "list", "--langage", "ko")[2] == "sparring: unknown option: --langage; did you mean --language?\n"
    )


REFUSED = [
    (["trian"], 2, "'trian' 명령이 없습니다. 혹시 'train'인가요? 쓸 수 있는 명령: train, resume, sample"),
    (["publish"], 2, "'publish' 명령이 없습니다. 쓸 수 있는 명령: train"),
    (["data", "chek"], 2, "'chek' 명령이 없습니다. 혹시 'check'인가요?"),
    (["train", "gan", "--los", "hinge"], 2, "--los: 알 수 없는 옵션입니다. 혹시 --loss인가요?"),
    (["train", "gan", "--loss", "hinje"], 2, "--loss 값 'hinje'은(는) 쓸 수 없습니다. 혹시 'hinge'인가요? 다음 중에서"),
    (["train", "gan", "--loss", "zzz"], 2, "--loss 값 'zzz'은(는) 쓸 수 없습니다. 다음 중에서 고르세요: 'minimax'"),
    (["train", "gan", "--lr", "fast"], 2, "--lr 값 'fast'은(는) 쓸 수 없습니다. 수여야 합니다"),
    (["train", "gan", "--run.steps", "다섯"], 2, "--run.steps 값 '다섯'은 쓸 수 없습니다. 정수여야 합니다"),
    (["train", "gan", "--minutes"], 2, "--minutes 뒤에 값이 필요합니다"),
    (["train", "gan", "fashion"], 2, "남는 인자가 있습니다: 'fashion'"),
    (["train", "--steps", "3", "gan"], 2, "레시피는 모든 옵션보다 앞에 씁니다: sparring train gan ..."),
    (["train", "gan", "--seed", "1", "--seed", "2"], 2, "--seed 옵션을 두 번 이상 썼습니다"),
    (["sample"], 2, "run 인자가 빠졌습니다"),
    (["evaluate", "1", "--known", "a", "b"], 2, "--known은(는) 이미지를 변환하는 실행에 씁니다. --pairs도 지정하세요"),
    (["sample", "1", "--gif"], 3, ""),
    (["evaluate", "1", "--pairs", "a", "b", "--out", "x.txt"], 2, "--out 값 'x.txt'은(는) 쓸 수 없습니다. JSON 파일을"),
    (["translate", "1", "none.png", "--out", __file__], 2, "은(는) 파일입니다. 폴더를 지정하세요"),
    (["theory", "loop", "--k", "0"], 2, "--k 값 0, rounds 값 8: 둘 다 1 이상이어야 합니다"),
    (
        ["theory", "modes", "--world", "moons"],
        2,
        "--world 값 'moons'은(는) 쓸 수 없습니다. 다음 중에서 고르세요: 'ring'",
    ),
]


@pytest.mark.parametrize(("words", "code", "says"), REFUSED, ids=lambda x: " ".join(x) if isinstance(x, list) else None)
def test_what_is_refused_is_said_in_korean_with_the_flag_as_typed(tmp_path, monkeypatch, capsys, words, code, says):
    monkeypatch.chdir(tmp_path)
    found = call(capsys, *words, "--language", "ko")
    assert found[0] == code, found
    assert found[2].startswith("sparring: ") and says in found[2] and found[2].count("\n") == 1
    assert call(capsys, *words)[0] == code, "the exit code is that of English"


ENGLISH = [
    (["train", "gan", "--los", "hinge"], "unknown option: --los; did you mean --loss?"),
    (["train", "gan", "--lr", "fast"], "--lr is 'fast'; it must be a number"),
    (["train", "gan", "--d-steps", "many"], "--d-steps is 'many'; it must be a whole number"),
    (["train", "gan", "--minutes"], "--minutes needs a value"),
    (["train", "gan", "fashion"], "too many words: 'fashion'"),
    (["train", "gan", "--seed", "1", "--seed", "2"], "--seed is given more than once"),
    (["data", "chek"], "unknown command 'chek'; did you mean 'check'? Available commands: check"),
    (["sample"], "run is missing"),
    (["translate", "--run", "1", "photos"], "'photos' follows a flag, so it needs its own: --pictures"),
    (["theory", "loop", "--k", "0"], "--k is 0 and rounds 8; both are 1 or more"),
]


@pytest.mark.parametrize(("words", "says"), ENGLISH, ids=lambda x: " ".join(x) if isinstance(x, list) else None)
def test_the_same_in_english_whole(tmp_path, monkeypatch, capsys, words, says):
    monkeypatch.chdir(tmp_path)
    assert call(capsys, *words) == (2, "", f"sparring: {says}\n")


@pytest.mark.parametrize("columns", ["60", "80"])
def test_a_system_in_korean_is_answered_in_korean(tmp_path, columns):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LC_") and k != "SPARRING_LANGUAGE"}
    environment |= {"LANG": "ko_KR.UTF-8", "COLUMNS": columns, "PYTHONPATH": str(Path(sparring.__file__).parents[1])}

    def answer(*words, **more):
        return subprocess.run(
            [sys.executable, "-m", "sparring", *words],
            cwd=tmp_path,
            env=environment | more,
            capture_output=True,
            text=True,
        )

    found = answer("--help").stdout
    lines = found.splitlines()
    assert found.startswith("사용법: sparring 명령") and "종료 코드: 0 완료" in found
    assert max(map(cell_len, lines)) == int(columns)
    assert {cell_len(line) for line in lines if line.startswith(("│", "╭", "╰"))} == {int(columns)}, "boxes are closed"
    if columns == "80":
        return
    assert answer("list").stdout == "runs: 이 폴더에 실행이 없습니다. `sparring train`으로 시작하세요.\n"
    assert answer("list", SPARRING_LANGUAGE="en").stdout == "There are no runs in runs. `sparring train` makes one.\n"
    wrong = answer("trian")
    assert wrong.returncode == 2 and wrong.stderr.startswith("sparring: 'trian' 명령이 없습니다.")


def test_a_run_ends_in_korean_with_its_columns_below_one_another(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    np.save("data.npy", np.random.default_rng(0).integers(0, 256, (40, 6, 6, 1), np.uint8))
    opened = []
    viewed_by(monkeypatch, lambda words, **_: opened.append(words) or Quick())
    monkeypatch.setenv("DISPLAY", ":0")
    words = ["train", "gan", "--data", "data.npy", "--steps", 2, *TINY, "--language", "ko"]
    code, out, err = call(capsys, *words, "--open")
    assert code == 0, err
    *end, private = out.split("\n\n")[-1].splitlines()
    assert private.startswith("reals.png와 results.png에는 데이터의 이미지가 들어 있습니다")
    assert [line.split(":")[0] for line in end] == ["실행 폴더", "요약 이미지", "샘플", "더 생성하기"]
    assert {cell_len(line[: re.search(r"(runs|sparring)", line).start()]) for line in end} == {13}
    assert opened == [["xdg-open", str(Path("runs/0001-gan-data/results.png"))]]
    code, out, err = call(capsys, *words, "--dry-run", "--open")
    assert code == 0 and "초당 이미지" in out and len(opened) == 1, "a dry run has no picture"
    out = call(capsys, "info", "1", "--language", "ko")[1]
    assert re.search(r"^상태 +완료$", out, re.MULTILINE) and "최신 체크포인트" in out
    code, out, _ = call(capsys, "list", "--language", "ko")
    assert (
        out.splitlines()[0].split() == ["실행", "상태", "스텝", "시간", "시드", "검증용", "이미지"] and " 완료 " in out
    )
    code, _, err = call(capsys, "resume", "1", "--steps", 3, "--open", "--language", "ko")
    assert (code, len(opened)) == (0, 2), err
    code, _, err = call(capsys, "sample", "1", "--label", "1", "--language", "ko")
    assert code == 2 and err.startswith("sparring: --label 값 '1'을 지정했지만 조건부 모델이 아닙니다")


def viewed_by(monkeypatch, start):
    """Pictures are opened on Linux, by what ``start`` starts; git and the like are as they were."""
    monkeypatch.setattr(opening.sys, "platform", "linux")
    own = SimpleNamespace(Popen=start, DEVNULL=subprocess.DEVNULL, TimeoutExpired=subprocess.TimeoutExpired)
    monkeypatch.setattr(opening, "subprocess", own)


class Quick:
    """A viewer that went well, or not."""

    def __init__(self, code=0):
        self.code = code

    def wait(self, _):
        return self.code


@pytest.mark.parametrize("korean", [False, True])
def test_a_picture_that_cannot_be_opened_is_told_in_one_line(tmp_path, monkeypatch, capsys, korean):
    use_language("ko" if korean else "en")
    picture = tmp_path / "results.png"
    picture.write_bytes(b"")
    monkeypatch.setattr(opening.sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert opening.open_picture(tmp_path / "none.png") == ("그려지지 않았습니다" if korean else "it was not drawn")
    assert opening.open_picture(picture) == ("화면이 없는 시스템입니다" if korean else "this system has no screen")
    monkeypatch.setenv("DISPLAY", ":0")
    viewed_by(monkeypatch, lambda *_, **__: Quick(3))
    opening.show_at_the_end(picture)
    why = "열 수 없습니다. xdg-open 종료 코드 3" if korean else "could not be opened: xdg-open failed with exit code 3"
    assert why in capsys.readouterr().err

    def missing(*_, **__):
        raise FileNotFoundError(2, "No such file or directory")

    viewed_by(monkeypatch, missing)
    opening.show_at_the_end(picture)
    assert capsys.readouterr().err.count("\n") == 1
    viewed_by(monkeypatch, lambda *_, **__: Quick())
    assert opening.open_picture(picture) == "", "control"


def test_the_table_of_runs_is_padded_by_columns():
    use_language("ko")
    runs = [
        Summary(i, name, Path(name), "gan", "x", 5, 40, state, None, 0.0, 1.0, 3, {}, ("accuracy", 0.5))
        for i, (name, state) in enumerate([("0001-gan-가나다", "interrupted"), ("0002-gan-abc", "done")])
    ]
    lines = table(runs, 100)
    assert [cell_len(line[: line.index("D 정답률 50%")]) for line in lines[1:]] == [
        cell_len(lines[0][: lines[0].index("검증")])
    ] * 2


def test_figures_speak_the_language_that_is_spoken(tmp_path, capsys):
    code, out, err = call(capsys, "theory", "value", "--out", tmp_path, "--language", "ko")
    assert code == 0, err
    assert HANGUL.search(out.splitlines()[0]) and f": {tmp_path / 'value.png'}" in out
