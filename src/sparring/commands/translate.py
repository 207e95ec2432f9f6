"""``sparring translate``: pictures of one domain become pictures of the other, each in the form it came in."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from cyclopts import Parameter
from PIL import Image

from sparring.data.entries import PICTURE_SUFFIXES, printable, walk
from sparring.data.header import Unreadable
from sparring.data.size import parse_size
from sparring.data.spec import Spec
from sparring.engine.backend import out_of_memory
from sparring.errors import CommandError, DataError
from sparring.report.grid import to_pil, to_uint8
from sparring.report.png import save_png
from sparring.report.waiting import waiting
from sparring.settings import did_you_mean
from sparring.use.model import Model, load
from sparring.use.picture_file import PictureFile, read_picture, resized, write_picture
from sparring.words import mark, tr, trn

SUFFIXES = PICTURE_SUFFIXES | {".npy"}
OUT = Path("translated")


class Job(NamedTuple):
    """One picture and what becomes of it.

    Args:
        source: The file to read.
        target: The file to write.
        strip: The file of its way there and back, or None.
    """

    source: Path
    target: Path
    strip: Path | None


class Plan(NamedTuple):
    """What a command wants done to every picture.

    Args:
        model: The run.
        to: The domain to translate to, x or y.
        size: Height and width to resize to first, or None.
        text: What a strip says of itself.
        sides: Longer sides of the pictures that were translated, pixels; filled in as they are.
    """

    model: Model
    to: str
    size: tuple[int, int] | None
    text: dict[str, str]
    sides: list[int]


def translate(
    run: str,
    pictures: Annotated[list[Path], Parameter(negative="")],
    *,
    to: str = "y",
    size: str = "keep",
    out: Path = OUT,
    cycle: Annotated[
        bool, Parameter(negative="", help="Also write NAME-cycle.png: picture, translation, reconstruction.")
    ] = False,
    weights: Literal["average", "newest"] = "average",
    step: int | None = None,
    recipe: str | None = None,
) -> None:
    """Translate pictures with a trained run. The output keeps the input's size, mode, bit depth, name and format.

    Folders are searched with their sub-folders, which are kept below ``out``. Files that cannot be translated are listed with
    the reason, and the command fails at the end. Of several frames the first is used. With --cycle a strip shows, as 8-bit RGB,
    the picture, its translation, and the reconstruction.

    Args:
        run: The folder, number or name of a run, a checkpoint folder, or a file that sparring export wrote.
        pictures: Files, or folders of them.
        to: The domain to translate to: x, which was --data in training, or y, which was --data-y; or its name, such as drawings.
        size: keep, or centre-crop and resize to one side (256) or height x width (48x64).
        out: Folder to write to. Nothing is overwritten.
        weights: The exponential moving average of the weights, or the newest weights.
        step: Step of the checkpoint; by default the newest.
        recipe: ./FILE.py:NAME, for a run of your own recipe.

    Raises:
        CommandError: If a value makes no sense, the run does not translate, or a file would be overwritten.
        DataError: If there are no pictures, or not all could be translated.
    """
    wanted = _size(size)
    if out.exists() and not out.is_dir():
        raise CommandError(tr("--out is {out!r}, which is a file; give a folder", out=str(out)))
    jobs, unseen = _jobs(pictures, out, cycle)
    if not jobs and not unseen:
        raise DataError(tr("There are no pictures in {places}.", places=", ".join(map(str, pictures))))
    model = load(run, weights=weights, step=step, recipe=recipe)
    model.way(to)  # refuses a run that does not translate, or not to there
    to = model.domain(to)
    if cycle and (back := "x" if to == "y" else "y") not in (name[-1] for name in model.ways()):
        raise CommandError(
            tr("--cycle needs a translator back, and this model has none to {domain!r}; leave it out", domain=back)
        )
    recipe, steps = model.facts["plan"]["recipe"], model.facts["progress"]["steps"]
    plan = Plan(
        model, to, wanted, {"recipe": str(recipe), "step": str(steps), "weights": model.facts["weights"], "to": to}, []
    )
    for folder, why in unseen:
        _complain(folder, why)
    failed = len(unseen)
    with waiting() as progress:
        for i, job in enumerate(jobs):
            progress(tr("translating"), i, len(jobs))
            if why := _attempt(job, plan):
                failed += 1
                _complain(job.source, why)
    total = len(jobs) + len(unseen)
    done = total - failed
    print(trn("translated: {n:,} picture in {out}", "translated: {n:,} pictures in {out}", done, out=out))
    if cycle and done:
        print(tr("each -cycle.png shows the picture, its translation, and that translated back"))
    if strokes := _strokes(model.way(to).spec_in, plan.sides):
        print(strokes)
    if failed:
        raise DataError(
            tr(
                "{failed:,} of {total:,} could not be translated; the reasons are above.",
                failed=failed,
                total=total,
            )
        )


def _attempt(job: Job, plan: Plan) -> str:
    """Translate one file; the reason if that cannot be done, else nothing."""
    try:
        _translate(job, plan)
    except (Unreadable, DataError) as error:
        return str(error)
    except OSError as error:
        return error.strerror or str(error)
    except (MemoryError, RuntimeError) as error:
        if not out_of_memory(error):
            raise
        return tr("needs more memory than there is; give a smaller --size")
    return ""


def _translate(job: Job, plan: Plan) -> None:
    if job.source.exists() and not job.source.is_file():
        raise Unreadable(tr("not a regular file"))
    there = plan.model.way(plan.to)
    picture = read_picture(job.source)
    if plan.size is not None:
        picture = resized(picture, plan.size)
    drawn = there(picture)
    plan.sides.append(max(picture.values.shape[:2]))
    job.target.parent.mkdir(parents=True, exist_ok=True)
    if job.strip is not None:
        again = plan.model.way("x" if plan.to == "y" else "y")(drawn)
        a, b = there.spec_in, there.spec_out
        strip = _side_by_side([_shown(picture, a), _shown(drawn, b), _shown(again, a)])
    write_picture(job.target, drawn)
    if job.strip is not None:
        save_png(strip, job.strip, plan.text)


def _strokes(spec: Spec, sides: list[int]) -> str:
    """What to know of pictures more than twice as large as those of the training; nothing if there are none."""
    learned, largest = max(spec.height, spec.width), max(sides, default=0)
    if largest <= 2 * learned:
        return ""
    text = mark(
        "strokes have the size that the model learned: it was trained on {learned} px pictures, and the largest of these is "
        "{largest} px"
    )
    return tr(text, learned=learned, largest=largest)


def _shown(picture: PictureFile, spec: Spec) -> Image.Image:
    low, high = (spec.low, spec.high) if spec.bits == 32 else (0.0, 1.0)
    return to_pil(to_uint8(picture.values, low, high)).convert("RGB")


def _side_by_side(pictures: list[Image.Image]) -> Image.Image:
    strip = Image.new("RGB", (sum(p.width for p in pictures), pictures[0].height))
    at = 0
    for picture in pictures:
        strip.paste(picture, (at, 0))
        at += picture.width
    return strip


def _jobs(pictures: list[Path], out: Path, cycle: bool) -> tuple[list[Job], list[tuple[Path, str]]]:
    """What to read and to write, and the folders that cannot be looked into.

    Raises:
        CommandError: If a file would be overwritten.
    """
    found: list[tuple[Path, Path]] = []
    unseen: list[tuple[Path, str]] = []
    for given in pictures:
        if given.is_dir():
            found += [(path, path.relative_to(given)) for path in _below(given, out, unseen)]
        else:
            found.append((given, Path(given.name)))
    jobs = []
    for source, name in dict.fromkeys(found):
        target = out / name
        jobs.append(Job(source, target, target.with_name(f"{target.stem}-cycle.png") if cycle else None))
    _refuse_overwriting(jobs)
    return jobs, unseen


def _below(root: Path, out: Path, unseen: list[tuple[Path, str]]) -> Iterator[Path]:
    """Pictures in a folder and below: links are followed once; hidden files and earlier translations are left out."""

    def complain(error: OSError) -> None:
        unseen.append((Path(error.filename), error.strerror or tr("unreadable")))

    same = out.is_dir() and os.path.samefile(root, out)
    for folder, names in walk(root, complain, without=None if same else out):
        for name in sorted(names):
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES:
                yield Path(folder, name)


def _refuse_overwriting(jobs: list[Job]) -> None:
    """No file that is there is written over, and no output twice.

    Raises:
        CommandError: With the names.
    """
    inputs = {key for job in jobs for key in _known_by(job.source)}
    written: set[str] = set()
    for job in jobs:
        for path in (job.target, job.strip):
            if path is None:
                continue
            if not inputs.isdisjoint(_known_by(path)):
                raise CommandError(
                    tr("{path} is one of the pictures and would be overwritten; give another folder: --out", path=path)
                )
            if os.path.lexists(path):
                raise CommandError(
                    tr("{path} is there already and would be overwritten; give another folder: --out", path=path)
                )
            place = os.path.join(os.path.realpath(path.parent), path.name)
            if place in written:
                raise CommandError(
                    tr(
                        "{path} would be written twice, the second time for {source}; translate the pictures one after the "
                        "other, each with an --out of its own",
                        path=path,
                        source=job.source,
                    )
                )
            written.add(place)


def _known_by(path: Path) -> list[object]:
    """Where a file is, and which it is if it exists: two names of one file have a key in common."""
    place: list[object] = [os.path.realpath(path)]
    if not path.exists():
        return place
    facts = path.stat()
    return [*place, (facts.st_dev, facts.st_ino)]


def _size(text: str) -> tuple[int, int] | None:
    if text == "keep":
        return None
    try:
        return parse_size(text)
    except CommandError as error:
        hint = did_you_mean(text, ["keep"])
        raise CommandError(
            tr("{error}; or keep, which leaves the pictures as they are{hint}", error=error, hint=hint)
        ) from None


def _complain(place: Path, why: str) -> None:
    print(tr("skipped {place}: {why}", place=printable(str(place)), why=why), file=sys.stderr)
