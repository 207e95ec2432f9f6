"""The list of all commands. They are imported when they are called: ``sparring --help`` never waits for torch."""

from importlib import metadata

import cyclopts

from sparring.commands.help import SpokenApp, SpokenHelp

OPTIONS = cyclopts.Group("Options", sort_key=1)
COMMANDS = (
    ("train", "train:app", "Train a recipe on pictures.", None),
    ("resume", "resume:resume", "Resume a run exactly where it stopped.", "resume 1 --minutes 60"),
    ("sample", "use:sample", "Generate pictures with a trained run.", "sample 1 --count 16 --seed 7"),
    ("translate", "translate:translate", "Translate pictures with a trained run.", "translate 2 photos --out drawings"),
    (
        "classify",
        "classify:classify_pictures",
        "Name the class of pictures with a trained run.",
        "classify 3 photos --out labels.csv",
    ),
    ("evaluate", "evaluate:evaluate", "Measure generated pictures or translations.", "evaluate 1 --count 1000"),
    ("compare", "compare:compare", "Compare runs: numbers, settings and curves.", "compare 1 2"),
    (
        "export-metrics",
        "export_metrics:export_metrics",
        "Write the metrics of a run for other tools.",
        "export-metrics 1 --to csv",
    ),
    ("export", "export:export", "Write a trained model to one file for another machine.", "export 1"),
    ("studio", "studio:studio", "Open a page that shows runs live and draws with them.", "studio"),
    ("card", "studio:card", "Write the model card of a run as one HTML file.", "card 1"),
    ("list", "runs:list_runs", "List all runs with their results.", "list"),
    ("info", "runs:info", "Show what a run, a checkpoint or a sample contains.", "info 1"),
    ("diagnose", "diagnose:diagnose", "Find what is wrong with a run, and what to do about it.", "diagnose 1"),
    ("recipes", "recipes:recipes", "List all recipes: what each needs and what it is good for.", "recipes"),
    ("data", "data:app", "Check data before training on it.", None),
    ("theory", "theory:app", "Figures that explain GAN theory, drawn by the training code itself.", None),
)

app = SpokenApp(
    name="sparring",
    help="Train GANs on your own pictures, watch them learn, and understand why.",
    help_epilogue=(
        "Example: sparring train dcgan --data photos --size 64 --minutes 30\n\n"
        "Exit codes: 0 done, 1 failed, 2 wrong command, 3 bad data or model, 4 out of memory or disk, "
        "5 diverged, 75 interrupted and resumable."
    ),
    help_formatter=SpokenHelp(),
    default_parameter=cyclopts.Parameter(consume_multiple=True),
    version=lambda: metadata.version("sparring"),
    version_flags=("--version", "-v"),
    group_commands=cyclopts.Group("Commands", sort_key=0),
)
for _order, (_name, _place, _help, _example) in enumerate(COMMANDS):
    _more = {} if _example is None else {"help_epilogue": f"Example: sparring {_example}"}
    app.command(f"sparring.commands.{_place}", name=_name, help=_help, sort_key=_order, **_more)


def language() -> None:
    """Speak English (en) or Korean (ko); by default the language of the system."""
    raise AssertionError("`main` takes the language out of the words before it looks for a command")


app.command(language, name="--language", group=OPTIONS)
for _flag in ("--help", "--version"):
    app[_flag].group = OPTIONS
