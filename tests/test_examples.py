"""The examples: what is written out trains, bit for bit, what the trainer trains."""

import importlib.util
from pathlib import Path

import torch

from sparring import open_pictures
from sparring.data.streams import picture_stream
from sparring.engine.trainer import Trainer
from sparring.recipes import cyclegan, gan


def example(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parents[1] / "examples" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def assert_equal_after_three_steps_and_not_after_four(trainer, networks, unrolled):
    for _ in range(3):
        trainer.step()
    for name, theirs in zip(networks, unrolled, strict=True):
        mine = getattr(trainer.game, name)
        assert len(list(mine.parameters())) > 3
        for p, q in zip(mine.parameters(), theirs.parameters(), strict=True):
            assert torch.equal(p, q), name
    trainer.step()
    first = getattr(trainer.game, networks[0])
    assert not torch.equal(next(first.parameters()), next(unrolled[0].parameters())), "a fourth step differs"


def test_the_unrolled_gan_is_the_trainer_s_bit_for_bit():
    unrolled = example("unrolled_gan")
    networks = unrolled.main(3)
    pictures = open_pictures("fashion")
    torch.manual_seed(unrolled.SEED)
    experiment = gan(pictures.spec, **unrolled.SETTINGS)
    trainer = Trainer(experiment, picture_stream(pictures, unrolled.SEED), seed=unrolled.SEED)
    assert_equal_after_three_steps_and_not_after_four(trainer, ("G", "D"), networks)


def test_the_unrolled_cyclegan_is_the_trainer_s_bit_for_bit():
    unrolled = example("unrolled_cyclegan")
    unrolled.POOL = 6  # so that three steps already swap
    networks = unrolled.main(3)
    x, y = unrolled.domains()
    torch.manual_seed(unrolled.SEED)
    experiment = cyclegan(x.spec, y.spec, **unrolled.SETTINGS, pool=6)
    trainer = Trainer(experiment, experiment.stream(x, y, unrolled.SEED), seed=unrolled.SEED)
    assert_equal_after_three_steps_and_not_after_four(trainer, ("G_xy", "G_yx", "D_x", "D_y"), networks)
