"""``python -m sparring`` is ``sparring``."""

from sparring.cli import main

main()
