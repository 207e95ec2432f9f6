"""What is said of data, settings and training: Korean that is Korean, and the same in English as the control."""

import errno
import re

import numpy as np
import pytest
import torch
from PIL import Image

from sparring import durable, settings
from sparring.data.check import check
from sparring.data.open import open_pictures
from sparring.data.phrase import phrase, phrases, said
from sparring.data.pictures import Pictures
from sparring.data.resize import check_fit, resized_in_words
from sparring.data.spec import Spec
from sparring.data.unpaired import unpaired_stream
from sparring.engine import backend, optimizer_state
from sparring.errors import SparringError
from sparring.metrics import honesty, two_sample
from sparring.recipes import cyclegan, dcgan, gan
from sparring.words import mark, translations, use_language

RNG = np.random.default_rng(11)
QUOTED = re.compile(r"`[^`]*`|'[^']*'|\([^()가-힣]*\)|\[[^][]*\]|\S*[/_=.]\S*|--\S+")
SENTENCE = re.compile(r"(?<![A-Za-z])[A-Za-z]+(?: +[A-Za-z]+){2,}")
HALF_CHOSEN = re.compile(r"[가-힣0-9%][\"'`)\]}]*(은\(는\)|이\(가\)|을\(를\)|과\(와\)|\(으\)로)")


@pytest.fixture(autouse=True)
def english():
    use_language("en")
    yield
    use_language("en")


def sentences(text):
    """Runs of three English words outside of quotes, code, paths, file names and flags."""
    return [run for line in text.splitlines() for run in SENTENCE.findall(QUOTED.sub("|", line))]


def grey(n=6, side=8):
    return RNG.integers(0, 256, (n, side, side, 1), np.uint8)


def save(path, pixels):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


@pytest.fixture
def hostile(tmp_path):
    """A folder with some of everything that goes wrong."""
    folder = tmp_path / "사진"
    for i in range(12):
        image = Image.fromarray(RNG.integers(0, 256, (6, 6, 3), np.uint8)).resize((32 + 8 * (i % 2), 32))
        save(folder / ("DCIM", "고양이")[i % 2] / f"{i}.png", np.asarray(image))
    save(folder / "DCIM" / "grey.png", RNG.integers(0, 256, (32, 32), np.uint8))
    save(folder / "DCIM" / "alpha.png", RNG.integers(0, 256, (32, 32, 4), np.uint8))
    save(folder / "DCIM" / "noise.jpg", RNG.integers(0, 256, (32, 32, 3), np.uint8))
    whole = (folder / "DCIM" / "0.png").read_bytes()
    (folder / "DCIM" / "same.png").write_bytes(whole)
    for name, content in {
        "empty.png": b"",
        "text.png": b"hello",
        "cut.png": whole[:-60],
        "cut.jpg": (folder / "DCIM" / "noise.jpg").read_bytes()[:-300],
        "notes.txt": b"x",
        "film.mp4": b"x",
        "a.heic": b"x",
        ".hidden": b"x",
    }.items():
        (folder / "DCIM" / name).write_bytes(content)
    (folder / "DCIM" / "link.png").symlink_to("nowhere")
    return folder


def test_data_check_speaks_korean_and_no_english_sentence(hostile):
    english = [check(hostile).text(), check(hostile, 32).text()]
    use_language("ko")
    korean = [check(hostile).text(), check(hostile, 32).text()]
    for theirs, ours in zip(english, korean, strict=True):
        assert len(sentences(theirs)) > 10, "control: English has them"
        assert sentences(ours) == [] and not HALF_CHOSEN.search(ours)
        assert len(theirs.splitlines()) == len(ours.splitlines())
    whole = "\n".join(korean)
    for line in (
        f"{hostile} (폴더): 쓸 수 있는 이미지 16장",
        "  32x32 10장",
        "  8비트 흑백 이미지 1장",
        "클래스 2개: DCIM 10, 고양이 6",
        "이미지가 아닌 파일 3개를 제외했습니다: ",
        "숨김 파일 1개",
        ".mp4 1개",
        "  DCIM/empty.png: 빈 파일입니다",
        "  DCIM/text.png: 이미지가 아니거나 앞부분이 손상되었습니다",
        "  DCIM/cut.png: 끝이 잘렸습니다",
        "  DCIM/cut.jpg: 끝이 잘렸습니다",
        "  DCIM/link.png: 그런 파일이나 폴더가 없습니다",
        "  이미지 6장의 가운데를 잘라 크기를 32x32로 맞추게 됩니다",
        "경고: 이미지가 16장뿐입니다. GAN이 그대로 외우게 됩니다",
    ):
        assert line in whole, line


def test_keys_of_the_json_are_the_same_in_every_language(hostile):
    english = check(hostile, 32).as_dict()
    use_language("ko")
    korean = check(hostile, 32).as_dict()
    for name in ("kind", "sizes", "forms", "classes", "ignored", "duplicates", "usable", "resized"):
        assert english[name] == korean[name], name
    assert [name for name, _ in english["skipped"]] == [name for name, _ in korean["skipped"]]
    assert dict(english["skipped"])["DCIM/empty.png"] == "empty file"
    assert dict(korean["skipped"])["DCIM/empty.png"] == "빈 파일입니다"


def test_what_the_cache_keeps_is_said_in_the_language_of_whoever_opens_it(hostile, tmp_path):
    def told():
        found = open_pictures(hostile, 32, skip_bad=True, cache=tmp_path / "cache").found
        return found["notes"], {entry["file"]: entry["reason"] for entry in found["skipped"]["files"]}

    english = told()
    use_language("ko")
    korean = told()
    assert len(list((tmp_path / "cache" / "packed").iterdir())) == 1, "packed once"
    assert english[0] == [
        "6 images were centre-cropped and resized to 32x32",
        "1 grey picture turned to RGB",
        "1 with transparency, put over white",
        "sub-folders are taken as classes: DCIM, 고양이; DCIM is named like a folder of a camera or a date, which is "
        "harmless without --conditional",
    ]
    assert korean[0][:2] == [
        "이미지 6장의 가운데를 잘라 크기를 32x32로 맞췄습니다",
        "흑백 이미지 1장을 RGB로 바꿨습니다",
    ]
    assert english[1]["DCIM/cut.png"] == "truncated" and korean[1]["DCIM/cut.png"] == "끝이 잘렸습니다"
    assert english[1]["DCIM/link.png"] == "No such file or directory"
    use_language("en")
    assert told() == english


def full_disk(at):
    with durable.room_for("가중치", at, 4_000_000):
        raise OSError(errno.ENOSPC, "No space left on device")


def two_channels(at):
    with torch.device("meta"):
        cyclegan(Spec(1, 8, 8), Spec(3, 8, 8), features=1, blocks=0, d_features=1)


ERRORS = {
    "no such source": (lambda at: open_pictures("fashoin"), "fashion을(를) 찾으셨나요?"),
    "a folder of nearly this name": (lambda at: open_pictures(at / "foldr"), "folder을(를) 찾으셨나요?"),
    "no pictures in a folder": (lambda at: open_pictures(at / "folder"), "읽을 수 있는 이미지가 없습니다."),
    "not a zip": (lambda at: open_pictures(at / "bad.zip"), "손상되었거나 zip이 아닙니다"),
    "not an IDX": (lambda at: open_pictures(at / "bad.idx"), "00 00 7f 08로 시작합니다"),
    "no gzip": (lambda at: open_pictures(at / "cut.gz"), "파일의 끝이 잘렸습니다"),
    "too many bad files": (lambda at: open_pictures(at / "bad", cache=at), "2개 중 1 %가 넘는 1개를 읽을 수 없습니다"),
    "nothing but bad files": (lambda at: open_pictures(at / "all bad", cache=at), "b.png: 빈 파일입니다"),
    "different sizes": (lambda at: open_pictures(at / "sizes", cache=at), "크기가 2가지입니다: 8x8 1장, 16x16 1장"),
    "a size that is none": (lambda at: open_pictures("fashion", "0x4"), "size 값 '0x4'는 쓸 수 없습니다"),
    "a fit that is none": (lambda at: check_fit("squeeze"), "다음 중 하나여야 합니다: cover, contain, top"),
    "one picture": (lambda at: open_pictures(np.zeros((64, 64, 3))), "이미지 한 장으로 보입니다. (N, H, W), "),
    "NaN": (lambda at: open_pictures(np.full((2, 8, 8), np.nan)), "이미지 2장 중 2장에 NaN이나 무한대 값이"),
    "labels that do not match": (lambda at: open_pictures(at / "labels.npz"), "이미지는 6장인데 레이블의 모양은 (5,)"),
    "not a picture": (lambda at: open_pictures([1]), "list 형식의 데이터는 이미지로 읽을 수 없습니다"),
    "a data set that fails": (lambda at: open_pictures(Failing()), "Failing의 0번 항목을 읽을 수 없습니다: KeyError"),
    "too many held out": (lambda at: Pictures(grey()).split(6), "이미지가 6장 있습니다. 검증용으로 6장을"),
    "too large a crop": (
        lambda at: unpaired_stream(Pictures(grey()), Pictures(grey()), 0, crop=9),
        "crop 값 9가 도메인 x의 이미지 8 x 8보다",
    ),
    "a damaged file of JSON": (lambda at: durable.read_json(at / "bad.json"), "1행 2열이 잘못되었습니다"),
    "a missing file": (lambda at: durable.read_json(at / "none"), "그런 파일이나 폴더가 없습니다"),
    "a full disk": (full_disk, "약 4.0 MB이(가) 필요한데 남은 공간은"),
    "a setting out of its range": (
        lambda at: settings.settle(gan, {"d_steps": 0}),
        "d_steps 값 0은 쓸 수 없습니다. 1에서",
    ),
    "an unknown setting": (lambda at: settings.settle(gan, {"z_dimm": 1}), " ('z_dim'을(를) 찾으셨나요?)"),
    "a word that is none": (lambda at: settings.settle(gan, {"prior": "norml"}), "하나여야 합니다: normal, uniform"),
    "no number": (lambda at: settings.settle(gan, {"lr": "fast"}), "lr 값 'fast'은(는) 쓸 수 없습니다. 수여야 합니다"),
    "no device": (lambda at: backend.find_device("warp"), "'warp'(이)라는 장치는 없습니다"),
    "no labels": (lambda at: dcgan(Spec(1, 8, 8), conditional=True), "데이터에 레이블이 없습니다"),
    "other channels": (two_channels, "lambda_identity 값 5.0은 쓸 수 없습니다"),
    "weights of another network": (
        lambda at: optimizer_state.load_networks(torch.nn.Linear(2, 2), {}),
        "파일에 없는 것: ['bias', 'weight']",
    ),
}


class Failing(torch.utils.data.Dataset):
    def __len__(self):
        return 2

    def __getitem__(self, index):
        raise KeyError("it")


@pytest.fixture
def around(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "notes.txt").write_text("x")
    (tmp_path / "bad.zip").write_bytes(b"PK nothing")
    (tmp_path / "bad.idx").write_bytes(b"\0\0\x7f\x08")
    (tmp_path / "cut.gz").write_bytes(b"\x1f\x8b\x08\0\0\0\0\0\0\0")
    (tmp_path / "bad.json").write_text("{x")
    save(tmp_path / "bad" / "a.png", grey()[0, ..., 0])
    (tmp_path / "bad" / "b.png").write_bytes(b"")
    (tmp_path / "all bad").mkdir()
    (tmp_path / "all bad" / "b.png").write_bytes(b"")
    save(tmp_path / "sizes" / "a.png", grey()[0, ..., 0])
    save(tmp_path / "sizes" / "b.png", grey(1, 16)[0, ..., 0])
    np.savez(tmp_path / "labels.npz", x=grey(), y=np.zeros(5, int))
    return tmp_path


def message(provoke, around):
    with pytest.raises((SparringError, ValueError)) as caught:
        provoke(around)
    return str(caught.value)


@pytest.mark.parametrize(("provoke", "part"), ERRORS.values(), ids=ERRORS)
def test_errors_speak_korean_with_the_right_particles(provoke, part, around):
    theirs = message(provoke, around)
    assert not re.search("[가-힣]{2} [가-힣]", theirs) and part not in theirs, "control: English is English"
    use_language("ko")
    ours = message(provoke, around)
    assert part in ours and sentences(ours) == [] and not HALF_CHOSEN.search(ours)


def test_control_an_english_sentence_and_a_particle_left_open_are_found():
    assert sentences("경고: they look the same") and sentences("a.png: cannot be read here")
    assert not sentences("'there is no such' --run.held-out photos/my file.png `sparring data check` (N, H, W)의 PNG")
    assert (
        HALF_CHOSEN.search("이미지은(는)")
        and HALF_CHOSEN.search("'폴더'을(를)")
        and not HALF_CHOSEN.search("a.png을(를)")
    )


def test_most_errors_hold_english_sentences_in_english(around):
    found = [message(provoke, around) for provoke, _ in ERRORS.values()]
    assert len([text for text in found if sentences(text)]) == len(ERRORS)


@pytest.mark.parametrize("cropped", [0, 2, 5])
@pytest.mark.parametrize("would", [False, True])
def test_every_way_to_a_size_is_said_in_both_languages(cropped, would):
    english = resized_in_words(5, cropped, (64, 48), "top", would=would)
    use_language("ko")
    korean = resized_in_words(5, cropped, (64, 48), "top", would=would)
    assert "5 images" in english and "64x48" in english and ("2 of them" in english) == (cropped == 2)
    assert "이미지 5장의" in korean and "64x48로" in korean and ("그중 2장은" in korean) == (cropped == 2)
    assert ("would" in english) == would == korean.endswith("됩니다")
    assert ("upper part kept" in english) == ("위쪽을 남기고 잘라" in korean) == (cropped > 0)


def test_measures_are_said_in_korean():
    found = two_sample.TwoSample(0.3, 0.2, 0.4, 400, False)
    probed = honesty.Honesty(0.01, {}, 0.011, 0.02, 0.015, 0.7)
    assert "significantly below chance" in two_sample.words(found) and "damped to 0.7" in honesty.words(probed)
    use_language("ko")
    assert two_sample.words(found) == (
        "샘플이 서로 다름: 새로 학습한 분류기의 정답률은 400개 중 30.0%(95 % 신뢰구간 20.0%~40.0%). 우연보다 유의하게 낮습니다"
    )
    assert honesty.words(probed).startswith("숨겨진 원본의 흔적 없음: 순환 오차는 값 범위의 1.00%")
    assert "약한 노이즈는 0.7배로 줄어듭니다" in honesty.words(probed)


def test_a_phrase_is_said_when_it_is_shown(monkeypatch):
    monkeypatch.setitem(translations(), "{n} files of {what}", "{what}의 파일 {n}개")
    monkeypatch.setitem(translations(), "the folder", "폴더")
    kept = phrases(mark("{n} file of {what}"), mark("{n} files of {what}"), 1, what=phrase(mark("the folder")))
    assert said(kept) == "1 file of the folder" and said({**kept, "n": 2}) == "2 files of the folder"
    assert said("what a {library} says") == "what a {library} says"
    use_language("ko")
    assert said(kept) == "폴더의 파일 1개"
