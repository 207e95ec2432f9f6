"""``sparring classify``: the class of pictures, by a run whose D classifies."""

import csv
import io
import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from sparring import durable
from sparring.commands.outputs import file_for
from sparring.data.entries import printable
from sparring.errors import DataError
from sparring.report.waiting import waiting
from sparring.use.checkpoints import find_checkpoint
from sparring.use.classify import Answer, classifier, classify, files_in, fit_of
from sparring.use.model import load
from sparring.words import tr

COLUMNS = ("file", "label", "probability")


def classify_pictures(
    run: str,
    pictures: Annotated[list[Path], Parameter(negative="")],
    *,
    weights: Literal["average", "newest"] = "average",
    step: int | None = None,
    best: Annotated[bool, Parameter(negative="")] = False,
    recipe: str | None = None,
    out: Path | None = None,
) -> None:
    """Name the class of pictures with a run whose D classifies (sgan, acgan): a CSV of file, label and probability.

    Folders are searched with their sub-folders. Pictures are brought to the size that was learnt. Files that cannot be read are
    listed with the reason, and the command fails at the end.

    Args:
        run: The folder, number or name of a run, or a checkpoint folder.
        pictures: Pictures, and folders of them.
        weights: The exponential moving average of the weights, or the newest weights.
        step: Step of the checkpoint; by default the newest.
        best: Take the checkpoint that measured best while the run trained.
        recipe: ./FILE.py:NAME, for a run of your own recipe.
        out: CSV file to write; by default the rows are printed.
    """
    target = None if out is None else file_for(out, [], ".csv")
    files = files_in(pictures)
    if not files:
        raise DataError(tr("There are no pictures in {places}.", places=", ".join(map(str, pictures))))
    checkpoint = find_checkpoint(run, step, best)
    model = load(checkpoint, weights=weights, recipe=recipe)
    classifier(model)
    text, failed = io.StringIO(), 0
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    with waiting() as progress:
        for i, answer in enumerate(classify(model, files, fit_of(checkpoint))):
            progress(tr("classifying"), i, len(files))
            if isinstance(answer, Answer):
                table.writerow([printable(str(answer.file)), answer.label, f"{answer.probability:.4f}"])
            else:
                failed += 1
                print(f"{printable(str(answer.file))}: {answer.why}", file=sys.stderr)
    if target is None:
        print(text.getvalue(), end="")
    else:
        durable.write_file(target, text.getvalue().encode())
        print(target)
    if failed:
        raise DataError(
            tr(
                "{failed:,} of {total:,} could not be classified; the reasons are above.",
                failed=failed,
                total=len(files),
            )
        )
