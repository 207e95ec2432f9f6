"""Help in the language that is spoken: what the parser shows of docstrings, flags and groups is looked up as it is shown.

The key of a paragraph is its English text, its lines joined. What has no translation stays as its author wrote it, such as the
recipe of somebody's own file.
"""

import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter
from cyclopts.help.formatters import DefaultFormatter

from sparring.words import language, mark, tr

if TYPE_CHECKING:
    from cyclopts.help import HelpEntry, HelpPanel
    from cyclopts.help.specs import ColumnSpec
    from rich.console import Console, ConsoleOptions

Say = Callable[[str], str]
PLACEHOLDERS = mark("COMMAND"), mark("[OPTIONS]"), mark("[ARGS]")
EXAMPLE = re.compile(r"Example: (.*)", re.DOTALL)


def spoken(text: str) -> str:
    """A text of the help, in one line, in the language that is spoken; braces in it are only letters."""
    return tr(text.replace("{", "{{").replace("}", "}}"))


class SpokenHelp(DefaultFormatter):
    """The parser's own layout, with every text translated. English help is left to the parser as it is.

    Args:
        say: Says a text in the language that is spoken.
        always: Whether English goes through ``say`` too.
    """

    def __init__(self, say: Say = spoken, always: bool = False) -> None:
        super().__init__()
        self.say, self.always = say, always

    @property
    def silent(self) -> bool:
        """Whether there is nothing to translate."""
        return language() == "en" and not self.always

    def __call__(self, console: "Console", options: "ConsoleOptions", panel: "HelpPanel") -> None:
        """Show a panel: commands, or the parameters of a group."""
        if self.silent:
            return super().__call__(console, options, panel)
        entries = [entry.copy(description=self._text(entry.description)) for entry in panel.entries]
        shown = panel.copy(title=self.say(str(panel.title)), entries=entries)
        console.print(DefaultFormatter(column_specs=self._columns(panel))._render_panel(shown, console, options))

    def render_usage(self, console: "Console", options: "ConsoleOptions", usage: Any) -> None:
        """Show how the command is called."""
        from rich.text import Text

        if self.silent:
            return super().render_usage(console, options, usage)
        words = [tr(word) if word in PLACEHOLDERS else word for word in str(usage).split()]
        console.print(Text(tr("Usage: {command}", command=" ".join(words)), style="bold"), end="\n\n")

    def render_description(self, console: "Console", options: "ConsoleOptions", description: Any) -> None:
        """Show what the command is for."""
        super().render_description(console, options, description if self.silent else self._text(description))

    def paragraphs(self, markup: str) -> str:
        """Markdown with each paragraph translated; of an example only the word before it."""
        found = [" ".join(part.split()) for part in markup.split("\n\n")]
        return "\n\n".join(self._paragraph(part) for part in found if part)

    def _paragraph(self, text: str) -> str:
        example = EXAMPLE.fullmatch(text)
        return tr("Example: {command}", command=example[1]) if example else self.say(text)

    def _text(self, description: Any) -> Any:
        """What the parser made of a text in Markdown, made anew of its translation."""
        from cyclopts.help.inline_text import InlineText
        from rich.markdown import Markdown

        shown = getattr(description, "primary_renderable", None)
        if not isinstance(shown, Markdown):
            return description
        return InlineText(Markdown(self.paragraphs(shown.markup)), force_empty_end=description.force_empty_end)

    def _columns(self, panel: "HelpPanel") -> Callable[..., tuple["ColumnSpec", ...]]:
        """The parser's columns; what it adds to a description in square brackets is translated."""
        from cyclopts.help.specs import get_default_command_columns, get_default_parameter_columns

        usual = get_default_command_columns if panel.format == "command" else get_default_parameter_columns

        def columns(console: "Console", options: "ConsoleOptions", entries: list["HelpEntry"]) -> tuple[Any, ...]:
            *names, description = usual(console, options, entries)
            return (*names, description.copy(renderer=self._described))

        return columns

    def _described(self, entry: "HelpEntry") -> Any:
        from cyclopts.help.inline_text import InlineText
        from rich.text import Text

        told = entry.description if isinstance(entry.description, InlineText) else InlineText(Text(""))
        if entry.choices:
            told.append(Text(tr("[choices: {words}]", words=", ".join(entry.choices)), "cyclopts.choices"))
        if entry.default is not None:
            told.append(Text(tr("[default: {value}]", value=entry.default), "cyclopts.default"))
        if entry.required:
            told.append(Text(tr("[required]"), "cyclopts.required"))
        return told


class SpokenApp(App):
    """A root command whose pages of help end in the language that is spoken."""

    def help_print(
        self,
        tokens: Annotated[Any, Parameter(show=False)] = None,
        *,
        console: Annotated[Any, Parameter(parse=False)] = None,
    ) -> None:
        """Show the help page of the command that the words name."""
        formatter = self.help_formatter
        _, apps, _ = self.parse_commands(tokens)
        endings = [(app, app.help_epilogue) for app in apps if app.help_epilogue]
        try:
            for app, ending in endings:
                if isinstance(formatter, SpokenHelp) and not formatter.silent:
                    app.help_epilogue = formatter.paragraphs(ending)
            super().help_print(tokens, console=console)
        finally:
            for app, ending in endings:
                app.help_epilogue = ending


def texts_of_help() -> set[str]:
    """All texts that the help shows, in English: every page is made, and what it would look up is noted."""
    from rich.console import Console

    from sparring.commands.app import app

    found: set[str] = set()

    def note(text: str) -> str:
        found.add(text)
        return text

    usual = app.help_formatter
    app.help_formatter = SpokenHelp(note, always=True)
    try:
        for words in _pages(app, []):
            app.help_print(words, console=Console(file=io.StringIO(), width=80))
    finally:
        app.help_formatter = usual
    return found


def _pages(app: App, words: list[str]) -> list[list[str]]:
    """The words that lead to every page of help."""
    below = [name for name in app if not name.startswith("-")]
    return [words, *(page for name in below for page in _pages(app[name], [*words, name]))]
