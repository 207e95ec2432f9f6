"""Classes end to end: folders without labels, a row a class, D as a classifier in `evaluate`, `classify` and while it trains."""

import csv
import io
import json

import numpy as np
import pytest
import torch
from PIL import Image
from test_cli import call
from torch import nn
from torch.nn.functional import cross_entropy

import sparring
from sparring.data.check import check
from sparring.data.open import open_pictures
from sparring.data.spec import Spec
from sparring.data.subfolders import classes_by_folder
from sparring.engine.draw import COLUMNS, ROWS, by_class, drawn
from sparring.games import GAN, Batch, Turn, noise_of
from sparring.games.acgan import d_names_classes, g_shows_classes
from sparring.networks.acgan import Discriminator
from sparring.report.grid import grid
from sparring.report.row_names import with_names
from sparring.report.sheet import sheet
from sparring.runs.folder import RunFolder
from sparring.sessions.shots import rows_of

KINDS = ("dark", "bright", "mixed")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Three classes that anyone can tell, and as many pictures without a label."""
    monkeypatch.setenv("SPARRING_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    for kind in (*KINDS, "Unlabelled"):
        place = tmp_path / "pictures" / kind
        place.mkdir(parents=True)
        for i in range(30):
            pixels = rng.integers(0, 40, (8, 8), np.uint8)
            pixels[:, 4:] += np.uint8(200 * (kind == "mixed" or (kind == "Unlabelled" and i % 3 == 2)))
            pixels[:] += np.uint8(200 * (kind == "bright" or (kind == "Unlabelled" and i % 3 == 1)))
            Image.fromarray(pixels).save(place / f"{i:02}.png")
    return tmp_path / "pictures"


def test_a_folder_called_unlabelled_is_no_class(folder):
    pictures = open_pictures(folder)
    assert pictures.class_names == ("bright", "dark", "mixed") and pictures.spec.classes == 3
    assert np.bincount(pictures.labels + 1).tolist() == [30, 30, 30, 30] and len(pictures) == 120
    found = check(folder)
    assert found.classes == {"bright": 30, "dark": 30, "mixed": 30} and found.unlabelled == 30
    assert "30 without a label" in found.text() and "Unlabelled" not in found.text().replace(str(folder), "")
    assert classes_by_folder(["a/1", "b/1", "unlabeled/x"]) == ([0, 1, -1], ("a", "b"))
    assert classes_by_folder(["a/1", "unlabelled/x"]) is None, "one class tells nothing"
    assert classes_by_folder(["a/1", "unlabelled things/x"])[0] == [0, 1], "control: another name is a class"


class Shown(nn.Module):
    """G(z, y): a picture as grey as its label, with z in one pixel."""

    def __init__(self):
        super().__init__()
        self.unused = nn.Parameter(torch.zeros(1))

    def forward(self, z, y):
        x = (y.float() / 10).view(-1, 1, 1, 1).expand(-1, 1, 3, 3).clone()
        x[:, 0, 0, 0] = z[:, 0]
        return x


@pytest.mark.parametrize("classes", [3, 30])
def test_row_i_is_class_i_and_a_column_has_one_noise(classes):
    game = GAN(Shown(), nn.Identity(), 2, classes=classes)
    m = game.maps()["samples"]
    x, rows = by_class(game, m, 5)
    assert rows == min(classes, ROWS) and len(x) == rows * COLUMNS
    greys = x[:, 0, 2, 2].view(rows, COLUMNS)
    torch.testing.assert_close(greys, (torch.arange(rows) / 10)[:, None].expand_as(greys))
    noise = x[:, 0, 0, 0].view(rows, COLUMNS)
    assert (noise == noise[0]).all() and len(set(noise[0].tolist())) == COLUMNS
    assert torch.equal(drawn(game, 64, 5, None)["samples"][1], x)
    assert rows_of(game, ("a", "b", "c")) == {
        "samples": ("a", "b", "c") if classes == 3 else tuple(map(str, range(ROWS)))
    }
    assert rows_of(GAN(Shown(), nn.Identity(), 2), ("a", "b", "c")) == {}


@pytest.mark.parametrize(("dtype", "white"), [(np.uint8, 255), (np.uint16, 65535), (np.float32, 1.0)])
@pytest.mark.parametrize("channels", [1, 3, 4, 7])
def test_names_stand_beside_their_rows(dtype, white, channels):
    pictures = np.zeros((6, 20, 20, channels), dtype)
    whole = grid(pictures, 2, scale=1)
    named = with_names(whole, ["one", "", "셋"], low=0.0, high=1.0)
    margin = named[:, : named.shape[1] - whole.shape[1]]
    assert named.dtype == dtype and (named[:, margin.shape[1] :] == whole).all()
    inked = [(margin[2 + 22 * i : 22 * i + 22, :, 0] < white / 2).sum() for i in range(3)]
    assert inked[0] > 20 and inked[1] == 0 and inked[2] > 20, "letters in the rows that have a name"
    assert margin.max() == white and (channels != 4 or (margin[..., 3] == white).all())
    long = with_names(whole, ["a" * 200, "b", "c"], 50, low=0.0, high=1.0)
    assert long.shape[1] - whole.shape[1] <= 50


def test_a_sheet_of_results_shows_rows_with_names():
    pictures = np.zeros((24, 8, 8, 1), np.uint8)
    caption, plain = sheet("samples", pictures, 500)
    said, named = sheet("samples", pictures, 500, row_names=("a", "b", "c"))
    assert caption == said == "samples" and named.width <= 500
    columns = np.flatnonzero((np.asarray(named.convert("L")) == 0).mean(0) > 0.5)
    assert (np.diff(columns) > 1).sum() == COLUMNS - 1, "eight pictures in a row"
    assert (np.diff(np.flatnonzero((np.asarray(plain.convert("L")) == 0).mean(0) > 0.5)) > 1).sum() != COLUMNS - 1


def test_acgan_pays_for_the_class_of_data_and_fakes():
    torch.manual_seed(0)
    D = Discriminator(Spec(1, 8, 8, 3), 16, dropout=0.0, noise=0.0, batch_norm=False)
    views = []
    penalties = {"classes": lambda d, view: (views.append(view), d_names_classes(d, view))[1]}
    terms = {"classes": g_shows_classes}
    game = GAN(Shown(), D, 2, penalties=penalties, terms=terms, classes=3, d_told=False)
    game.G.forward = lambda z, y: (y.float() / 3).view(-1, 1, 1, 1).expand(-1, 1, 8, 8) + 0 * z.sum() + game.G.unused
    x, y = torch.randn(6, 1, 8, 8), torch.tensor([2, -1, 0, -1, -1, 1])
    paid = game.d_pays(Batch(x, y), Turn(noise_of(0, "D", 0))).paid["classes"]
    (view,) = views
    known = cross_entropy(D(x[y >= 0])["classes"], y[y >= 0])
    fake = cross_entropy(D(view.fake)["classes"], view.fake_y)
    torch.testing.assert_close(paid, known + fake)
    none = game.d_pays(Batch(x, torch.full_like(y, -1)), Turn(noise_of(0, "D", 0))).paid["classes"]
    torch.testing.assert_close(none, cross_entropy(D(views[1].fake)["classes"], views[1].fake_y))
    made = game.g_pays(Batch(x, y), Turn(noise_of(0, "G", 0))).paid["classes"]
    assert made.requires_grad and torch.autograd.grad(made, game.G.unused)[0].abs() > 1e-6


def test_the_discriminator_of_acgan_is_the_papers_at_32_pixels():
    with torch.device("meta"):
        D = Discriminator(Spec(3, 32, 32, 10), 512)
    convolutions = [m for m in D.modules() if isinstance(m, nn.Conv2d)]
    assert [m.out_channels for m in convolutions] == [16, 32, 64, 128, 256, 512]
    assert [m.stride[0] for m in convolutions] == [2, 1, 2, 1, 2, 1]
    assert D.classes.in_features == 512 * 4 * 4


def test_a_classifier_from_few_labels_end_to_end(folder, capsys):
    flags = ["--g-hidden", "16", "--d-hidden", "32", "16", "--z-dim", "8", "--batch-size", "40", "--input-noise", ".1"]
    run = [
        "--run.threads",
        "1",
        "--steps",
        "60",
        "--run.log-every",
        "20",
        "--run.sample-every",
        "60",
        "--run.held-out",
        "24",
    ]
    best = ["--run.evaluate", "40", "--run.best", "classification_accuracy", "--run.features", "random"]
    code, out, err = call(capsys, "train", "sgan", "--data", "pictures", "--labels", "9", *flags, *run, *best)
    assert code == 0, err
    assert "96 of 8 x 8 x 1, 9 with a label, 24 held out" in out
    home = RunFolder.open(folder.parent / "runs" / "0001-sgan-pictures")
    assert home.config["run"]["labels"] == 9
    assert home.read_metrics()[-1]["held_out/measured/classification_accuracy"] > 0.9
    measured = home.read_measured()[-1]["values"]["classification_accuracy"]
    assert measured[0] > 0.9 and measured[1] < measured[0]
    code, out, err = call(
        capsys, "evaluate", "1", "--metrics", "classification_accuracy", "--json", "--features", "random"
    )
    assert code == 0, err
    assert json.loads(out)["values"]["classification_accuracy"] == pytest.approx(measured)
    (folder / "dark" / "broken.png").write_bytes(b"nonsense")
    Image.fromarray(np.full((40, 60, 3), 240, np.uint8)).save("large.png")
    code, out, err = call(capsys, "classify", "1", "large.png", "pictures/dark", "--out", "labels.csv")
    assert code == 3 and "broken.png: not a picture" in err and "1 of 32 could not be classified" in err
    rows = list(csv.reader(io.StringIO((folder.parent / "labels.csv").read_text())))
    assert rows[0] == ["file", "label", "probability"] and len(rows) == 32
    found = {file: label for file, label, _ in rows[1:]}
    assert found["large.png"] == "bright" and sum(label == "dark" for label in found.values()) >= 28
    assert all(0.3 < float(share) <= 1 for _, _, share in rows[1:])


def test_a_conditional_run_shows_its_classes_and_one_without_a_classifier_says_so(folder, capsys):
    small = ["--features", "2", "--d-features", "4", "--z-dim", "4", "--batch-size", "8", "--run.threads", "1"]
    run = ["--steps", "2", "--run.sample-every", "2", "--run.log-every", "1"]
    code, _, err = call(capsys, "train", "acgan", "--data", "pictures", *small, *run)
    assert code == 0, err
    home = folder.parent / "runs" / "0001-acgan-pictures"
    with Image.open(home / "samples" / "00000002.png") as sheet_of_classes:
        assert sheet_of_classes.width > 2 + COLUMNS * (8 * 12 + 2) and sheet_of_classes.mode == "L"
        pixels = np.asarray(sheet_of_classes)
    lines = np.flatnonzero((pixels == 255).all(1))
    assert (np.diff(lines) > 1).sum() == 3, "three rows"
    for label in ("bright", "2"):
        code, _, err = call(capsys, "sample", "1", "--count", "4", "--label", label)
        assert code == 0, err
    assert sparring.load(home).sample(3, label="MIXED").tensor.shape == (3, 1, 8, 8)
    code, _, err = call(capsys, "classify", "1", "pictures/dark/00.png")
    assert code == 0, err
    gan = ["--g-hidden", "4", "--d-hidden", "4", "--z-dim", "4", "--batch-size", "8", "--run.threads", "1", *run]
    assert call(capsys, "train", "gan", "--data", "pictures", *gan)[0] == 0
    code, _, err = call(capsys, "classify", "2", "pictures/dark/00.png")
    assert code == 2 and "the D of gan names no classes; train sgan or acgan" in err
    code, _, err = call(capsys, "evaluate", "2", "--metrics", "classification_accuracy")
    assert code == 2 and "a run whose D classifies" in err
