"""Reversible residual layers (Gomez et al., 2017), and functions that are computed again for their gradients."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import TABLE, public
from ...ops import array
from ...ops.gradients import gradients
from ...scopes import VariableScope, get_variable_scope, variable_scope
from ...variables.custom_gradient import custom_gradient
from ..framework.arg_scope import arg_scope, current_arg_scope


@public("contrib.layers.recompute_grad", "contrib.slim.recompute_grad")
def recompute_grad(fn: Any = None, use_data_dep: Any = None, tupleize_grads: bool = False) -> Any:
    """Decorator: `fn`, of tensors, is computed again for its gradient instead of being kept.

    Its variables must be resource variables; when computed again they are shared. `use_data_dep` and `tupleize_grads` order the ops of a
    step, which XLA does here.

    Raises (when called):
      ValueError: an argument that is no tensor.
      TypeError: a variable that is not a resource variable.
    """
    if fn is None:
        return functools.partial(recompute_grad, use_data_dep=use_data_dep, tupleize_grads=tupleize_grads)

    @functools.wraps(fn)
    def wrapped(*args: Any) -> Any:
        if not all(isinstance(a, Tensor) for a in args):
            raise ValueError("All inputs to function must be Tensors")
        return _recomputed(fn)(*args)

    return wrapped


def _recomputed(fn: Callable[..., Any]) -> Callable[..., Any]:
    @custom_gradient
    def computed(*args: Any) -> Any:
        scope, arguments = get_variable_scope(), current_arg_scope()

        def grad(*grads: Any, variables: Any = None) -> Any:
            again = [array.identity(a) for a in args]
            with variable_scope(scope, reuse=True, auxiliary_name_scope=False), arg_scope(arguments):
                results = fn(*again)
            results = list(results) if isinstance(results, (list, tuple)) else [results]
            found = gradients(results, again + list(variables or ()), grad_ys=list(grads))
            return (found[: len(args)], found[len(args) :]) if variables else found

        return fn(*args), grad

    return computed


@public("contrib.layers.RevBlock", "contrib.slim.RevBlock")
class RevBlock:
    """Layers y1 = x1 + f(x2), y2 = x2 + g(y1), whose inputs follow from their outputs and so need not be kept for the gradient.

    Args:
      f, g: functions of a tensor (and the side input), or lists of one for each layer. The results have their arguments' shape.
      num_layers: how many layers.
      f_side_input, g_side_input: lists of tensors that each `f` or `g` gets as its second argument.
      use_efficient_backprop: False: everything is kept, as for other ops.
      name: of the variable scope, made unique.

    Raises:
      AssertionError: a list of another length.
    """

    def __init__(
        self,
        f: Any,
        g: Any,
        num_layers: int = 1,
        f_side_input: Sequence[Any] | None = None,
        g_side_input: Sequence[Any] | None = None,
        use_efficient_backprop: bool = True,
        name: str = "revblock",
        **kwargs: Any,
    ):
        self.f = list(f) if isinstance(f, (list, tuple)) else [f] * num_layers
        self.g = list(g) if isinstance(g, (list, tuple)) else [g] * num_layers
        if len(self.f) != num_layers or len(self.g) != num_layers:
            raise AssertionError(f"RevBlock: f and g must be functions or lists of {num_layers}, not of {len(self.f)} and {len(self.g)}")
        self.num_layers, self._efficient, self.name = num_layers, use_efficient_backprop, name
        self.f_side_input, self.g_side_input = list(f_side_input or []), list(g_side_input or [])
        self._reuse = kwargs.pop("_reuse", None)
        if kwargs:
            raise TypeError("Keyword argument not understood:", next(iter(kwargs)))
        self._scope: VariableScope | None = None
        self._made = False

    def _part(self, kind: str, number: int, x: Any, side: Sequence[Any]) -> Any:
        """F or g of a layer, in its scope; its variables are shared once they are made."""
        function = (self.f if kind == "f" else self.g)[number]
        with variable_scope(f"revlayer_{number}/{kind}", use_resource=True, reuse=True if self._made else self._reuse):
            return function(x, list(side)) if side else function(x)

    def _entered(self) -> Any:
        if self._scope is None:
            with variable_scope(None, default_name=self.name) as scope:
                self._scope = scope
        return variable_scope(self._scope, auxiliary_name_scope=False)

    def forward(self, x1: Any, x2: Any) -> tuple[Any, Any]:
        """The outputs (y1, y2) of the last layer."""
        with self._entered() as scope, name_scope(scope.original_name_scope):
            if not self._efficient:
                out = self._layers(x1, x2, self.f_side_input, self.g_side_input, tied=False)
            else:
                out = self._reversible(x1, x2)
            self._made = True
            return out

    def backward(self, y1: Any, y2: Any) -> tuple[Any, Any]:
        """The inputs (x1, x2) of the first layer from the outputs of the last."""
        with self._entered() as scope, name_scope(scope.original_name_scope):
            for i in reversed(range(self.num_layers)):
                y2 = y2 - self._part("g", i, y1, self.g_side_input)
                y1 = y1 - self._part("f", i, y2, self.f_side_input)
            return y1, y2

    def _layers(self, x1: Any, x2: Any, f_side: Sequence[Any], g_side: Sequence[Any], tied: bool) -> tuple[Any, Any]:
        for i in range(self.num_layers):
            x1 = x1 + self._part("f", i, x2, f_side)
            x2 = x2 + self._part("g", i, x1, g_side)
            if tied:
                x1, x2 = TABLE["tuple"]([x1, x2])
        return x1, x2

    def _reversible(self, x1: Any, x2: Any) -> tuple[Any, Any]:
        n = len(self.f_side_input)

        @custom_gradient
        def computed(x1: Any, x2: Any, *sides: Any) -> Any:
            f_side, g_side = list(sides[:n]), list(sides[n:])
            y1, y2 = self._layers(x1, x2, f_side, g_side, tied=True)
            scope = get_variable_scope()

            def grad(d1: Any, d2: Any, variables: Any = None) -> Any:
                with variable_scope(scope, auxiliary_name_scope=False):
                    found = self._gradients(y1, y2, d1, d2, f_side, g_side, list(variables or ()))
                return found if variables else found[0]

            return (y1, y2), grad

        return tuple(computed(x1, x2, *self.f_side_input, *self.g_side_input))

    def _gradients(
        self, y1: Any, y2: Any, d1: Any, d2: Any, f_side: list[Any], g_side: list[Any], variables: list[Any]
    ) -> tuple[list[Any], list[Any]]:
        """(gradients of the block's inputs and side inputs, those of the variables), layer by layer from the outputs back."""
        totals: list[Any] = [None] * len(variables)
        f_totals: list[Any] = [None] * len(f_side)
        g_totals: list[Any] = [None] * len(g_side)
        stopped = TABLE["stop_gradient"]
        for i in reversed(range(self.num_layers)):
            # A layer's variables get no gradient by way of what was computed back to it.
            y1 = stopped(y1)
            g_of = self._part("g", i, y1, g_side)
            x2 = stopped(y2 - g_of)
            through_g, *rest = gradients(g_of, [y1, *g_side, *variables], grad_ys=[d2])
            _add(g_totals, rest[: len(g_side)])
            _add(totals, rest[len(g_side) :])
            d1 = _sum(d1, through_g)
            f_of = self._part("f", i, x2, f_side)
            x1 = y1 - f_of
            through_f, *rest = gradients(f_of, [x2, *f_side, *variables], grad_ys=[d1])
            _add(f_totals, rest[: len(f_side)])
            _add(totals, rest[len(f_side) :])
            d2 = _sum(d2, through_f)
            y1, y2 = x1, x2
        return [d1, d2, *f_totals, *g_totals], totals


def _sum(a: Any, b: Any) -> Any:
    return b if a is None else a if b is None else a + b


def _add(totals: list[Any], found: Sequence[Any]) -> None:
    totals[:] = [_sum(t, None if f is None else TABLE["convert_to_tensor"](f)) for t, f in zip(totals, found)]


@public("contrib.layers.rev_block", "contrib.slim.rev_block")
def rev_block(
    x1: Any,
    x2: Any,
    f: Any,
    g: Any,
    num_layers: int = 1,
    f_side_input: Sequence[Any] | None = None,
    g_side_input: Sequence[Any] | None = None,
    is_training: bool = True,
) -> tuple[Any, Any]:
    """`RevBlock(...).forward(x1, x2)`; without `is_training` as ordinary ops."""
    block = RevBlock(f, g, num_layers, f_side_input, g_side_input, use_efficient_backprop=is_training, _reuse=get_variable_scope().reuse)
    return block.forward(x1, x2)
