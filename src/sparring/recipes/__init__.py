"""The explicit list of what can be trained.

A recipe is a function that returns an experiment. Its positional parameters are the shapes of its domains: one set of pictures,
or two to translate between. Its other parameters, after a star, are its command line, the run's configuration and what a
checkpoint says of itself; its docstring is its help. A `functools.partial` of a recipe is one with other defaults.
"""

from sparring.recipes.kinds import Recipe
from sparring.recipes.noise import dcgan, gan, gan2014
from sparring.recipes.r3gan import r3gan
from sparring.recipes.translation import cyclegan, cyclegan_small

__all__ = ["RECIPES", "Recipe", "cyclegan", "cyclegan_small", "dcgan", "gan", "gan2014", "r3gan"]

RECIPES: dict[str, Recipe] = {f.__name__: f for f in (gan, gan2014, dcgan, r3gan, cyclegan, cyclegan_small)}
"""What `sparring train` and a checkpoint can name. A recipe of your own is passed as a function, not by name."""
