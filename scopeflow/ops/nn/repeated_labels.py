"""tf.nn.collapse_repeated: labels without those that repeat the one before."""

from __future__ import annotations

from typing import Any

from ...graph import dtypes
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import public
from .. import array
from ..casting import cast
from ..elementwise import logical_and, not_equal
from ..reduction import reduce_max, reduce_sum


@public("nn.collapse_repeated")
def collapse_repeated(labels: Any, seq_length: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
    """(labels [batch, longest], how many are left of each row): runs of equal labels as one.

    Args:
      labels: [batch, time].
      seq_length: how many of each row count, [batch].
    """
    with name_scope(name, "collapse_repeated_labels", [labels, seq_length]):
        labels = array.convert_to_tensor(labels, name="labels")
        seq_length = array.convert_to_tensor(seq_length, name="seq_length")
        # A label is kept if it is the first, or differs from the one before, and lies within the row.
        first = array.ones_like(labels[:, :1], dtypes.bool_)
        kept = array.concat([first, not_equal(labels[:, 1:], labels[:, :-1])], axis=1)
        kept = logical_and(kept, array.sequence_mask(seq_length, maxlen=_size(labels, 1)))
        lengths = reduce_sum(cast(kept, dtypes.int32), axis=1)
        longest = reduce_max(lengths)
        mask = array.sequence_mask(lengths, maxlen=longest)
        flat, flat_kept, flat_mask = array.reshape(labels, [-1]), array.reshape(kept, [-1]), array.reshape(mask, [-1])
        places = array.range_(_size(flat_mask, 0))
        out = array.scatter_nd(
            indices=array.expand_dims(array.boolean_mask(places, flat_mask), axis=1),
            updates=array.boolean_mask(flat, flat_kept),
            shape=array.shape(flat_mask),
        )
        out = array.reshape(out, [_size(labels, 0), longest])
        return out, cast(lengths, seq_length.dtype)


def _size(x: Tensor, axis: int) -> Any:
    """A dimension of `x`: a number where it is known (and not 0), else a tensor."""
    return x.shape.dims[axis].value or array.shape(x)[axis]
