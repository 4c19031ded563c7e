"""Declaring an update rule: one array function gives up to four ops.

    @rule("Momentum", "var: V, accum: V, lr: T, grad: T, momentum: T")
    def momentum(var, accum, lr, grad, momentum, *, use_locking: bool = False):
        ...

`V` stands for the variables that the rule changes; the function takes their values and gives their new values, in that
order. It becomes ApplyMomentum, for references, and ResourceApplyMomentum, for handles; and SparseApplyMomentum and
ResourceSparseApplyMomentum, which take `indices` after the gradient and apply the same function to those rows alone.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from ...graph import dtypes, errors
from ...graph.operation import Tensor
from ...graph.tensor_shape import Dims
from ...op import shapes
from ...op.checks import changes_rows, check, is_row
from ...op.declare import Op, op
from ..state import handle_data

_NUMBER = "float double int32 uint8 int16 int8 complex64 int64 qint8 quint8 qint32 bfloat16 uint16 complex128 half uint32 uint64"
Kernel = Callable[..., Any]


class Rule(NamedTuple):
    """The ops of an update rule; None where TensorFlow has none."""

    dense: Op | None
    resource_dense: Op
    sparse: Op | None
    resource_sparse: Op | None


def rule(name: str, signature: str, sparse: bool = True, reference: bool = True) -> Callable[[Kernel], Rule]:
    """Declares the ops of the rule `name`; `sparse` and `reference` say whether TensorFlow has those."""

    def declare(kernel: Kernel) -> Rule:
        args = [a.split(": ") for a in signature.split(", ")]
        names = [a for a, _ in args]
        variables = [a for a, kind in args if kind == "V"]
        gradient = names.index("delta" if "delta" in names else "grad")

        def pair(start: str, text: str, run: Kernel, check_shapes: Any, **more: Any) -> tuple[Op | None, Op]:
            common = {"writes": " ".join(variables), "differentiable": False, "T": _NUMBER, "shape": check_shapes, **more}
            by_handle = op(f"Resource{start}Apply{name}", text.replace(": V", ": resource") + " -> ", **common)(run)
            if not reference:
                return None, by_handle
            return op(f"{start}Apply{name}", text.replace(": V", ": &T") + " -> out: &T", **common)(run), by_handle

        dense = pair("", signature, _checked(kernel, len(variables), gradient), _shape_rule(len(variables), gradient, False))
        if not sparse:
            return Rule(*dense, None, None)
        rows = args[:gradient] + [["grad", "T"], ["indices", "Tindices"]] + args[gradient + 1 :]
        text = ", ".join(f"{a}: {kind}" for a, kind in rows)
        run = _on_rows(kernel, len(variables), gradient)
        shape_rule = _shape_rule(len(variables), gradient, True)
        return Rule(*dense, *pair("Sparse", text, run, shape_rule, Tindices="int32 int64", knows_padding=True))

    return declare


def _shape_rule(variables: int, gradient: int, sparse: bool) -> Callable[[Sequence[Tensor], dict[str, Any]], list[Dims]]:
    """Variables and gradient have one shape (but for the number of rows), everything else is a scalar."""

    def infer(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
        dims: Dims = None
        for t in inputs[:variables]:
            dims = shapes.merge(dims, handle_data(t)[1] if t.dtype is dtypes.resource else t._dims)
        given = inputs[gradient]._dims
        if sparse:
            indices = shapes.with_rank(inputs[gradient + 1]._dims, 1)
            if dims is not None and given is not None:
                shapes.merge(dims, (None, *shapes.at_least(given, 1)[1:]))
                shapes.merge(given[:1], indices)
        else:
            dims = shapes.merge(dims, given)
        for i in range(variables, len(inputs)):
            if i != gradient and not (sparse and i == gradient + 1):
                shapes.with_rank(inputs[i]._dims, 0)
        return [] if inputs[0].dtype is dtypes.resource else [dims]

    return infer


def _checked(kernel: Kernel, variables: int, gradient: int) -> Kernel:
    """The kernel for whole variables: nothing is broadcast."""
    names = list(inspect.signature(kernel).parameters)

    def run(*inputs: Any, **options: Any) -> Any:
        shape = inputs[0].shape
        for i in (*range(1, variables), gradient):
            if inputs[i].shape != shape:
                text = f"{names[0]} and {names[i]} do not have the same shape{shapes.bracket(shape)} {shapes.bracket(inputs[i].shape)}"
                raise errors.InvalidArgumentError(None, None, text)
        return kernel(*inputs, **options)

    return _named_like(kernel, run, kernel.__name__)


def _on_rows(kernel: Kernel, variables: int, gradient: int) -> Kernel:
    """The kernel that applies the rule to the rows `indices` and leaves all others untouched."""

    def run(*inputs: Any, **options: Any) -> Any:
        rest = list(inputs)
        indices = rest.pop(gradient + 1)
        tables = [jnp.asarray(t) for t in rest[:variables]]
        grad = rest[gradient]
        count = tables[0].shape[0]
        if grad.shape != indices.shape + tables[0].shape[1:]:
            have, want = shapes.bracket(grad.shape), shapes.bracket(indices.shape + tables[0].shape[1:])
            raise errors.InvalidArgumentError(None, None, f"grad must have one row for each index: shape {want}, not {have}")
        check(is_row(indices, count), f"indices is not in [0, {count})")
        # JAX counts negative rows from the end; here they are no rows.
        at = jnp.where(indices < 0, np.iinfo(indices.dtype).max, indices)
        rows = [t.at[at].get(mode="fill", fill_value=0) for t in tables]
        changed = kernel(*rows, *rest[variables:], **options)
        changed = changed if isinstance(changed, tuple) else (changed,)
        out = tuple(t.at[at].set(r.astype(t.dtype), mode="drop") for t, r in zip(tables, changed))
        for which, old in enumerate(rows):
            changes_rows(which, at, old)
        return out if len(out) > 1 else out[0]

    return _named_like(kernel, run, f"sparse_{kernel.__name__}", gradient)


def _named_like(kernel: Kernel, run: Kernel, name: str, gradient: int | None = None) -> Kernel:
    """`run`, with the name, text and parameters of `kernel`; `indices` come after `gradient` if given."""
    parameters = list(inspect.signature(kernel).parameters.values())
    if gradient is not None:
        parameters.insert(gradient + 1, inspect.Parameter("indices", inspect.Parameter.POSITIONAL_OR_KEYWORD))
    run.__name__ = run.__qualname__ = name
    run.__doc__, run.__module__ = kernel.__doc__, kernel.__module__
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return run
