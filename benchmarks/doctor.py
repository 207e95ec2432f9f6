"""The doctor by fault injection: failures made on purpose, found or not, and what its advice is worth.

Every fault of `doctor_lab` is trained on some seeds; it is found if a verdict said it while it trained, or `sparring diagnose` says
it afterwards. Then the advice is followed: the same run from its start with the settings of the command, for as many steps; and
what the doctor does not see is measured before and after: the Frechet distance in a random convolutional network, between 2,000
samples as they are written to files and 1,000 pictures that nobody saw; or how often a classifier agrees with the label; how many
samples are copies, in that network; PSNR to the true translation. Healthy runs are trained beside them: any failure or warning in
them is a false alarm. Thresholds were tuned on seeds from 10 on.

One file a case in a folder, so that it can be stopped and started again. Run: python benchmarks/doctor.py --seeds 0 1 2 3 4
"""

import argparse
import functools
import inspect
import re
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from doctor_lab import FAULTS, HEALTHY, SIDE, Case, Data, grey, lab, lab_translation, unit
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, leaky_relu

from sparring import durable
from sparring.chance import callers_stream_kept
from sparring.doctor.treatment import change
from sparring.engine.draw import of_noise
from sparring.errors import DivergedError
from sparring.metrics.frechet import frechet
from sparring.metrics.fresh import network
from sparring.metrics.fresh import train as train_fresh
from sparring.metrics.memorisation import nearest
from sparring.metrics.moments import Moments
from sparring.metrics.translation import psnr
from sparring.runs.environment import environment
from sparring.runs.folder import RunFolder
from sparring.sessions import shots
from sparring.sessions.start import train
from sparring.use.diagnosis import diagnose
from sparring.use.model import load

HERE = Path(__file__).parent / "results"
LOOKS, SAMPLES, CALM = 10, 2000, {"notice"}
BETTER = {"frechet": -1, "agreement": 1, "psnr": 1, "copies": -1}


def random_features(pictures: Tensor) -> Tensor:
    """What a random convolutional network sees, (N, 64) float64: means and spreads of 32 maps."""
    with callers_stream_kept():
        torch.manual_seed(1234)
        convs = [nn.Conv2d(pictures.shape[1], 16, 3, 2, 1), nn.Conv2d(16, 32, 3, 2, 1)]
    with torch.no_grad():
        for conv in convs:
            pictures = leaky_relu(conv(pictures) * 2, 0.2)
    return torch.cat([pictures.mean((2, 3)), pictures.std((2, 3))], 1).double()


@functools.cache
def judge() -> Any:
    """A classifier of the true labels, trained on pictures that no run trains on."""
    images, labels = grey()
    x = unit(images[4000:9000])
    with callers_stream_kept(), torch.enable_grad():
        torch.manual_seed(0)
        made = network(x, 10)
        return train_fresh(made, x, torch.from_numpy(labels[4000:9000].astype(np.int64)), cross_entropy, 8)


def unseen(folder: Path, recipe: Any, case: Case, data: Data) -> float:
    """What the doctor does not see, of the averaged weights."""
    model = load(folder, recipe=recipe, device="cpu")
    with torch.no_grad():
        if case.measure == "psnr":
            return float(psnr(model.translate(data.test), data.truth).mean())
        fake = model.sample(SAMPLES).tensor
        if case.measure == "agreement":
            y = torch.arange(SAMPLES) % next(iter(of_noise(model.game).values())).classes
            return float((judge()(fake).argmax(1) == y).double().mean())
        if case.measure == "copies":
            return copies(*(random_features(x) for x in (fake, unit(data.arrays["images"]), data.test)))
        written = unit(np.stack([np.asarray(p).reshape(SIDE, SIDE, -1) for p in model.sample(SAMPLES).pictures]))
        return float(frechet(Moments.of(random_features(written)), Moments.of(random_features(data.test))))


def copies(fake: Tensor, training: Tensor, test: Tensor) -> float:
    """Share of samples that are nearer to a training picture than 99 of 100 new pictures are: .01 is right, 1 all copies."""
    usual = nearest(test, training)[0].quantile(0.01)
    return float((nearest(fake, training)[0] < usual).double().mean())


def play(case: Case, settings: dict[str, Any], data: Data, seed: int, out: Path) -> tuple[Path, list[str]]:
    """Train, and give the folder and the names of all that was said while it trained."""
    sources = []
    for name, arrays in (("x", data.arrays), ("y", data.y)):
        if arrays is not None:
            sources.append(out / f"{name}.npz")
            np.savez(sources[-1], **arrays)
    every = max(1, case.steps // LOOKS)
    run = {"steps": case.steps, "sample_every": every, "log_every": max(1, every // 4), "save_every": 10**6, "seed": seed,
           "out": out, "threads": 1, "precision": "float32", "device": "cpu", "held_out": case.held_out}  # fmt: skip
    if "run.images" in settings:
        run = {**run, "steps": None, "images": settings["run.images"]}
    own = {k: v for k, v in settings.items() if not k.startswith("run.")}
    try:
        train(case.recipe, str(sources[0]), data_y=str(sources[1]) if len(sources) > 1 else None, run=run, **own)
    except DivergedError:
        pass
    (path,) = (p for p in out.iterdir() if p.is_dir())
    events = RunFolder.open(path).events()
    return path, sorted({e["name"] for e in events if e["kind"] == "verdict"})


def one(name: str, case: Case, seed: int, advised: bool) -> dict[str, Any]:
    """One case on one seed: what was found, and if the advice is to be followed what is not seen before and after."""
    start, data = time.perf_counter(), case.data()
    fixed = {} if case.recipe not in (lab, lab_translation) else case.settings
    with tempfile.TemporaryDirectory() as place:
        path, live = play(case, case.settings, data, seed, Path(place))
        trained = time.perf_counter() - start
        found = diagnose(RunFolder.open(path), recipe=case.recipe)
        rows = RunFolder.open(path).read_looks()
        report: dict[str, Any] = {
            "case": name,
            "seed": seed,
            "expected": list(case.found),
            "live": live,
            "findings": [f._asdict() for f in found.findings],
            "verdict": found.verdict._asdict(),
            "trend": found.trend and found.trend.words,
            "looks": rows,
            "seconds": round(trained, 1),
        }
        serious = [f.name for f in found.findings if f.severity not in CALM]
        said = {*live, *serious, *(f.name for f in found.findings if case.found)}
        report["said"] = sorted(said)
        report["found"] = [n for n in case.found if n in said]
        if not case.found:
            report["alarms"] = sorted({*serious, *(n for n in live if n not in WELL)})
            report["after"] = unseen(path, case.recipe, case, data)
            return report
        if advised and report["found"]:
            report["before"] = unseen(path, case.recipe, case, data)
            report |= cured(name, case, seed, fixed, report["found"][0], data, path)
    return report


def cured(
    name: str, case: Case, seed: int, settings: dict[str, Any], said: str, data: Data, path: Path
) -> dict[str, Any]:
    """The advice followed from the start, and what the doctor does not see then."""
    from sparring.use.diagnosis import diagnose as again

    finding = next((f for f in again(RunFolder.open(path), recipe=case.recipe).findings if f.name == said), None)
    if case.cured is not None:
        after, pictures = case.cured[0], case.cured[1]()
        advice = finding.command if finding else ""
    else:
        changed = changes(case, said, path)
        after, pictures, advice = {**settings, **changed}, data, str(changed)
    return {"advice": advice.replace(str(path.parent), "runs"), "after": mended(case, after, pictures, seed)}


MENDED: dict[str, float] = {}
"""What is not seen after a cure: many advise the same run."""


def mended(case: Case, settings: dict[str, Any], data: Data, seed: int) -> float:
    """What the doctor does not see of a run with these settings."""
    usual = {name: p.default for name, p in inspect.signature(case.recipe).parameters.items()}
    told = {name: value for name, value in settings.items() if usual.get(name, usual) != value}
    key = repr((case.recipe.__name__, sorted(told.items()), id(data), case.steps, case.held_out, case.measure, seed))
    if key not in MENDED:
        with tempfile.TemporaryDirectory() as place:
            folder, _ = play(case, settings, data, seed, Path(place))
            MENDED[key] = unseen(folder, case.recipe, case, data)
    return MENDED[key]


def changes(case: Case, said: str, path: Path) -> dict[str, Any]:
    """The settings that the command changes."""
    from sparring.doctor.signals import remembered
    from sparring.runs import checkpoint
    from sparring.sessions.build import plan_from, sketch
    from sparring.sessions.config import from_json
    from sparring.sessions.referee import facts_of

    folder = RunFolder.open(path)
    plan = checkpoint.read(checkpoint.newest(folder.checkpoints)[0], []).state["plan"]
    made = plan_from(plan, case.recipe)
    history = facts_of(made, from_json(folder.config).run, int(plan["specs"][0]["count"]), sketch(made))
    return change(said, history._replace(looks=remembered(folder.read_looks())))


WELL = ("early", "spreading", "alike", "improving", "steady")


def summary(reports: list[dict[str, Any]]) -> list[str]:
    """The table in Markdown."""
    lines = ["| failure | made by | found as | found | metric | before | after the advice | better |",
             "|---|---|---|---|---|---|---|---|"]  # fmt: skip
    for name, case in FAULTS.items():
        own = [r for r in reports if r["case"] == name]
        if not own:
            continue
        hit = [r for r in own if r["found"]]
        names = ", ".join(dict.fromkeys(n for r in own for n in r["found"])).replace("_", " ") or "-"
        both = [r for r in own if "after" in r]
        sign = BETTER[case.measure]
        better = sum(sign * (r["after"] - r["before"]) > 0 for r in both)
        medians = [f"{statistics.median(r[k] for r in both):.3g}" if both else "-" for k in ("before", "after")]
        cells = [name.replace("_", " "), case.words, names, f"{len(hit)}/{len(own)}", case.measure, *medians,
                 f"{better}/{len(both)}"]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "| healthy run | seeds | false alarms | metric | at its end |", "|---|---|---|---|---|"]
    for name, case in HEALTHY.items():
        own = [r for r in reports if r["case"] == name]
        if own:
            alarms = [", ".join(r["alarms"]) for r in own if r["alarms"]]
            end = f"{statistics.median(r['after'] for r in own):.3g}"
            told = f"{len(alarms)}{': ' + '; '.join(alarms) if alarms else ''}"
            lines.append(f"| {name} | {len(own)} | {told} | {case.measure} | {end} |")
    return lines


def nowhere(value: Any) -> Any:
    """The same with ``runs`` in the place of temporary folders in commands."""
    if isinstance(value, dict):
        return {k: nowhere(v) for k, v in value.items()}
    if isinstance(value, list):
        return [nowhere(v) for v in value]
    return re.sub(rf"{re.escape(tempfile.gettempdir())}/\w+", "runs", value) if isinstance(value, str) else value


def publish(table: list[str]) -> None:
    """Put the table on the pages, between their two marks."""
    for page in ("doctor.md", "doctor.ko.md"):
        path = HERE.parents[1] / "docs" / page
        before, _, rest = path.read_text("utf-8").partition("<!-- table -->")
        _, _, after = rest.partition("<!-- /table -->")
        path.write_text("\n".join([f"{before}<!-- table -->", *table, f"<!-- /table -->{after}"]), "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--advice", type=int, nargs="*", default=[0, 1, 2, 3, 4], help="seeds on which it is followed")
    parser.add_argument("--cases", nargs="*", default=[*FAULTS, *HEALTHY])
    parser.add_argument(
        "--work", type=Path, default=Path("doctor-cases"), help="a file for each case; done ones are kept"
    )
    parser.add_argument("--out", type=Path, default=HERE / "doctor.json")
    parser.add_argument(
        "--table", action="store_true", help="train nothing: write the table of what is done, also in docs/"
    )
    given = parser.parse_args()
    torch.set_num_threads(1)
    shots.results_picture = lambda *args, **more: None  # type: ignore[assignment]  # nobody looks at these pictures
    given.work.mkdir(parents=True, exist_ok=True)
    for seed in given.seeds:
        for name in given.cases:
            file = given.work / f"{name}-{seed}.json"
            if not file.exists() and not given.table:
                report = one(name, {**FAULTS, **HEALTHY}[name], seed, seed in given.advice)
                durable.write_json(file, report)
                kept = {k: report.get(k) for k in ("found", "alarms", "said", "before", "after", "advice", "seconds")}
                print(name, seed, kept, flush=True)
    reports = [durable.read_json(p) for p in sorted(given.work.glob("*.json"))]
    reports = [r for r in reports if r["seed"] in given.seeds and r["case"] in given.cases]
    here = environment()
    facts = {"torch": torch.__version__, "processor": here["cpu"], "threads": 1, "commit": here["commit"]}
    table = summary(reports)
    brief = [nowhere({k: v for k, v in r.items() if k != "looks"}) for r in reports]
    durable.write_json(
        given.out, {**facts, "seeds": sorted({r["seed"] for r in reports}), "cases": brief, "table": table}
    )
    if given.table:
        publish(table)
    print("\n".join(table))


if __name__ == "__main__":
    main()
