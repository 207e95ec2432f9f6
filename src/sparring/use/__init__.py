"""What is done with a finished run: draw, translate, evaluate."""
