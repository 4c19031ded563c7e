"""The ops that optimizers apply: each update rule once, for dense and sparse gradients, reference and resource variables."""

from .adagrad import adagrad, adagrad_da, adagrad_v2, proximal_adagrad
from .adam import ada_max, adam, adam_with_amsgrad
from .declaring import Rule
from .descent import gradient_descent, keras_momentum, momentum, proximal_gradient_descent
from .ftrl import ftrl, ftrl_v2
from .root_mean_square import adadelta, centered_rms_prop, rms_prop
from .sign import add_sign, power_sign

__all__ = [
    "Rule",
    "ada_max",
    "adadelta",
    "adagrad",
    "adagrad_da",
    "adagrad_v2",
    "adam",
    "adam_with_amsgrad",
    "add_sign",
    "centered_rms_prop",
    "ftrl",
    "ftrl_v2",
    "gradient_descent",
    "keras_momentum",
    "momentum",
    "power_sign",
    "proximal_adagrad",
    "proximal_gradient_descent",
    "rms_prop",
]
