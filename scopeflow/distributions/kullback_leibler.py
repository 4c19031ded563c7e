"""The Kullback-Leibler divergence between distributions: registered for pairs of classes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..graph.default_graph import control_dependencies, name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, export, public
from ..ops import array
from ..ops.reduction import reduce_any
from .distribution import Distribution

_functions: dict[tuple[type, type], Callable[..., Any]] = {}


def _registered(a: type, b: type) -> Callable[..., Any] | None:
    """The function of the nearest classes that `a` and `b` descend from."""
    best, least = None, None
    for i, parent_a in enumerate(a.__mro__):
        for j, parent_b in enumerate(b.__mro__):
            found = _functions.get((parent_a, parent_b))
            if found is not None and (least is None or i + j < least):
                best, least = found, i + j
    return best


@public("distributions.kl_divergence", "contrib.distributions.kl_divergence")
def kl_divergence(
    distribution_a: Distribution, distribution_b: Distribution, allow_nan_stats: bool = True, name: str | None = None
) -> Tensor:
    """The divergence KL(a || b), [batch shape].

    Raises:
      NotImplementedError: nothing is registered for the two.
    """
    function = _registered(type(distribution_a), type(distribution_b))
    if function is None:
        raise NotImplementedError(
            f"No KL(distribution_a || distribution_b) registered for distribution_a type {type(distribution_a).__name__} and "
            f"distribution_b type {type(distribution_b).__name__}"
        )
    with name_scope("KullbackLeibler"):
        kl = function(distribution_a, distribution_b, name=name)
        if allow_nan_stats:
            return kl
        kl = array.identity(kl, name="kl")
        is_nan = reduce_any(TABLE["math.is_nan"](kl))
        message = (
            f"KL calculation between {distribution_a.name} and {distribution_b.name} returned NaN values (and was called with "
            "allow_nan_stats=False). Values:"
        )
        with control_dependencies([TABLE["Assert"](TABLE["logical_not"](is_nan), [message, kl])]):
            return array.identity(kl, name="checked_kl")


def cross_entropy(ref: Distribution, other: Distribution, allow_nan_stats: bool = True, name: str | None = None) -> Tensor:
    """The entropy of `ref` and the divergence of `other` from it."""
    with name_scope(name, "cross_entropy"):
        return ref.entropy() + kl_divergence(ref, other, allow_nan_stats=allow_nan_stats)


class RegisterKL:
    """Decorator: registers a function (a, b, name=None) for instances of two classes.

    Raises:
      TypeError: what is decorated is not callable.
      ValueError: there is a function for them.
    """

    def __init__(self, dist_cls_a: type, dist_cls_b: type):
        self._key = (dist_cls_a, dist_cls_b)

    def __call__(self, kl_fn: Callable[..., Any]) -> Callable[..., Any]:
        if not callable(kl_fn):
            raise TypeError(f"kl_fn must be callable, received: {kl_fn}")
        if self._key in _functions:
            a, b = self._key
            raise ValueError(f"KL({a.__name__} || {b.__name__}) has already been registered to: {_functions[self._key]}")
        _functions[self._key] = kl_fn
        return kl_fn


export(RegisterKL, "distributions.RegisterKL", "contrib.distributions.RegisterKL")
