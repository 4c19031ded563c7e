"""Connectionist temporal classification: the loss, and decoding the most probable labellings.

Inputs are logits [time, batch, classes]; the last class is the blank. Algorithm: Graves et al. 2006, "Connectionist Temporal
Classification"; beam search: Graves et al. 2014, "Towards End-to-End Speech Recognition with Recurrent Neural Networks".
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..graph import errors
from ..graph.composite import SparseTensor
from ..graph.operation import Tensor
from ..graph.public import public
from ..graph.tensor_shape import Dims
from ..op.checks import check
from ..op.declare import ShapeError, op
from ..op.namespace import is_known
from ..op.shapes import with_rank
from . import array

#: stands for log(0), so that gradients of what cannot happen stay finite
_NEVER = -1e30


def _batch(inputs: Sequence[Tensor], lengths: int) -> int | None:
    """The batch size by the logits and the input of sequence lengths. Raises ShapeError if they contradict each other."""
    batch = with_rank(inputs[0]._dims, 3)[1]
    (n,) = with_rank(inputs[lengths]._dims, 1)
    if batch is not None and n is not None and batch != n:
        raise ShapeError(f"Dimensions must be equal, but are {batch} and {n}")
    return n if batch is None else batch


# -- the loss ---------------------------------------------------------------------------------------
def _loss_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    time, _, classes = with_rank(inputs[0]._dims, 3)
    indices, values = with_rank(inputs[1]._dims, 2), with_rank(inputs[2]._dims, 1)
    if indices[0] is not None and values[0] is not None and indices[0] != values[0]:
        raise ShapeError(f"Dimensions must be equal, but are {indices[0]} and {values[0]}")
    batch = _batch(inputs, 3)
    return [(batch,), (time, batch, classes)]


def _dense_labels(indices: Any, values: Any, batch: int, longest: int) -> tuple[Any, Any]:
    """(labels [batch, longest], filled up with -1; the number of labels of each row, also of those that are too long)."""
    rows = indices[:, 0]
    counts = jnp.zeros(batch, jnp.int32).at[rows].add(1, mode="drop")
    starts = jnp.cumsum(counts) - counts
    columns = jnp.arange(rows.shape[0], dtype=jnp.int32) - starts[jnp.clip(rows, 0, batch - 1)]
    labels = jnp.full((batch, longest), -1, jnp.int32).at[rows, columns].set(values.astype(jnp.int32), mode="drop")
    return labels, counts


def _without_repeats(labels: Any) -> Any:
    """The labels with neighbours that are equal merged, moved to the left and filled up with -1."""
    before = jnp.pad(labels, ((0, 0), (1, 0)), constant_values=-1)[:, :-1]
    keep = (labels >= 0) & (labels != before)
    target = jnp.where(keep, jnp.cumsum(keep, 1) - 1, labels.shape[1])
    rows = jnp.arange(labels.shape[0])[:, None]
    return jnp.full_like(labels, -1).at[rows, target].set(labels, mode="drop")


def _losses(logits: Any, labels: Any, lengths: Any, merge_repeated: bool) -> Any:
    """-log p(labels) of each row [batch]; labels [batch, n] are filled up with -1, lengths [batch] are of the logits."""
    blank = logits.shape[2] - 1
    time, batch, _ = logits.shape
    n = labels.shape[1]
    log_y = jax.nn.log_softmax(logits)
    counts = (labels >= 0).sum(1)
    # States: blank, label, blank, label, ..., blank.
    states = jnp.full((batch, 2 * n + 1), blank, jnp.int32).at[:, 1::2].set(jnp.where(labels >= 0, labels, blank))
    is_label = (jnp.arange(2 * n + 1) % 2 == 1)[None, :]
    two_before = jnp.pad(states, ((0, 0), (2, 0)), constant_values=-1)[:, :-2]
    may_skip = is_label & (states != two_before) if merge_repeated else jnp.broadcast_to(is_label, states.shape)
    may_stay = jnp.ones_like(states, bool) if merge_repeated else jnp.broadcast_to(~is_label, states.shape)
    never = jnp.asarray(_NEVER, logits.dtype)

    def emitted(at: Any) -> Any:
        return jnp.take_along_axis(at, states, axis=1)

    def later(alpha: Any, by: int) -> Any:
        return jnp.pad(alpha, ((0, 0), (by, 0)), constant_values=_NEVER)[:, : 2 * n + 1]

    def step(alpha: Any, given: Any) -> tuple[Any, None]:
        at, t = given
        ways = jnp.stack([jnp.where(may_stay, alpha, never), later(alpha, 1), jnp.where(may_skip, later(alpha, 2), never)])
        new = jnp.maximum(jax.nn.logsumexp(ways, axis=0) + emitted(at), never)
        return jnp.where((t < lengths)[:, None], new, alpha), None

    start = jnp.where(jnp.arange(2 * n + 1)[None, :] < 2, emitted(log_y[0]), never) if time else jnp.full(states.shape, never)
    last, _ = jax.lax.scan(step, start, (log_y[1:], jnp.arange(1, time)))
    in_blank = jnp.take_along_axis(last, 2 * counts[:, None], axis=1)[:, 0]
    in_label = jnp.take_along_axis(last, jnp.maximum(2 * counts - 1, 0)[:, None], axis=1)[:, 0]
    total = jnp.where(counts > 0, jnp.logaddexp(in_blank, in_label), in_blank)
    # What cannot happen costs infinitely much; its gradient is the softmax, as the reference gives it.
    active = (jnp.arange(time)[:, None] < lengths[None, :]).astype(logits.dtype)
    normalizer = (jax.nn.logsumexp(logits, axis=2) * active).sum(0)
    infinite = normalizer + jax.lax.stop_gradient(jnp.asarray(np.inf, logits.dtype) - normalizer)
    return jnp.where(total > _NEVER / 2, -total, infinite)


@op(
    "CTCLoss",
    "inputs: T, labels_indices: int64, labels_values: int32, sequence_length: int32 -> loss: T, gradient: T",
    T="float double = float",
    jax_only=True,
    shape=_loss_shape,
)
def ctc_loss_op(
    inputs,
    labels_indices,
    labels_values,
    sequence_length,
    *,
    preprocess_collapse_repeated: bool = False,
    ctc_merge_repeated: bool = True,
    ignore_longer_outputs_than_inputs: bool = False,
):
    """-log p(labels | inputs) [batch], and its gradient at the logits."""
    inputs, lengths = jnp.asarray(inputs), jnp.asarray(sequence_length)
    time, batch, classes = inputs.shape
    check(sequence_length <= time, f"sequence_length(b) <= {time}: a sequence is longer than the inputs")
    check((labels_indices[:, 0] >= 0) & (labels_indices[:, 0] < batch), f"label SparseTensor is not valid: a row is not in [0,{batch})")
    check(labels_values >= 0, "All labels must be nonnegative integers")
    longest = max(1, min(time, labels_values.shape[0]))
    labels, counts = _dense_labels(jnp.asarray(labels_indices), jnp.asarray(labels_values), batch, longest)
    check(_known(counts, labels_indices) > 0, "Labels length is zero in a row of the batch")
    null = labels >= classes - 1
    after_null = jnp.cumsum(null, 1) > 0
    check(
        ~(after_null & ~null & (labels >= 0)).any(1),
        f"Saw a non-null label following a null label (index >= num_classes - 1), num_classes: {classes}",
    )
    labels = jnp.where(after_null, -1, labels)
    if preprocess_collapse_repeated:
        labels = _without_repeats(labels)
    fits = counts <= lengths
    if not ignore_longer_outputs_than_inputs:
        check(
            fits,
            "Not enough time for target transition sequence: labels of a row are longer than its sequence. "
            "You can turn this error into a warning by using the flag ignore_longer_outputs_than_inputs",
        )

    def losses(logits: Any) -> Any:
        return jnp.where(fits, _losses(logits, labels, lengths, ctc_merge_repeated), 0)

    return losses(inputs), jax.grad(lambda logits: losses(logits).sum())(inputs)


def _known(value: Any, *arrays: Any) -> Any:
    """`value`, as NumPy where all that it comes from is known."""
    return np.asarray(value) if is_known(*arrays) and not isinstance(value, jax.core.Tracer) else value


@public("nn.ctc_loss")
def ctc_loss(
    labels: Any,
    inputs: Any = None,
    sequence_length: Any = None,
    preprocess_collapse_repeated: bool = False,
    ctc_merge_repeated: bool = True,
    ignore_longer_outputs_than_inputs: bool = False,
    time_major: bool = True,
    logits: Any = None,
) -> Tensor:
    """-log p(labels | inputs) [batch].

    Args:
      labels: int32 SparseTensor [batch, longest].
      inputs, logits: [time, batch, classes], or [batch, time, classes] without `time_major`; the last class is the blank.
      sequence_length: int32 [batch].
      preprocess_collapse_repeated: merge equal neighbours in `labels` first.
      ctc_merge_repeated: equal neighbours in an alignment are one label.
      ignore_longer_outputs_than_inputs: labels longer than their sequence cost nothing, instead of raising.

    Raises:
      TypeError: `labels` is no SparseTensor.
    """
    if not isinstance(labels, SparseTensor):
        raise TypeError("Expected labels (first argument) to be a SparseTensor")
    inputs = _either(inputs, logits)
    if not time_major:
        inputs = array.transpose(inputs, [1, 0, 2])
    loss, _ = ctc_loss_op(
        inputs,
        labels.indices,
        labels.values,
        sequence_length,
        preprocess_collapse_repeated=preprocess_collapse_repeated,
        ctc_merge_repeated=ctc_merge_repeated,
        ignore_longer_outputs_than_inputs=ignore_longer_outputs_than_inputs,
    )
    return loss


def _either(inputs: Any, logits: Any) -> Any:
    if logits is None:
        return inputs
    if inputs is not None:
        raise ValueError("Cannot specify both 'logits' and 'inputs'")
    return logits


# -- decoding ----------------------------------------------------------------------------------------
def _decoded(paths: list[list[int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels, one list a row of the batch, as the parts of a sparse tensor."""
    indices = np.array([(b, i) for b, path in enumerate(paths) for i in range(len(path))], np.int64).reshape(-1, 2)
    values = np.array([label for path in paths for label in path], np.int64)
    return indices, values, np.array([len(paths), max(map(len, paths), default=0)], np.int64)


def _require_lengths(lengths: np.ndarray, time: int) -> None:
    for b, n in enumerate(lengths):
        if n > time:
            raise errors.FailedPreconditionError(None, None, f"sequence_length({b}) <= {time}")


def _greedy_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [(None, 2), (None,), (2,), (_batch(inputs, 1), 1)]


@op(
    "CTCGreedyDecoder",
    "inputs: T, sequence_length: int32 -> decoded_indices: int64, decoded_values: int64, decoded_shape: int64, log_probability: T",
    T="float double = float",
    host=True,
    differentiable=False,
    shape=_greedy_shape,
)
def ctc_greedy_decoder_op(inputs, sequence_length, *, merge_repeated: bool = False):
    """The best class of each step without blanks, and minus the sum of their logits [batch, 1]."""
    time, batch, classes = inputs.shape
    _require_lengths(sequence_length, time)
    best = inputs.argmax(2) if time else np.zeros((0, batch), np.int64)
    score = np.zeros((batch, 1), inputs.dtype)
    paths = []
    for b, n in enumerate(sequence_length):
        path, before = [], -1
        for t in range(n):
            label = int(best[t, b])
            score[b, 0] -= inputs[t, b, label]
            if label != classes - 1 and not (merge_repeated and label == before):
                path.append(label)
            before = label
        paths.append(path)
    return *_decoded(paths), score


@public("nn.ctc_greedy_decoder")
def ctc_greedy_decoder(inputs: Any, sequence_length: Any, merge_repeated: bool = True) -> tuple[list[SparseTensor], Tensor]:
    """([best labels as an int64 SparseTensor], minus the sum of the best logits [batch, 1]) of `inputs` [time, batch, classes]."""
    indices, values, shape, score = ctc_greedy_decoder_op(inputs, sequence_length, merge_repeated=merge_repeated)
    return [SparseTensor(indices, values, shape)], score


def _beam_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    k = attrs["top_paths"]
    return [(None, 2)] * k + [(None,)] * k + [(2,)] * k + [(_batch(inputs, 1), k)]


class _Labelling:
    """A node of the tree of labellings, with its log probabilities: by a last step that is blank, by a label, and both."""

    __slots__ = ("blank", "by_label", "children", "label", "old_blank", "old_total", "parent", "total")

    def __init__(self, parent: _Labelling | None, label: int):
        self.parent, self.label = parent, label
        self.children: dict[int, _Labelling] = {}
        self.forget()
        self.old_total = self.old_blank = -np.inf

    def forget(self) -> None:
        """The labelling is not in the beam any more."""
        self.total = self.blank = self.by_label = -np.inf

    def path(self) -> list[int]:
        out = []
        node: _Labelling | None = self
        while node is not None and node.parent is not None:
            out.append(node.label)
            node = node.parent
        return out[::-1]


def _search(log_y: np.ndarray, width: int) -> list[_Labelling]:
    """The `width` labellings that a beam search ends with, best first, given log probabilities [time, classes].

    Which labellings drop out depends on the order of the reference's search, which is therefore kept: one that better ones
    push out while the step goes on is not extended if its parent's turn comes before its own.
    """
    beam = [_Labelling(None, -1)]
    beam[0].total = beam[0].blank = 0.0
    blank = log_y.shape[1] - 1
    for y in log_y:
        steps = y.tolist()
        for node in beam:
            node.old_total, node.old_blank = node.total, node.blank
        for node in beam:
            parent = node.parent
            if parent is not None:
                if parent.total != -np.inf:
                    node.by_label = np.logaddexp(node.by_label, parent.old_blank if node.label == parent.label else parent.old_total)
                node.by_label += steps[node.label]
            node.blank = node.old_total + steps[blank]
            node.total = np.logaddexp(node.blank, node.by_label)
        # A heap with the worst on top; the count keeps ties in order.
        heap = [(node.total, i, node) for i, node in enumerate(beam)]
        heapq.heapify(heap)
        count = len(heap)
        for node in beam:
            if node.old_total == -np.inf or (len(heap) == width and node.old_total <= heap[0][0]):
                continue
            scores = node.old_total + y[:blank]
            if node.label >= 0:
                scores[node.label] = node.old_blank + y[node.label]
            floor = heap[0][0] if len(heap) == width else -np.inf
            for child in node.children.values():
                if child.total != -np.inf:
                    scores[child.label] = -np.inf
                elif scores[child.label] <= floor:
                    child.old_total = child.old_blank = -np.inf
            for label in np.flatnonzero(scores > floor).tolist():
                child = node.children.get(label)
                if child is None:
                    child = node.children[label] = _Labelling(node, label)
                score = float(scores[label])
                if len(heap) == width:
                    if score <= heap[0][0]:
                        child.old_total = child.old_blank = -np.inf
                        continue
                    heapq.heappop(heap)[2].forget()
                child.total = child.by_label = score
                heapq.heappush(heap, (score, count, child))
                count += 1
        beam = [node for _, _, node in sorted(heap, key=lambda entry: (-entry[0], entry[1]))]
    return beam


@op(
    "CTCBeamSearchDecoder",
    "inputs: T, sequence_length: int32 -> "
    "decoded_indices: top_paths*int64, decoded_values: top_paths*int64, decoded_shape: top_paths*int64, log_probability: T",
    T="float double = float",
    host=True,
    differentiable=False,
    shape=_beam_shape,
)
def ctc_beam_search_decoder_op(inputs, sequence_length, *, beam_width: int, top_paths: int, merge_repeated: bool = True):
    """The `top_paths` most probable labellings, and their log probabilities [batch, top_paths]."""
    time, batch, _ = inputs.shape
    _require_lengths(sequence_length, time)
    if top_paths > beam_width:
        raise errors.InvalidArgumentError(None, None, "requested more paths than the beam width.")
    shifted = inputs - inputs.max(2, keepdims=True)
    log_y = shifted - np.log(np.exp(shifted).sum(2, keepdims=True))
    found: list[list[list[int]]] = [[] for _ in range(top_paths)]
    scores = np.zeros((batch, top_paths), inputs.dtype)
    for b, n in enumerate(sequence_length):
        best = _search(log_y[:n, b].astype(np.float64), beam_width)[:top_paths]
        if len(best) < top_paths:
            raise errors.InvalidArgumentError(None, None, "Less leaves in the beam search than requested.")
        for k, node in enumerate(best):
            path = node.path()
            scores[b, k] = node.total
            found[k].append([x for j, x in enumerate(path) if not (merge_repeated and j and path[j - 1] == x)])
    parts = [_decoded(paths) for paths in found]
    return [p[0] for p in parts], [p[1] for p in parts], [p[2] for p in parts], scores


@public("nn.ctc_beam_search_decoder")
def ctc_beam_search_decoder(
    inputs: Any, sequence_length: Any, beam_width: int = 100, top_paths: int = 1, merge_repeated: bool = True
) -> tuple[list[SparseTensor], Tensor]:
    """(the `top_paths` most probable labellings as int64 SparseTensors, their log probabilities [batch, top_paths]).

    Args:
      inputs: logits [time, batch, classes].
      sequence_length: int32 [batch].
      beam_width: how many labellings are kept at each step.
      merge_repeated: equal neighbours in the labellings that are found are merged too.
    """
    indices, values, shapes, score = ctc_beam_search_decoder_op(
        inputs, sequence_length, beam_width=beam_width, top_paths=top_paths, merge_repeated=merge_repeated
    )
    return [SparseTensor(i, v, s) for i, v, s in zip(indices, values, shapes)], score


@public("nn.ctc_beam_search_decoder_v2")
def ctc_beam_search_decoder_v2(
    inputs: Any, sequence_length: Any, beam_width: int = 100, top_paths: int = 1
) -> tuple[list[SparseTensor], Tensor]:
    """`ctc_beam_search_decoder` that keeps repetitions."""
    return ctc_beam_search_decoder(inputs, sequence_length, beam_width, top_paths, merge_repeated=False)
