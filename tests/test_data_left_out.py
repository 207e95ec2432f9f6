"""Files that are left out: bad ones, HEIC, odd ones; what is said of them, and classes that are only a camera's."""

import io
import sys
import types

import numpy as np
import pytest
from PIL import Image

from sparring.data import heic
from sparring.data.check import check
from sparring.data.left_out import ignored_in_words
from sparring.data.open import open_pictures
from sparring.data.subfolders import looks_incidental, taken_as_classes
from sparring.errors import DataError

RNG = np.random.default_rng(3)


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SPARRING_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def album(tmp_path):
    """40 good pictures, 5 without a header and 5 that end early."""
    folder = tmp_path / "album"
    folder.mkdir()
    for i in range(40):
        Image.fromarray(RNG.integers(0, 256, (8, 8, 3), np.uint8)).save(folder / f"good{i:02}.png")
    whole = (folder / "good00.png").read_bytes()
    for i in range(5):
        (folder / f"nothing{i}.png").write_bytes(b"nonsense")
        (folder / f"half{i}.png").write_bytes(whole[:-60])
    return folder


def test_all_bad_files_are_named_and_the_way_out(album):
    with pytest.raises(DataError) as error:
        open_pictures(album)
    text = str(error.value)
    assert text.startswith(f"10 of 50 files in {album} cannot be read, more than 1 %:")
    assert all(f"nothing{i}.png: not a picture" in text and f"half{i}.png: " in text for i in range(5))
    assert "Repair or remove them, or pass --skip-bad" in text


def test_skip_bad_goes_on_without_them_and_decodes_nothing_twice(album, monkeypatch):
    with pytest.raises(DataError):
        open_pictures(album)
    monkeypatch.setattr("sparring.data.files.decode", lambda *_: pytest.fail("decoded again"))
    pictures = open_pictures(album, skip_bad=True)
    assert len(pictures) == 40 and pictures.found["skipped"]["count"] == 10
    assert {f["file"] for f in pictures.found["skipped"]["files"]} == {
        f"{kind}{i}.png" for kind in ("nothing", "half") for i in range(5)
    }
    with pytest.raises(DataError, match="more than 1 %"):  # control: who does not ask is still refused
        open_pictures(album)


def test_nothing_at_all_is_no_data_even_so(tmp_path):
    whole = RNG.integers(0, 256, (9, 9, 3), np.uint8)
    for name in ("b.png", "c.png"):
        Image.fromarray(whole).save(tmp_path / name)
        (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:-60])
    with pytest.raises(DataError, match=r"(?s)No file in .* can be read:\n  b\.png.*\n  c\.png"):
        open_pictures(tmp_path, skip_bad=True)
    for name in ("b.png", "c.png"):
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(DataError, match=r"(?s)No file in .* can be read:\n  b\.png: not a picture.*\n  c\.png"):
        open_pictures(tmp_path, skip_bad=True)


def test_check_says_how_to_go_on(album):
    warnings = check(album).warnings
    assert any("10 of 50 files are bad" in w and "--skip-bad" in w for w in warnings)


def test_what_is_ignored_is_counted_anew_each_time(album):
    assert open_pictures(album, skip_bad=True).found["ignored"] == {}
    for name in ("a.mp4", "b.MP4", ".hidden.png", "IMG_1.heic"):
        (album / name).write_bytes(b"x" * 40)
    found = open_pictures(album, skip_bad=True).found["ignored"]
    assert {k: n for k, n in found.items() if k != ".heic"} == {".mp4": 2, "(hidden)": 1}


def test_words_for_what_is_ignored():
    assert ignored_in_words({".heic": 59, ".HEIF".lower(): 1, ".mp4": 3, "(hidden)": 1, "(none)": 2}) == [
        "60 HEIC photos cannot be read; pip install 'sparring[heic]' or convert them",
        "6 files are not pictures and were left out: 3 .mp4, 2 without a suffix, 1 hidden",
    ]
    assert ignored_in_words({}) == []


@pytest.fixture
def no_heif(monkeypatch):
    monkeypatch.setattr(heic, "find_spec", lambda _: None)
    heic.is_readable.cache_clear()
    yield
    heic.is_readable.cache_clear()


def test_heic_without_the_extra(tmp_path, no_heif):
    (tmp_path / "IMG_1.HEIC").write_bytes(b"\0\0\0\x18ftypheic" + bytes(99))
    with pytest.raises(DataError, match=r"1 HEIC photo cannot be read; pip install 'sparring\[heic\]' or convert"):
        open_pictures(tmp_path)
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(tmp_path / "a.png")
    assert open_pictures(tmp_path).found["ignored"] == {".heic": 1}
    assert "1 HEIC photo cannot be read" in check(tmp_path).text()


def test_heic_with_a_stand_in_for_the_extra(tmp_path, monkeypatch):
    """A file with the first bytes of HEIC goes to the opener that pillow-heif registers, and to no other."""
    from PIL import PngImagePlugin

    pixels = RNG.integers(0, 256, (8, 6, 3), np.uint8)
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    head = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"

    class Heif(PngImagePlugin.PngImageFile):
        format = "HEIF"

        def _open(self):
            self.fp = io.BytesIO(self.fp.read()[len(head) :])
            super()._open()
            self.info["bit_depth"] = 10 if self.info.get("deep") else 8

    def register():
        Image.register_open("HEIF", Heif, lambda start: start[4:8] == b"ftyp")

    stand_in = types.ModuleType("pillow_heif")
    stand_in.register_heif_opener = register
    monkeypatch.setitem(sys.modules, "pillow_heif", stand_in)
    monkeypatch.setattr(heic, "find_spec", lambda name: name)
    before = dict(Image.OPEN)
    heic.is_readable.cache_clear()
    try:
        (tmp_path / "IMG_1.HEIC").write_bytes(head + content.getvalue())
        deep = PngImagePlugin.PngInfo()
        deep.add_text("deep", "yes")
        content = io.BytesIO()
        Image.fromarray(pixels).save(content, "PNG", pnginfo=deep)
        (tmp_path / "IMG_2.heic").write_bytes(head + content.getvalue())
        pictures = open_pictures(tmp_path, skip_bad=True)
    finally:
        Image.OPEN.clear()
        Image.OPEN.update(before)
        heic.is_readable.cache_clear()
    assert np.array_equal(pictures.images, pixels[None])
    skipped = [{"file": "IMG_2.heic", "reason": "a HEIC of 10 bits, which would be cut to 8; save it as 16-bit PNG"}]
    assert pictures.found["skipped"]["files"] == skipped


def test_heic_for_real(tmp_path):
    heif = pytest.importorskip("pillow_heif")
    heif.register_heif_opener()
    smooth = np.asarray(Image.fromarray(RNG.integers(0, 256, (4, 3, 3), np.uint8)).resize((48, 64)))
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.fromarray(smooth).save(tmp_path / "a.heic", quality=95)
    Image.fromarray(smooth).save(tmp_path / "b.heic", quality=95, exif=turned.tobytes())
    pictures = open_pictures(tmp_path, 48)
    assert len(pictures) == 2 and pictures.found["ignored"] == {} and pictures.found["skipped"]["count"] == 0
    upright = open_pictures(smooth[None], 48).images[0].astype(float)
    assert np.abs(pictures.images[0] - upright).mean() < 6
    assert np.abs(pictures.images[1] - np.rot90(upright, -1)).mean() < 6


def test_odd_files_are_named(tmp_path):
    for i in range(3):
        Image.fromarray(RNG.integers(0, 256, (8, 8, 3), np.uint8)).save(tmp_path / f"{i}.png")
    Image.fromarray(np.eye(8, dtype=np.float32)).save(tmp_path / "float.tif")
    with pytest.raises(DataError, match=r"3 of 8 bits, 1 of 32 bits\. Convert or remove float\.tif\."):
        open_pictures(tmp_path)
    warnings = check(tmp_path).warnings
    assert any(w.startswith("training would stop: Float pictures") and "float.tif" in w for w in warnings)


def test_odd_numbers_of_channels_are_named(tmp_path):
    tifffile = pytest.importorskip("tifffile")
    for i in range(6):
        shape = (8, 8, 3) if i < 1 else (8, 8, 7)
        tifffile.imwrite(tmp_path / f"{i}.tif", np.full(shape, i, np.uint16), planarconfig="contig")
    with pytest.raises(DataError, match=r"channels: 1 of 3, 5 of 7\. Convert or remove 0\.tif\."):
        open_pictures(tmp_path)
    assert any("training would stop" in w and "0.tif" in w for w in check(tmp_path).warnings)


@pytest.mark.parametrize("name", ["DCIM", "100CANON", "101_PANA", "2019", "2019-07-04", "20190704", "2019 여름"])
def test_folders_of_a_camera_or_a_calendar(name):
    assert looks_incidental(name)


@pytest.mark.parametrize("name", ["cats", "7", "100 dogs", "1234567", "20x20", "photos"])
def test_folders_of_a_kind(name):
    assert not looks_incidental(name)


def test_sub_folders_are_announced_with_a_hint(tmp_path):
    for folder in ("DCIM", "2019 여름", "cats"):
        (tmp_path / folder).mkdir()
        Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(tmp_path / folder / "a.png")
    (note,) = open_pictures(tmp_path).found["notes"]
    assert note.startswith(
        "sub-folders are taken as classes: 2019 여름, DCIM, cats; 2019 여름, DCIM are named like folders of a camera"
    )
    assert "harmless without --conditional" in note and note in check(tmp_path).text()
    assert taken_as_classes(tuple("abcdef")) == ["sub-folders are taken as classes: a, b, c, d, e and 1 other"]


def test_the_proposed_size_knows_the_machine(tmp_path, monkeypatch):
    for i, side in enumerate((300, 400, 500, 600)):
        Image.fromarray(np.zeros((side, side, 3), np.uint8)).save(tmp_path / f"{i}.png")
    monkeypatch.setattr("sparring.data.survey.has_accelerator", lambda: False)
    with pytest.raises(DataError, match="--size 64, quick enough on this machine's CPU, or up to --size 256,"):
        open_pictures(tmp_path)
    monkeypatch.setattr("sparring.data.survey.has_accelerator", lambda: True)
    with pytest.raises(DataError, match=r"Resize them with --size 256 \(or"):
        open_pictures(tmp_path)
    monkeypatch.setattr("sparring.data.check.has_accelerator", lambda: False)
    assert "256x256 is slow to train on this machine's CPU; --size 64 has 16 times fewer pixels" in (
        check(tmp_path, 256).warnings
    )


def test_one_size_too_many_to_name(tmp_path):
    for i in range(6):
        Image.fromarray(np.zeros((16 + i, 16, 3), np.uint8)).save(tmp_path / f"{i}.png")
    with pytest.raises(DataError, match=r"1 of 20x16 and 1 other\. Resize them with --size 16"):
        open_pictures(tmp_path)


def test_a_folder_of_nearly_this_name(tmp_path, monkeypatch):
    (tmp_path / "drawings").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=r"called 'drawing'\. Did you mean the folder drawings\?"):
        open_pictures("drawing")
    with pytest.raises(DataError, match=r"Did you mean the folder .*/drawings\?"):
        open_pictures(tmp_path / "drawngs")
