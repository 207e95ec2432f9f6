"""The explicit list of what can be trained.

A recipe is a function that returns an experiment. Its positional parameters are the shapes of its domains: one set of pictures,
or two to translate between. Its other parameters, after a star, are its command line, the run's configuration and what a
checkpoint says of itself; its docstring is its help. A `functools.partial` of a recipe is one with other defaults.
"""

from sparring.recipes.acgan import acgan
from sparring.recipes.cut import cut, fastcut
from sparring.recipes.kinds import Recipe
from sparring.recipes.lsgan import lsgan
from sparring.recipes.noise import dcgan, gan, gan2014
from sparring.recipes.pix2pix import pix2pix
from sparring.recipes.r3gan import r3gan
from sparring.recipes.sgan import sgan
from sparring.recipes.small import small
from sparring.recipes.sngan import sngan
from sparring.recipes.stylegan2 import stylegan2
from sparring.recipes.translation import cyclegan, cyclegan_small
from sparring.recipes.wgan_gp import wgan_gp

__all__ = [
    "RECIPES",
    "Recipe",
    "acgan",
    "cut",
    "cyclegan",
    "cyclegan_small",
    "dcgan",
    "fastcut",
    "gan",
    "gan2014",
    "lsgan",
    "pix2pix",
    "r3gan",
    "sgan",
    "small",
    "sngan",
    "stylegan2",
    "wgan_gp",
]

RECIPES: dict[str, Recipe] = {
    f.__name__: f
    for f in (
        small,
        gan,
        gan2014,
        dcgan,
        lsgan,
        wgan_gp,
        sngan,
        acgan,
        sgan,
        r3gan,
        stylegan2,
        cyclegan,
        cyclegan_small,
        pix2pix,
        cut,
        fastcut,
    )
}
"""What `sparring train` and a checkpoint can name. A recipe of your own is passed as a function, not by name."""
