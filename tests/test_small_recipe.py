"""`small`, and lengths that settings follow."""

import numpy as np
import pytest

import sparring
from sparring.data.pictures import Pictures
from sparring.data.spec import Spec
from sparring.engine.calibrate import Pace, Way
from sparring.recipes import small
from sparring.runs.folder import RunFolder
from sparring.sessions import length, pace
from sparring.sessions.build import plan
from sparring.sessions.config import Config
from sparring.sessions.dry_run import dry_run
from sparring.sessions.length import fitted
from sparring.sessions.options import Run

SPEC = Spec(1, 8, 8, count=30)
PICTURES = np.random.default_rng(0).integers(0, 256, (40, 8, 8), np.uint8)


def rates(experiment, *images):
    """The learning rates of both players after so many images."""
    found = []
    for seen in images:
        for schedule in experiment.schedules:
            schedule.put(schedule.law(seen))
        found.append({float(o.param_groups[0]["lr"]) for o in experiment.optimizers.values()})
    return found


def test_its_rates_fall_to_the_end_of_the_length_and_stay_there():
    for images in (4000, 50_000):
        begin, end, after = rates(small(SPEC, images=images, features=4), 0, images, 3 * images)
        assert begin == {2e-3} and end == after and max(end) == pytest.approx(1e-4)


def test_what_it_chooses_follows_the_length_and_is_said():
    for images, half_life in ((4000, 400), (1_000_000, 10_000)):
        made = small(SPEC, images=images, features=4)
        assert made.ema_half_life == half_life and made.chosen["ema"] == f"{half_life:,} (for {images:,} images)"
    told = small(SPEC, images=1_000_000, features=4, ema=7)
    assert told.ema_half_life == 7 and not {"ema", "images"} & told.chosen.keys()
    assert small(SPEC).images == 200_000 and small(SPEC).chosen["images"] == "200,000 (no length is given)"


@pytest.mark.parametrize(("run", "images"), [({"images": 640}, 640), ({"steps": 10}, 320), ({"epochs": 3}, 108)])
def test_an_open_length_is_that_of_the_run(run, images, tmp_path):
    """Of 40 pictures 4 are held out; resumed for longer, the run goes on at the last rate and its schedule is not moved."""
    settings = {"features": 4, "z_dim": 4}
    folder = sparring.train(
        "small", PICTURES, run={**run, "out": tmp_path, "threads": 1, "precision": "float32"}, **settings
    )
    made = RunFolder.open(folder).config
    assert made["settings"]["images"] == images
    resumed = sparring.resume(folder, data=PICTURES, extend={"images": images + 64})
    assert RunFolder.open(resumed).config["settings"]["images"] == images


def test_minutes_become_the_images_that_fit(monkeypatch):
    """A twentieth of the time is left for what is not a step."""
    monkeypatch.setattr(length, "paced", lambda trainer, made, run: (run, Pace(Way(1), 0.003)))
    pictures = (Pictures(PICTURES[..., None], name="noise"),)
    made = plan("small", (SPEC,), {"z_dim": 4, "features": 4})
    found = fitted(made, Run(minutes=2, device="cpu"), pictures)
    assert found.settings == {**made.settings, "images": 38_000 * 32}
    for settled in (plan("small", (SPEC,), {"images": 5}), plan("dcgan", (SPEC,), {})):
        assert fitted(settled, Run(minutes=1, device="cpu"), pictures) is settled


def test_a_dry_run_says_what_fits():
    options = Run(minutes=0.01, threads=1, precision="float32", memory_format="contiguous")
    facts = dry_run(Config("small", (PICTURES,), None, {"features": 4, "z_dim": 4}, options), small)
    images = facts["config"]["settings"]["images"]
    assert facts["chosen"]["images"] == f"{images:,} (what fits into 0.01 minutes)" and images % 32 == 0


def test_a_start_with_minutes_times_steps_once(tmp_path, monkeypatch):
    timed = []

    def calibrate(trainer, candidates):
        timed.append(trainer.experiment.images)
        return Pace(candidates[0], 0.002)

    monkeypatch.setattr(pace, "calibrate", calibrate)
    monkeypatch.setattr(pace, "cache_folder", lambda: tmp_path)
    run = {"minutes": 0.002, "out": tmp_path, "threads": 1, "precision": "float32"}
    folder = sparring.train("small", PICTURES, run=run, features=4, z_dim=4)
    assert timed == [200_000] and RunFolder.open(folder).config["settings"]["images"] == 57 * 32
