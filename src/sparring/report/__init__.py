"""What a person sees of a run: the console, grids of pictures, moving pictures, curves."""
