"""Sessions: from a recipe and data to a run in its folder, and what looks at it between steps."""
