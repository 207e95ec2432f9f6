"""Measures that neither player can influence: what an independent observer says of a run."""
