"""Optimizers outside of the graph, such as those of SciPy: they are given a loss as a function of one vector."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...graph.operation import Tensor
from ...graph.public import TABLE, public
from ...ops import array
from ...ops.creation import placeholder
from ...ops.gradients import gradients
from ...ops.joining import concat
from ...variables.listing import trainable_variables

Function = Callable[[np.ndarray], Any]


def _gradients_or_zeros(value: Tensor, variables: Sequence[Any]) -> list[Tensor]:
    found = gradients(value, list(variables))
    return [array.zeros_like(v) if g is None else g for g, v in zip(found, variables)]


@public("contrib.opt.ExternalOptimizerInterface")
class ExternalOptimizerInterface:
    """Base of optimizers outside of the graph; a subclass implements `_minimize`.

    Args:
      loss: a scalar tensor.
      var_list: what to change (the trainable variables if None).
      equalities: tensors that must become 0.
      inequalities: tensors that must not become negative.
      var_to_bounds: variable -> (lower, upper), each a scalar or an array that broadcasts to the variable.
      **optimizer_kwargs: passed on to the optimizer.
    """

    def __init__(
        self,
        loss: Tensor,
        var_list: Sequence[Any] | None = None,
        equalities: Sequence[Tensor] | None = None,
        inequalities: Sequence[Tensor] | None = None,
        var_to_bounds: dict[Any, tuple[Any, Any]] | None = None,
        **optimizer_kwargs: Any,
    ):
        self._loss = loss
        self._equalities = equalities or []
        self._inequalities = inequalities or []
        self._vars = trainable_variables() if var_list is None else list(var_list)
        self._packed_bounds = None if var_to_bounds is None else self._pack_bounds(var_to_bounds)
        self._update_placeholders = [placeholder(v.dtype.base_dtype) for v in self._vars]
        self._var_updates = [v.assign(array.reshape(p, v.get_shape().as_list())) for v, p in zip(self._vars, self._update_placeholders)]
        loss_grads = _gradients_or_zeros(loss, self._vars)
        equality_grads = [_gradients_or_zeros(e, self._vars) for e in self._equalities]
        inequality_grads = [_gradients_or_zeros(i, self._vars) for i in self._inequalities]
        self.optimizer_kwargs = optimizer_kwargs
        self._packed_var = self._pack(self._vars)
        self._packed_loss_grad = self._pack(loss_grads)
        self._packed_equality_grads = [self._pack(g) for g in equality_grads]
        self._packed_inequality_grads = [self._pack(g) for g in inequality_grads]
        ends = np.cumsum([self._size(v) for v in self._vars], dtype=int).tolist()
        self._packing_slices = [slice(start, end) for start, end in zip([0, *ends], ends)]

    @staticmethod
    def _size(v: Any) -> int:
        return int(np.prod(v.get_shape().as_list(), dtype=int))

    def _pack_bounds(self, bounds: dict[Any, tuple[Any, Any]]) -> list[tuple[Any, Any]]:
        out: list[tuple[Any, Any]] = []
        for v in self._vars:
            lower, upper = bounds[v][:2] if v in bounds else (-np.inf, np.inf)
            shape = v.get_shape().as_list()
            out += zip(np.broadcast_to(lower, shape).flat, np.broadcast_to(upper, shape).flat)
        return out

    @staticmethod
    def _pack(tensors: Sequence[Any]) -> Tensor | None:
        """All elements of all tensors as one vector."""
        if not tensors:
            return None
        if len(tensors) == 1:
            return array.reshape(tensors[0], [-1])
        return concat([array.reshape(t, [-1]) for t in tensors], axis=0)

    def minimize(
        self,
        session: Any = None,
        feed_dict: dict[Any, Any] | None = None,
        fetches: Sequence[Any] | None = None,
        step_callback: Callable[[np.ndarray], None] | None = None,
        loss_callback: Callable[..., None] | None = None,
        **run_kwargs: Any,
    ) -> None:
        """Minimizes the loss, and leaves the variables at what was found.

        Args:
          fetches: what `loss_callback` is given at each evaluation of the loss.
          step_callback: is given the vector of all variables after each step.
          **run_kwargs: passed to `session.run` when the variables are set at the end.
        """
        session = session or TABLE["get_default_session"]()
        feed_dict = feed_dict or {}
        fetches = fetches or []
        loss_callback = loss_callback or (lambda *fetched: None)
        step_callback = step_callback or (lambda x: None)

        def functions(tensors: Sequence[Any]) -> list[Function]:
            return [self._make_eval_func(t, session, feed_dict, []) for t in tensors]

        found = self._minimize(
            initial_val=session.run(self._packed_var),
            loss_grad_func=self._make_eval_func([self._loss, self._packed_loss_grad], session, feed_dict, fetches, loss_callback),
            equality_funcs=functions(self._equalities),
            equality_grad_funcs=functions(self._packed_equality_grads),
            inequality_funcs=functions(self._inequalities),
            inequality_grad_funcs=functions(self._packed_inequality_grads),
            packed_bounds=self._packed_bounds,
            step_callback=step_callback,
            optimizer_kwargs=self.optimizer_kwargs,
        )
        session.run(self._var_updates, feed_dict=self._feeds(found), **run_kwargs)

    def _feeds(self, x: np.ndarray) -> dict[Tensor, np.ndarray]:
        return {p: x[part] for p, part in zip(self._update_placeholders, self._packing_slices)}

    def _make_eval_func(
        self, tensors: Any, session: Any, feed_dict: dict[Any, Any], fetches: Sequence[Any], callback: Callable[..., None] | None = None
    ) -> Function:
        """A function of the vector of all variables that evaluates `tensors`. It sets the variables: both kinds alike."""
        many = isinstance(tensors, list)
        wanted = list(tensors) if many else [tensors]

        def evaluate(x: np.ndarray) -> Any:
            session.run(self._var_updates, feed_dict=self._feeds(x))
            values = session.run([*wanted, *fetches], feed_dict=feed_dict)
            if callback is not None:
                callback(*values[len(wanted) :])
            return values[: len(wanted)] if many else values[0]

        return evaluate

    def _minimize(
        self,
        initial_val: np.ndarray,
        loss_grad_func: Function,
        equality_funcs: list[Function],
        equality_grad_funcs: list[Function],
        inequality_funcs: list[Function],
        inequality_grad_funcs: list[Function],
        packed_bounds: list[tuple[Any, Any]] | None,
        step_callback: Callable[[np.ndarray], None],
        optimizer_kwargs: dict[str, Any],
    ) -> np.ndarray:
        raise NotImplementedError("To use ExternalOptimizerInterface, subclass from it and implement the _minimize() method.")


@public("contrib.opt.ScipyOptimizerInterface")
class ScipyOptimizerInterface(ExternalOptimizerInterface):
    """Minimizes by `scipy.optimize.minimize`: L-BFGS-B unless `method` says another; constraints need one that takes them (SLSQP).

    SciPy must be installed.
    """

    _DEFAULT_METHOD = "L-BFGS-B"

    def _minimize(
        self,
        initial_val: np.ndarray,
        loss_grad_func: Function,
        equality_funcs: list[Function],
        equality_grad_funcs: list[Function],
        inequality_funcs: list[Function],
        inequality_grad_funcs: list[Function],
        packed_bounds: list[tuple[Any, Any]] | None,
        step_callback: Callable[[np.ndarray], None],
        optimizer_kwargs: dict[str, Any],
    ) -> np.ndarray:
        try:
            import scipy.optimize
        except ImportError as error:
            raise ImportError("tf.contrib.opt.ScipyOptimizerInterface needs SciPy: pip install scipy") from error

        def loss(x: np.ndarray) -> tuple[Any, np.ndarray]:
            value, gradient = loss_grad_func(x)
            return value, gradient.astype(np.float64)

        def in_double(function: Function) -> Function:
            return lambda x: np.asarray(function(x), np.float64)

        options = dict(optimizer_kwargs)
        method = options.pop("method", self._DEFAULT_METHOD)
        kinds = (("eq", equality_funcs, equality_grad_funcs), ("ineq", inequality_funcs, inequality_grad_funcs))
        constraints = [
            {"type": kind, "fun": in_double(f), "jac": in_double(g)} for kind, values, slopes in kinds for f, g in zip(values, slopes)
        ]
        given = {"jac": True, "callback": step_callback, "method": method, "constraints": constraints, "bounds": packed_bounds}
        for key in options:
            if key == "bounds":
                raise ValueError("Bounds must be set using the var_to_bounds argument")
            if key in given:
                raise ValueError(f"Optimizer keyword arg '{key}' is set automatically and cannot be injected manually")
        result = scipy.optimize.minimize(loss, initial_val.astype(np.float64), **given, **options)
        message = result.message.decode() if isinstance(result.message, bytes) else result.message
        logging.getLogger("tensorflow").info(
            "Optimization terminated with:\n  Message: %s\n  Objective function value: %s\n  Number of iterations: %s",
            message,
            result.fun,
            getattr(result, "nit", "unknown"),
        )
        return result.x
