"""Rows kept by a mask, where what uses them does as well with zeros in place of the others.

`tf.sparse_retain` (sparse dropout) picks rows by `tf.where` of a mask: their number depends on values, so that a compiled
function would serve one run only. Where the sparse tensor is only multiplied by a matrix, entries that are zero change
nothing: all rows stay, and those not kept become zeros. Then shapes do not depend on values.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ..graph.operation import Operation, Tensor
from ..op.namespace import xp

#: ops that take a sparse tensor's indices and values, for which an entry of zeros at index zero means nothing
_TOLERANT = frozenset({"SparseTensorDenseMatMul"})
#: ops that make new values of such entries, zeros of zeros
_KEEPS_ZEROS = frozenset({"SparseDenseCwiseMul", "SparseDenseCwiseDiv", "Neg", "Identity"})


@jax.tree_util.register_pytree_node_class
class KeptRows:
    """Stands for the indices of the true elements of a mask, bool [n]."""

    def __init__(self, mask: Any):
        self.mask = mask

    def tree_flatten(self) -> tuple[Any, Any]:
        return (self.mask,), None

    @classmethod
    def tree_unflatten(cls, aux: Any, children: Any) -> KeptRows:
        return cls(*children)

    def of(self, rows: Any) -> Any:
        """`rows`, [n, ...], with zeros where the mask is false."""
        lib = xp(rows, self.mask)
        mask = lib.asarray(self.mask).reshape((-1,) + (1,) * (rows.ndim - 1))
        return lib.where(mask, rows, jnp.zeros((), rows.dtype) if lib is jnp else rows.dtype.type(0))


def masks(ops: list[Operation], fetches: list[Tensor], feeds: frozenset[Tensor]) -> frozenset[Operation]:
    """The ops between a mask and the rows that it keeps (Where, Reshape, GatherV2) that may keep all rows."""
    wheres = [op for op in ops if op.type == "Where" and _is_mask(op)]
    if not wheres:
        return frozenset()
    consumers: dict[Tensor, list[Operation]] = {}
    for op in ops:
        for t in op._inputs:
            consumers.setdefault(t, []).append(op)
    fetched = set(fetches)
    found: set[Operation] = set()
    for op in wheres:
        chain = _chain(op, consumers, fetched, feeds)
        if chain is not None:
            found |= chain
    return frozenset(found)


def _is_mask(where: Operation) -> bool:
    t = where._inputs[0]
    return t.dtype.is_bool and (t.shape.ndims == 1 or bool(where.attrs.get("$vector")))


def _chain(
    where: Operation, consumers: dict[Tensor, list[Operation]], fetched: set[Tensor], feeds: frozenset[Tensor]
) -> set[Operation] | None:
    chain = {where}
    rows: list[Operation] = []
    todo = [where.outputs[0]]
    while todo:
        t = todo.pop()
        if t in fetched or t in feeds:
            return None
        for op in consumers.get(t, ()):
            if op.type == "Reshape" and op._inputs[0] is t and t.op is where and op.outputs[0].shape.ndims == 1:
                todo.append(op.outputs[0])
            elif op.type == "GatherV2" and op._inputs[1] is t and op._inputs[0] is not t:
                rows.append(op)
            else:
                return None
            chain.add(op)
    used = [op.outputs[0] for op in rows]
    while used:
        t = used.pop()
        if t in fetched or t in feeds:
            return None
        for c in consumers.get(t, ()):
            if c.type in _KEEPS_ZEROS:
                used.append(c.outputs[0])
            elif c.type not in _TOLERANT:
                return None
    return chain if rows else None


def run(op: Operation, inputs: list[Any]) -> Any:
    """The result of an op of such a chain."""
    if op.type == "Where":
        return KeptRows(inputs[0])
    if op.type == "Reshape":
        return inputs[0]
    return inputs[1].of(inputs[0])
