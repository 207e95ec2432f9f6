"""The ladder: what each distance makes of real pictures, a light blur, a strong one, noise, and pictures of another set.

Three of them climb it. Precision and density reward a blur, recall rewards noise, and coverage of plain pixels does not see a blur:
that is pinned here and said in their docstrings.
"""

from itertools import pairwise

import pytest
import torch
from torch.nn.functional import avg_pool2d, interpolate

from sparring.data.embedded_sets import emoji, fashion
from sparring.metrics import honesty
from sparring.metrics.frechet import frechet
from sparring.metrics.kernel import kernel_distance
from sparring.metrics.manifold import density_coverage, precision_recall
from sparring.metrics.moments import Moments
from sparring.metrics.translation import plain_features

N = 400
FEATURES = {"pixels": lambda x: x.flatten(1), "plain": plain_features}


def pictures(opened):
    order = torch.randperm(len(opened), generator=torch.Generator().manual_seed(0))[: 2 * N]
    return opened.batch(order)[0]


def blurred(x, times):
    for _ in range(times):
        x = honesty.blur(x)
    return x


@pytest.fixture(scope="module")
def ladder():
    """By set and features: a row of each rung."""
    sets = {"fashion": pictures(fashion()), "emoji": avg_pool2d(pictures(emoji()), 2)}
    found = {}
    for name, x in sets.items():
        other = sets["emoji" if name == "fashion" else "fashion"][:N].mean(1, keepdim=True)
        noise = torch.randn(x[:N].shape, generator=torch.Generator().manual_seed(1))
        rungs = {
            "real": x[N:],
            "light": blurred(x[N:], 1),
            "strong": blurred(x[N:], 4),
            "noise": (x[N:] + 0.5 * noise).clamp(-1, 1),
            "other": interpolate(other, x.shape[2:], mode="bilinear", antialias=True).expand(-1, x.shape[1], -1, -1),
        }
        for kind, of in FEATURES.items():
            real = of(x[:N])
            found[name, kind] = {rung: measured(of(fake), real) for rung, fake in rungs.items()}
    return found


def measured(fake, real):
    precision, recall = precision_recall(fake, real)
    density, coverage = density_coverage(fake, real)
    return {
        "frechet": frechet(Moments.of(fake), Moments.of(real)),
        "kernel": kernel_distance(fake, real),
        "precision": precision,
        "recall": recall,
        "density": density,
        "coverage": coverage,
    }


CASES = [(name, kind) for name in ("fashion", "emoji") for kind in FEATURES]


RUNGS = ("real", "light", "strong", "noise", "other")


def climbs(values):
    return all(a < b for a, b in pairwise(values))


@pytest.mark.parametrize("case", CASES)
def test_frechet_and_kernel_distance_climb_every_rung(ladder, case):
    rows = ladder[case]
    assert climbs([rows[rung]["frechet"] for rung in RUNGS])
    assert climbs([rows[rung]["kernel"].value for rung in RUNGS])
    assert rows["real"]["kernel"].low <= 0 <= rows["real"]["kernel"].high
    assert all(rows[rung]["kernel"].low > 0 for rung in RUNGS[2:])


@pytest.mark.parametrize("case", CASES)
def test_recall_falls_with_a_blur_and_noise_fools_it_in_pixels(ladder, case):
    lost = {rung: 1 - ladder[case][rung]["recall"] for rung in RUNGS}
    assert climbs([lost["real"], lost["light"], lost["strong"]]) and lost["other"] == 1
    if case[1] == "pixels":
        assert lost["noise"] < lost["real"] / 5, "balls around noisy pictures are large and hold everything"
    else:
        assert lost["noise"] > 3 * lost["real"]


@pytest.mark.parametrize("case", CASES)
def test_precision_and_density_reward_a_blur(ladder, case):
    precision, density = ({rung: ladder[case][rung][name] for rung in RUNGS} for name in ("precision", "density"))
    assert precision["light"] > precision["real"] and precision["strong"] > precision["real"]
    assert density["light"] > 1.2 * density["real"] and density["strong"] > 1.1 * density["real"]
    assert climbs([precision["other"] - 1e-9, precision["noise"], precision["real"]]) and precision["other"] == 0
    assert density["noise"] < 0.2 and density["other"] == 0


@pytest.mark.parametrize("case", CASES)
def test_coverage_sees_noise_and_other_pictures_but_hardly_a_blur(ladder, case):
    coverage = {rung: ladder[case][rung]["coverage"] for rung in RUNGS}
    assert coverage["real"] == pytest.approx(1 - 2**-5, abs=0.025)
    assert climbs([coverage[rung] for rung in ("noise", "strong", "real")]) and coverage["noise"] < 0.1
    assert coverage["other"] == 0
    if case == ("fashion", "plain"):
        assert climbs([coverage["strong"], coverage["light"], coverage["real"]])
    else:
        assert coverage["light"] >= coverage["real"], "a light blur brings every picture nearer to its neighbours"


def test_with_fewer_pictures_than_features_the_frechet_distance_prefers_a_blur(ladder):
    """80 pictures in 768 pixels: what two real sets lack in common is larger than what a light blur does."""
    x = avg_pool2d(pictures(emoji())[:160], 2)
    real, test, light = (Moments.of(part.flatten(1)) for part in (x[:80], x[80:], blurred(x[80:], 1)))
    assert frechet(light, real) < frechet(test, real)
    many = ladder["emoji", "pixels"]
    assert many["light"]["frechet"] > many["real"]["frechet"], "control: 400"
