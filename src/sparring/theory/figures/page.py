"""One page with every figure and what it says: nothing beside it is needed to read it."""

import base64
from collections.abc import Sequence
from html import escape
from pathlib import Path

from sparring import durable
from sparring.theory.figures.drawn import Drawn
from sparring.theory.texts import Texts

STYLE = """
body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; font: 1.05rem/1.6 system-ui, sans-serif; color: #1a1a1a; }
img { width: 100%; border: 1px solid #ddd; }
section { margin: 3rem 0; }
li { margin: .3rem 0; }
nav a { margin-right: .8rem; }
code { color: #555; }
"""


def write_page(out: Path, figures: Sequence[Drawn], t: Texts) -> Path:
    """Write ``out/index.html`` with the pictures in it.

    Args:
        out: The folder.
        figures: In order.
        t: The words.
    """
    links = " ".join(f'<a href="#{f.name}">{escape(f.title)}</a>' for f in figures)
    body = "\n".join(_section(f) for f in figures)
    text = (
        f'<!doctype html>\n<html lang="{t.language}">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(t.plain('page_title'))}</title>\n<style>{STYLE}</style>\n"
        f"<h1>{escape(t.plain('page_title'))}</h1>\n<p>{escape(t.plain('page_intro'))}</p>\n<nav>{links}</nav>\n{body}\n</html>\n"
    )
    path = out / "index.html"
    durable.write_file(path, text.encode())
    return path


def _section(figure: Drawn) -> str:
    pictures = "\n".join(_picture(path, figure.title) for path in figure.files if path.suffix == ".png")
    sentences = "\n".join(f"<li>{escape(sentence)}</li>" for sentence in figure.sentences)
    name = f"<p><code>sparring theory {figure.name}</code></p>"
    heading = f'<section id="{figure.name}">\n<h2>{escape(figure.title)}</h2>'
    return f"{heading}\n{pictures}\n<ol>\n{sentences}\n</ol>\n{name}\n</section>"


def _picture(path: Path, title: str) -> str:
    content = base64.b64encode(path.read_bytes()).decode()
    return f'<img alt="{escape(title)}" src="data:image/png;base64,{content}">'
