"""One-way translators find a known map of colours; without what makes them find it they do not.

The data is that of `benchmarks/cyclegan_fashion.py`: clothing tinted by its kind, and one matrix of colours that is the same for
every pixel. pix2pix is shown the answers; its control is shown answers that belong to other pictures. CUT is shown other
pictures in the right colours; its control has no contrastive loss.
"""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch

from sparring.data.pictures import Pictures
from sparring.engine.trainer import Trainer
from sparring.metrics.translation import psnr
from sparring.recipes import RECIPES

pytestmark = pytest.mark.slow
SMALL = {"load": 0, "crop": 0, "translator": "shuffle", "features": 32, "blocks": 2, "d_features": 32, "d_layers": 1}
SMALL |= {"batch_size": 8, "lr": 1e-3, "beta2": 0.99}


@pytest.fixture(scope="module")
def known():
    path = Path(__file__).parents[1] / "benchmarks" / "cyclegan_fashion.py"
    spec = importlib.util.spec_from_file_location("cyclegan_fashion", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = module.tinted()
    mapped = (found.x.images / 255 @ np.array(module.MAP).T).clip(0, 1) * 255
    return found, Pictures(mapped.round().astype(np.uint8))


def trained(recipe, x, y, steps, **settings):
    """The translator after so many steps, without a graph."""
    torch.manual_seed(0)
    made = RECIPES[recipe](x.spec, y.spec, **{**SMALL, **settings})
    trainer = Trainer(made, made.stream(x, y, 0))
    for _ in range(steps):
        trainer.step()
    trainer.check()
    return torch.no_grad()(trainer.game.G_xy.eval())


def distance(recipe, x, y, known, steps):
    """PSNR to the true map, in dB, after so many steps."""
    return float(psnr(trained(recipe, x, y, steps)(known.test), known.truth).mean())


def test_pix2pix_finds_the_map_from_pairs_and_not_from_shuffled_ones(known):
    found, answers = known
    paired = distance("pix2pix", found.x, answers, found, 150)
    shuffled = distance("pix2pix", found.x, Pictures(np.roll(answers.images, 1, 0)), found, 150)
    print(f"pairs {paired:.2f} dB, shuffled {shuffled:.2f} dB")
    assert paired > 24 > 18 > shuffled


def test_cut_keeps_what_is_shown_and_without_its_contrastive_loss_does_not(known):
    """Colours take longer than this; what is kept at once is what is light and dark where."""
    found, _ = known
    own = {"translator": "resnet", "features": 8, "blocks": 1, "taps": (0, 4, 8, 12), "patches": 64, "nce_width": 64}
    kept, lost = (trained("cut", found.x, found.y, 165, **own, lambda_nce=weight) for weight in (1.0, 0.0))
    near, far = (likeness(G(found.test), found.truth) for G in (kept, lost))
    print(f"correlation of grey with the truth: {near:.3f} with NCE, {far:.3f} without")
    assert near > 0.75 > 0.6 > far


def likeness(a, b):
    """Correlation of the grey of two sets of pictures (N, C, H, W), the mean over pictures."""
    a, b = (p.mean(1).flatten(1) for p in (a, b))
    a, b = (p - p.mean(1, keepdim=True) for p in (a, b))
    return float(((a * b).sum(1) / (a.norm(dim=1) * b.norm(dim=1) + 1e-6)).mean())
