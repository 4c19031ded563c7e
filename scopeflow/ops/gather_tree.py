"""GatherTree: reading a beam search's sequences back along the parents of each step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

from ..graph.operation import Tensor
from ..graph.public import export
from ..graph.tensor_shape import Dims
from ..op.checks import check
from ..op.declare import ShapeError, op
from ..op.shapes import merge, with_rank


def _tree_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims = merge(with_rank(inputs[0]._dims, 3), with_rank(inputs[1]._dims, 3))
    (batch,) = with_rank(inputs[2]._dims, 1)
    with_rank(inputs[3]._dims, 0)
    if dims[1] is not None and batch is not None and dims[1] != batch:
        raise ShapeError(f"Dimensions must be equal, but are {dims[1]} and {batch}")
    return [(dims[0], batch if dims[1] is None else dims[1], dims[2])]


@op(
    "GatherTree",
    "step_ids: T, parent_ids: T, max_sequence_lengths: int32, end_token: T -> beams: T",
    T="int32",
    jax_only=True,
    differentiable=False,
    shape=_tree_shape,
)
def gather_tree(step_ids, parent_ids, max_sequence_lengths, end_token):
    """The full sequences [time, batch, beam] that end in each beam.

    Args:
      step_ids, parent_ids: [time, batch, beam]: what each step chose, and the beam of the step before that it goes on from.
      max_sequence_lengths: int32 [batch]: the last step counted, per row.
      end_token: scalar; fills what follows the first `end_token` of a sequence.
    """
    ids, parents = jnp.asarray(step_ids), jnp.asarray(parent_ids)
    time, batch, width = ids.shape
    lengths = jnp.minimum(jnp.asarray(max_sequence_lengths), time)[:, None]
    beams = jnp.broadcast_to(jnp.arange(width, dtype=ids.dtype), (batch, width))

    def back(at: Any, given: Any) -> tuple[Any, Any]:
        step, parent, t = given
        inside = t < lengths
        ok = ~inside | ((at >= 0) & (at < width))
        out = jnp.where(inside, jnp.take_along_axis(step, jnp.clip(at, 0, width - 1), axis=1), end_token)
        went = jnp.where(inside, jnp.take_along_axis(parent, jnp.clip(at, 0, width - 1), axis=1), at)
        return went, (out, ok)

    _, (found, ok) = jax.lax.scan(back, beams, (ids, parents, jnp.arange(time)), reverse=True)
    check(ok, f"Saw invalid parent id: parents must be in [0, {width})")
    ended = jnp.cumsum(found == end_token, axis=0) - (found == end_token)
    return jnp.where(ended > 0, end_token, found)


export(gather_tree, "contrib.seq2seq.gather_tree")
