"""One call that measures: what the numbers are, what they do not depend on, and what is refused."""

import json

import numpy as np
import pytest
import torch
from small import pictures

from sparring.data.pictures import Pictures
from sparring.errors import CommandError, DataError, ModelError
from sparring.measure import inception, reference
from sparring.measure.card import Card, card_of, unlike
from sparring.measure.fakes import as_saved
from sparring.measure.features import Features, find_features
from sparring.measure.measure import from_json, measure
from sparring.measure.memorised import nearest_pictures
from sparring.measure.reference import Reference
from sparring.measure.table import METRICS, title
from sparring.metrics.moments import Moments
from sparring.metrics.value import Value

MANIFOLD = ("precision", "recall", "density", "coverage")
FEW = Features("few", lambda x: x.mean(3).flatten(1)[:, :6], 6, "0" * 64, "none")


def blobs(n=200, channels=1, side=12, seed=0, bits=8):
    coarse = torch.rand(n, channels, 4, 4, generator=torch.Generator().manual_seed(seed))
    smooth = torch.nn.functional.interpolate(coarse, side, mode="bilinear").permute(0, 2, 3, 1).numpy()
    stored = (smooth * (2**bits - 1)).round().astype({8: np.uint8, 16: np.uint16}[bits])
    return Pictures(stored, np.arange(n) % 3, ("a", "b", "c"), name="blobs")


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def everything(p):
    return p.batch(torch.arange(len(p)))


def test_a_set_against_itself(cache):
    found = measure(blobs(), blobs(), metrics=["frechet_distance", *MANIFOLD], features="random", cache=cache)
    assert found.values["frechet_distance"].value == pytest.approx(0, abs=1e-6)
    assert [found.values[name].value for name in MANIFOLD] == [1, 1, pytest.approx(1), 1]
    negative = -everything(blobs(seed=1))[0]
    other = measure(negative, blobs(), metrics=["frechet_distance", "coverage"], features="random", cache=cache)
    assert other.values["frechet_distance"].value > 0.02 and other.values["coverage"].value < 1, "control"


def test_a_stream_in_parts_measures_as_the_whole(cache):
    x, y = everything(blobs(seed=1))
    names = ["frechet_distance", "kernel_distance", *MANIFOLD, "diversity"]
    whole = measure([(x, y)], blobs(), metrics=names, features="random", cache=cache)
    parts = measure(
        ((x[i : i + 7], y[i : i + 7]) for i in range(0, 200, 7)), blobs(), metrics=names, features="random", cache=cache
    )
    for name in names:
        ends = [(a, b) for a, b in zip(parts.values[name], whole.values[name], strict=True) if b is not None]
        assert all(a == pytest.approx(b, rel=1e-5, abs=1e-7) for a, b in ends), name
    assert parts.card == whole.card and whole.card.fake == 200


def test_no_more_is_asked_of_a_stream_than_is_wanted(cache):
    asked = []

    def stream():
        for i in range(100):
            asked.append(i)
            yield torch.full((8, 1, 12, 12), i / 100) + torch.rand(8, 1, 12, 12) / 10

    found = measure(stream(), blobs(), metrics=["coverage"], features=FEW, count=20, cache=cache)
    assert (found.card.fake, found.card.real, len(asked)) == (20, 20, 3)


def test_memory_stays_bounded(monkeypatch, cache):
    from sparring.measure import fakes

    monkeypatch.setattr(fakes, "BYTES", 4 * 144 * 50)
    gathered = fakes.gather(blobs(), FEW, blobs().spec, 1000, 30)
    assert (gathered.known.n, len(gathered.known.features), len(gathered.x), len(gathered.y)) == (200, 30, 50, 50)
    assert gathered.known.moments.mean == pytest.approx(Moments.of(FEW.of(everything(blobs())[0])).mean, abs=1e-6)


def test_pictures_score_alike_from_memory_and_from_files(cache):
    """Whatever a generator draws between two levels of grey, a file cannot hold it."""
    x = everything(blobs(60, seed=1))[0] + 0.6 / 255 * torch.rand(60, 1, 12, 12)
    names = ["frechet_distance", "two_sample"]
    drawn = measure(x, blobs(), metrics=names, features="pixels", cache=cache)
    saved = measure(as_saved(x, blobs().spec), blobs(), metrics=names, features="pixels", cache=cache)
    assert drawn.values == saved.values
    assert as_saved(torch.full((1, 1, 12, 12), 1.7), blobs().spec).unique().tolist() == [1]
    deep = blobs(bits=16).spec
    assert as_saved(torch.full((1, 1, 12, 12), 0.001), deep).unique().item() == pytest.approx(0.001, abs=2e-5)
    assert as_saved(torch.full((1, 1, 12, 12), 0.001), blobs().spec).unique().item() == pytest.approx(1 / 255)


def counting(name="random"):
    """Random features that count their calls."""
    calls = []
    plain = find_features("random", blobs())
    return plain._replace(name=name, of=lambda x: calls.append(len(x)) or plain.of(x)), calls


def test_the_reference_is_looked_at_once(cache):
    def known():
        features, calls = counting()
        return reference.known(blobs(), "all", features, 150, 40, cache), sum(calls)

    (made, looked), (read, again) = known(), known()
    assert (looked, again) == (150, 0)
    assert torch.equal(made.features, read.features) and made.features.shape == (40, 448)
    assert made.n == read.n == 150 and torch.equal(made.moments.scatter, read.moments.scatter)


@pytest.mark.parametrize("change", ["digest", "part", "features", "count", "kept"])
def test_another_reference_is_looked_at_again(change, cache):
    features, calls = counting()
    reference.known(blobs(), "all", features, 150, 40, cache)
    if change == "features":
        features = features._replace(digest="1" * 64)
    args = (blobs(seed=int(change == "digest")), "training" if change == "part" else "all", features)
    reference.known(*args, 149 if change == "count" else 150, 41 if change == "kept" else 40, cache)
    assert sum(calls) > 150


@pytest.mark.parametrize("damage", ["cut", "flipped header", "nan", "shape", "folder", "empty"])
def test_a_damaged_cache_is_made_anew(damage, cache):
    from safetensors.torch import load_file, save_file

    features, calls = counting()
    first = reference.known(blobs(), "all", features, 150, 40, cache)
    (file,) = (cache / "measure").glob("reference-*")
    data, tensors = file.read_bytes(), load_file(file)
    if damage == "nan":
        tensors["mean"][3] = torch.nan
    if damage == "shape":
        tensors["features"] = tensors["features"][:39].contiguous()
    if damage in ("nan", "shape"):
        save_file(tensors, file)
    elif damage == "folder":
        file.unlink()
        file.mkdir()
    else:
        file.write_bytes({"cut": data[:-9], "flipped header": b"\xff" * 8 + data[8:], "empty": b""}[damage])
    again = reference.known(blobs(), "all", features, 150, 40, cache)
    assert sum(calls) == 300 and torch.equal(first.features, again.features)
    if damage != "folder":
        assert file.read_bytes() == data


def test_features_of_a_function_are_never_kept(cache):
    """Its name does not say what it does."""
    for factor in (1.0, 2.0):

        def own(x, factor=factor):
            return x.mean(3).flatten(1) * factor

        found = measure(blobs(seed=1), blobs(), metrics=["frechet_distance"], features=own, cache=cache)
        distance = found.values["frechet_distance"].value
        first = distance if factor == 1 else first  # noqa: F821
    assert distance == pytest.approx(4 * first, rel=1e-6) and not (cache / "measure").exists()


def test_all_that_can_be_measured_is_and_the_numbers_are_those_of_the_metrics(cache):
    from sparring.metrics.frechet import frechet
    from sparring.metrics.kernel import kernel_distance

    training, held_out = blobs(300).split(100)
    x, y = everything(blobs(120, seed=3))
    asked, names = [], len(held_out.class_names)

    def own(pictures):
        """A classifier that knows class 1 alone."""
        asked.append(pictures)
        return torch.eye(names)[torch.ones(len(pictures), dtype=torch.int64)]

    of = Reference.of(training, held_out)
    found = measure([(x, y)], of, features=FEW, cache=cache, weights="newest", own=own)
    assert list(found.values) == list(METRICS)
    assert (
        found.values["classification_accuracy"].value == (held_out.labels == 1).mean() and sum(map(len, asked)) == 100
    )
    (warning,) = found.warnings  # labels of blobs mean nothing
    assert warning.startswith("the classifier is right on") and warning.endswith("what it says of labels is rough")
    fake, real = FEW.of(x), FEW.of(everything(held_out)[0])
    assert found.values["frechet_distance"].value == pytest.approx(
        frechet(Moments.of(fake), Moments.of(real)), rel=1e-5
    )
    assert found.values["kernel_distance"] == pytest.approx(kernel_distance(fake, real), rel=1e-4)
    assert found.card[:8] == ("blobs", held_out.digest(), "held out", 100, 120, 12, 12, 1)
    assert found.card[8:13] == ("few", "0" * 64, "none", 0, "newest")
    assert found.card.versions["torch"] == torch.__version__


def test_without_labels_and_parts_what_needs_them_is_left_out(cache):
    plain = Pictures(blobs().images, name="plain")
    found = measure(blobs(seed=1), plain, features=FEW, cache=cache)
    assert list(found.values) == [n for n, m in METRICS.items() if not m.needs or m.needs == ("moments",)]
    assert found.card.part == "all"


@pytest.mark.parametrize(
    ("metric", "what"),
    [
        ("nearer_to_training", "training images and held-out images"),
        ("label_agreement", "generated images with labels, and real ones with labels"),
        ("rarest_class", "real images with labels of two classes or more"),
        ("classification_accuracy", "a run whose D classifies, and held-out images with labels"),
    ],
)
def test_what_was_asked_for_and_cannot_be_is_refused(metric, what, cache):
    plain = Pictures(blobs().images, name="plain")
    with pytest.raises(CommandError, match=f"{metric} needs {what}, and there are none"):
        measure(blobs(seed=1), plain, metrics=[metric], features=FEW, cache=cache)


def test_copies_are_nearer_to_training_and_fresh_ones_are_not(cache):
    training, held_out = blobs(600).split(300)
    parts = Reference.of(training, held_out)
    copies = everything(training)[0] + 0.02
    copied = measure(copies, parts, metrics=["nearer_to_training"], features="pixels", cache=cache)
    fresh = measure(blobs(300, seed=9), parts, metrics=["nearer_to_training"], features="pixels", cache=cache)
    assert copied.values["nearer_to_training"].low > 0.9
    low, high = fresh.values["nearer_to_training"][1:]
    assert low < 0.5 < high


def test_diversity_is_beside_real_pictures(cache):
    x = everything(blobs(seed=1))[0]
    one, same = x[:1].expand(200, -1, -1, -1), measure(x, blobs(), metrics=["diversity"], features=FEW, cache=cache)
    assert same.values["diversity"].value == pytest.approx(1, abs=0.1)
    half = measure(x / 2, blobs(), metrics=["diversity"], features=FEW, cache=cache)
    assert half.values["diversity"].value == pytest.approx(same.values["diversity"].value / 2, rel=0.01)
    assert measure(one, blobs(), metrics=["diversity"], features=FEW, cache=cache).values["diversity"].value == 0


def test_fewer_pictures_than_features_are_warned_of(cache):
    found = measure(blobs(50), blobs(), metrics=["frechet_distance"], features="random", cache=cache)
    assert found.warnings == [
        "the smaller set has 50 images, fewer than the 448 features of random: the Frechet distance is much too large; the kernel "
        "distance has no such bias"
    ]
    assert measure(blobs(50), blobs(), metrics=["frechet_distance"], features=FEW, cache=cache).warnings == []


def test_too_many_features_have_no_frechet_distance(cache):
    big = pictures(30, side=70)
    found = measure(big, big, features="pixels", cache=cache, metrics=None)
    assert "frechet_distance" not in found.values and found.values["recall"].value == 1
    assert "pixels has 4,900 features, too many for a Frechet distance" in found.warnings[0]
    with pytest.raises(CommandError, match="frechet_distance needs features of at most 4,096 numbers"):
        measure(big, big, features="pixels", cache=cache, metrics=["frechet_distance"])


def test_what_is_not_compared_is_said(cache):
    found = measure(blobs(seed=1), blobs(), metrics=["coverage"], features=FEW, kept=50, cache=cache)
    assert found.warnings == [
        "kernel distance, precision, recall, density and coverage are of 50 real and 50 generated images"
    ]
    assert found.card.real == 200 and found.card.kept == 50


def test_too_few_are_refused_where_asked_and_said_where_not(cache):
    x = everything(blobs(seed=1))[0][:3]
    with pytest.raises(CommandError, match="precision cannot be measured: k is 3"):
        measure(x, blobs(), metrics=["precision"], features=FEW, cache=cache)
    found = measure(x, Pictures(blobs(40).images), features=FEW, cache=cache)
    assert "precision" not in found.values and "coverage" in found.values
    assert any(line.startswith("precision cannot be measured") for line in found.warnings)
    with pytest.raises(CommandError, match="there are 1 generated images"):
        measure(x[:1], blobs(), features=FEW, cache=cache)


def test_fid_is_a_number_in_inception_features_only(monkeypatch, cache):
    with pytest.raises(
        CommandError, match="FID is a number in Inception features only, these are few; ask for frechet_dist"
    ):
        measure(blobs(), blobs(), metrics=["fid"], features=FEW, cache=cache)
    real = FEW._replace(name="inception", digest=inception.SHA256)
    found = measure(blobs(seed=1), blobs(), metrics=["kid", "fid"], features=real, cache=cache)
    assert list(found.values) == ["frechet_distance", "kernel_distance"]
    assert [title(name, found.card) for name in found.values] == ["FID", "KID"]
    assert title("frechet_distance", found.card._replace(features_digest="0" * 64)) == "Frechet distance (inception)"
    assert title("recall", found.card) == "recall"


def test_what_makes_no_sense_is_refused(cache):
    with pytest.raises(CommandError, match="there is no metric 'is'; use frechet_distance"):
        measure(blobs(), blobs(), metrics=["is"], features=FEW, cache=cache)
    with pytest.raises(CommandError, match="weights are 'best', count 1"):
        measure(blobs(), blobs(), weights="best", count=1, cache=cache)
    with pytest.raises(DataError, match=r"generated images are \(1, 16, 16\), real ones \(1, 12, 12\)"):
        measure(pictures(5), blobs(), features=FEW, cache=cache)
    with pytest.raises(ModelError, match="not finite"):
        measure(torch.full((4, 1, 12, 12), torch.nan), blobs(), features=FEW, cache=cache)
    with pytest.raises(CommandError, match="some generated images have labels"):
        measure(
            [(torch.zeros(4, 1, 12, 12), torch.zeros(4)), torch.zeros(4, 1, 12, 12)], blobs(), features=FEW, cache=cache
        )


def test_measuring_is_a_function_of_the_seed_and_leaves_chance_alone(cache):
    torch.manual_seed(2)
    before = torch.get_rng_state()
    names = ["two_sample", "frechet_distance", "classification_accuracy_score"]
    x, y = everything(blobs(60, seed=1))
    found = [measure([(x, y)], blobs(60), metrics=names, features="random", seed=s, cache=cache) for s in (0, 0, 1)]
    assert torch.equal(before, torch.get_rng_state())
    assert found[0] == found[1] and found[0].values != found[2].values


def test_progress_is_told(cache):
    told = []
    measure(
        blobs(seed=1), blobs(), metrics=["recall"], features="random", cache=cache, progress=lambda *a: told.append(a)
    )
    assert told == [
        ("features of real images", 200, 200),
        ("features of generated images", 200, 50_000),
        ("recall", 0, 1),
    ]


CARD = Card(
    "a", "1" * 64, "held out", 1000, 500, 28, 28, 1, "random", "2" * 64, "none", 0, "average", {"torch": "2"}, 800
)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"reference": "b", "reference_digest": "3" * 64}, "against the real images 'a' and 'b'"),
        ({"reference_digest": "3" * 64}, "two different sets of real images are called 'a'"),
        ({"part": "all"}, "against the part 'held out' and the part 'all' of the data"),
        ({"height": 32}, "of 28 x 28 x 1 and 32 x 28 x 1 (height x width x channels)"),
        ({"features": "pixels"}, "in the features 'random' and 'pixels'"),
        ({"features_digest": "4" * 64}, "in features 'random' with different weights"),
        ({"resize": "area"}, "resized in different ways: none and area"),
        ({"real": 999}, "of 1,000 and 999 real images"),
        ({"fake": 501}, "of 500 and 501 generated images"),
        ({"kept": 700}, "at most 800 and 700 images compared one by one"),
    ],
)
def test_cards_that_do_not_compare_say_why(change, line):
    assert unlike(CARD, CARD._replace(**change)) == [line]


def test_cards_that_compare():
    assert unlike(CARD, CARD._replace(seed=1, weights="newest", versions={}, reference="of another name")) == []
    assert unlike(CARD, CARD._replace(real=999, fake=400, part="all"))[1:] == ["of 1,000 and 999 real images",
                                                                              "of 500 and 400 generated images"]  # fmt: skip
    assert unlike(CARD._replace(kept=2000), CARD._replace(kept=1000)) == [], "neither kept fewer than there were"


def test_json_there_and_back(cache):
    found = measure(blobs(50), blobs(), metrics=["kernel_distance", "recall"], features="random", cache=cache)
    assert from_json(json.loads(json.dumps(found.as_json()))) == found
    assert found.values["kernel_distance"].low is not None and found.values["recall"] == Value(*found.values["recall"])


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (("values", "recall"), [0.5, None], "values.recall is"),
        (("values", "recall"), [0.5, 0.4, None], "values.recall is"),
        (("values", "recall"), [float("nan"), None, None], "values.recall is nan"),
        (("values", "recall"), [True, None, None], "values.recall is True"),
        (("values", "beauty"), [1.0, None, None], "values.beauty is"),
        (("values",), [], "values is"),
        (("warnings",), ["a", 1], "warnings is"),
        (("card",), None, "card is None"),
        (("card", "real"), 0, "card.real is 0"),
        (("card", "real"), 5.0, "card.real is 5.0"),
        (("card", "part"), "some", "card.part is 'some'"),
        (("card", "weights"), "best", "card.weights is 'best'"),
        (("card", "versions"), {"torch": 2}, "card.versions is"),
        (("card", "more"), 1, "unknown fields: card.more"),
        (("more",), 1, "unknown fields: measurement.more"),
    ],
)
def test_json_is_read_strictly(path, value, why):
    found = {"values": {"recall": [0.5, None, None]}, "card": CARD.as_json(), "warnings": []}
    from_json(found)
    inner = found
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    with pytest.raises(ModelError, match=why):
        from_json(found)


def test_a_card_that_lacks_something_is_refused():
    values = CARD.as_json()
    del values["seed"], values["kept"]
    with pytest.raises(ModelError, match=r"a measurement lacks card\.seed, card\.kept"):
        card_of(values)


def test_samples_stand_beside_their_nearest_training_pictures(monkeypatch):
    monkeypatch.setattr(reference, "PART_PIXELS", 50 * 144)  # training pictures come in six parts
    training = blobs(300)
    rows = torch.tensor([7, 250, 31])
    x = training.batch(rows)[0]
    samples = torch.stack([x[0] * 0.5, x[1], x[2] * 0.95])
    found = nearest_pictures(samples, training, find_features("pixels", training))
    assert found.distances[0] == 0 and (np.diff(found.distances) > 0).all(), "copies first"
    assert (found.samples[0] == training.stored(np.array([250]))[0]).all()
    assert (found.nearest[:2] == training.stored(np.array([250, 31]))).all()
    assert found.sheet().shape == (3, 12, 24, 1) and (found.sheet()[1, :, 12:] == found.nearest[1]).all()
    apart = [((samples[0] - training.batch(torch.tensor([i]))[0][0]) ** 2).sum().sqrt().item() for i in range(300)]
    assert max(found.distances) == pytest.approx(min(apart), rel=0.02)


def test_a_measure_speaks_korean(cache):
    from sparring.words import use_language

    use_language("ko")
    try:
        with pytest.raises(CommandError, match="'is' 지표는 없습니다"):
            measure(blobs(), blobs(), metrics=["is"], features=FEW, cache=cache)
        assert title("frechet_distance", CARD) == "프레셰 거리(random)"
    finally:
        use_language("en")
