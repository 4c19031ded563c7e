"""The loss of connectionist temporal classification with the blank where the caller says, and labels that may be dense."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.composite import SparseTensor
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import public
from . import array
from .casting import cast
from .ctc import ctc_loss
from .elementwise import equal, less, maximum
from .functional import map_fn
from .grouping import unique
from .nn.activation import log_softmax
from .reduction import reduce_logsumexp, reduce_sum


@public("nn.ctc_loss_v2")
def ctc_loss_v2(
    labels: Any,
    logits: Any,
    label_length: Any,
    logit_length: Any,
    logits_time_major: bool = True,
    unique: Any = None,
    blank_index: int | None = None,
    name: str | None = None,
) -> Tensor:
    """-log p(labels | logits) [batch].

    Args:
      labels: int32 SparseTensor [batch, longest], or dense labels [batch, longest], whose rows may be empty.
      logits: [time, batch, classes], or [batch, time, classes] without `logits_time_major`.
      label_length: int32 [batch], of dense labels.
      logit_length: int32 [batch].
      unique: the result of `ctc_unique_labels(labels)`. It changes nothing here; in the reference it makes gradients wrong where labels
        repeat or the blank is not 0.
      blank_index: the class of the blank; from the end if negative; 0 for dense labels if None.
      name: scope of the ops, for dense labels.

    Raises:
      ValueError: labels are sparse and `blank_index` is None.
    """
    if isinstance(labels, SparseTensor):
        if blank_index is None:
            raise ValueError("blank_index must be given when using SparseTensor labels.")
        return _sparse_loss(labels, logits, logit_length, logits_time_major, blank_index)
    with name_scope(name, "ctc_loss_dense", [logits, labels, label_length, logit_length]):
        logits, labels = convert_to_tensor(logits, name="logits"), convert_to_tensor(labels, name="labels")
        label_length = convert_to_tensor(label_length, name="label_length")
        logit_length = convert_to_tensor(logit_length, name="logit_length")
        if not logits_time_major:
            logits = array.transpose(logits, perm=[1, 0, 2])
        return _dense_loss(labels, logits, label_length, logit_length, blank_index or 0)


def _sparse_loss(labels: SparseTensor, logits: Any, lengths: Any, time_major: bool, blank: int) -> Tensor:
    logits = convert_to_tensor(logits, name="logits")
    classes = logits.shape[2].value
    if blank < 0:
        blank += classes
    if blank != classes - 1:
        logits = array.concat([logits[:, :, :blank], logits[:, :, blank + 1 :], logits[:, :, blank : blank + 1]], axis=2)
        values = array.where(less(labels.values, blank), labels.values, labels.values - 1)
        labels = SparseTensor(labels.indices, values, labels.dense_shape)
    return ctc_loss(labels=labels, inputs=logits, sequence_length=lengths, time_major=time_major)


def _dense_loss(labels: Tensor, logits: Tensor, label_length: Tensor, logit_length: Tensor, blank: int) -> Tensor:
    if blank < 0:
        blank += logits.shape[2].value
    # CTCLoss refuses empty rows, so they get a label, and their loss, which is that of blanks alone, is put in afterwards.
    empty = equal(label_length, 0)
    longest = array.shape(labels)[1]
    any_label = cast(array.fill(array.shape(labels), 1 if blank == 0 else 0), labels.dtype)
    filled = array.where(array.sequence_mask(label_length, maxlen=longest), labels, any_label)
    indices = array.where(array.sequence_mask(maximum(label_length, array.ones_like(label_length)), maxlen=longest))
    sparse = SparseTensor(indices, cast(array.gather_nd(filled, indices), dtypes.int32), array.shape(labels, out_type=dtypes.int64))
    steps = array.where(empty, maximum(logit_length, array.ones_like(logit_length)), logit_length)
    loss = _sparse_loss(sparse, logits, cast(steps, dtypes.int32), True, blank)
    active = cast(array.sequence_mask(logit_length, maxlen=array.shape(logits)[0]), logits.dtype)
    blanks = -reduce_sum(array.transpose(log_softmax(logits)[:, :, blank]) * active, axis=1)
    # The reference's gradient of the steps after a sequence's end is their softmax, not zero.
    after_end = reduce_sum(array.transpose(reduce_logsumexp(logits, axis=2)) * (1 - active), axis=1)
    return array.where(empty, blanks, loss) + (after_end - array.stop_gradient(after_end))


@public("nn.ctc_unique_labels")
def ctc_unique_labels(labels: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
    """(The distinct labels of each row of `labels` [batch, longest], in order and filled up with 0; the place of each label among them)."""
    with name_scope(name, "ctc_unique_labels", [labels]):
        labels = convert_to_tensor(labels, name="labels")

        def row(x: Tensor) -> list[Tensor]:
            found = unique(x)
            y = array.pad(found.y, [[0, array.shape(found.idx)[0] - array.shape(found.y)[0]]])
            return [cast(y, dtypes.int64), found.idx]

        return map_fn(row, labels, dtype=[dtypes.int64, dtypes.int32])
