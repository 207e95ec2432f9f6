"""Every theory figure with so few steps that it is drawn in a moment."""

from sparring.theory.figures.collapsing import collapse
from sparring.theory.figures.covering import modes
from sparring.theory.figures.function_space import proposition2
from sparring.theory.figures.noise_in import prior
from sparring.theory.figures.orbits import dirac
from sparring.theory.figures.paper import figure1
from sparring.theory.figures.rounds import loop
from sparring.theory.figures.saturation import gradients
from sparring.theory.figures.sliding import divergence
from sparring.theory.figures.steps_of_d import k
from sparring.theory.figures.two_domains import cyclegan
from sparring.theory.figures.worth import value

QUICK = {
    "value": value,
    "figure1": lambda out, **kw: figure1(out, steps=6, alone=50, **kw),
    "loop": lambda out, **kw: loop(out, rounds=2, **kw),
    "gradients": lambda out, **kw: gradients(out, d_steps=300, **kw),
    "k": lambda out, **kw: k(out, ks=(1, 2), moves=40, seeds=3, **kw),
    "divergence": divergence,
    "proposition2": proposition2,
    "prior": lambda out, **kw: prior(out, steps=20, **kw),
    "collapse": lambda out, **kw: collapse(out, steps=24, **kw),
    "modes": lambda out, **kw: modes(out, steps=24, **kw),
    "dirac": lambda out, **kw: dirac(out, losses=("nonsaturating", "least_squares"), steps=20, **kw),
    "cyclegan": lambda out, **kw: cyclegan(out, steps=20, **kw),
}
