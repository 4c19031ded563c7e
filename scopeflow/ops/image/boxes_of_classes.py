"""Which boxes of many classes, in a batch of images, to keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import public
from ...graph.tensor_shape import Dims
from ...op.checks import check
from ...op.declare import ShapeError, op
from ...op.fold import fold
from ...op.shapes import with_rank
from .boxes import overlap_of, suppressed


@op(
    "CombinedNonMaxSuppression",
    "boxes: float, scores: float, max_output_size_per_class: int32, max_total_size: int32, iou_threshold: float, score_threshold: float "
    "-> nmsed_boxes: float, nmsed_scores: float, nmsed_classes: float, valid_detections: int32",
    host=True,
    differentiable=False,
)
def combined(
    boxes, scores, max_output_size_per_class, max_total_size, iou_threshold, score_threshold,
    *, pad_per_class: bool = False, clip_boxes: bool = True,
):  # fmt: skip
    """As NonMaxSuppressionV3 for each class of each image; then the best of all classes."""
    check(boxes.ndim == 4 and boxes.shape[3] == 4, "boxes must be 4-D with 4 columns")
    check(scores.ndim == 3, "scores must be 3-D")
    check(boxes.shape[:2] == scores.shape[:2], "scores has incompatible shape")
    check(boxes.shape[2] in (1, scores.shape[2]), "third dimension of boxes must be either 1 or num classes")
    per_class, total = int(max_output_size_per_class), int(max_total_size)
    check(per_class >= 0, "max_size_per_class must be non-negative")
    check(total > 0, "max_total_size must be > 0")
    check(0 <= iou_threshold <= 1, "iou_threshold must be in [0, 1]")
    batch, _, classes = scores.shape
    size = min(total, per_class * classes) if pad_per_class else total
    kept_boxes, kept_scores = np.zeros((batch, size, 4), np.float32), np.zeros((batch, size), np.float32)
    kept_classes, counts = np.zeros((batch, size), np.float32), np.zeros(batch, np.int32)
    for i in range(batch):
        best = _best(boxes[i], scores[i], per_class, float(iou_threshold), float(score_threshold))[:size]
        counts[i] = len(best)
        for j, (score, c, box) in enumerate(best):
            kept_boxes[i, j], kept_scores[i, j], kept_classes[i, j] = box, score, c
    return np.clip(kept_boxes, 0, 1) if clip_boxes else kept_boxes, kept_scores, kept_classes, counts


def _best(boxes: np.ndarray, scores: np.ndarray, per_class: int, threshold: float, score_threshold: float) -> list[tuple[float, int, Any]]:
    """(score, class, box) of those kept in one image, best first."""
    found = []
    for c in range(scores.shape[1]):
        own = boxes[:, c if boxes.shape[1] > 1 else 0]
        kept, kept_scores = suppressed(overlap_of(own), scores[:, c], min(per_class, len(own)), threshold, score_threshold)
        found += [(s, c, own[k]) for s, k in zip(kept_scores, kept)]
    return sorted(found, key=lambda f: -f[0])


@combined.shape
def _shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    batch, n, q, four = with_rank(inputs[0]._dims, 4)
    _, m, classes = with_rank(inputs[1]._dims, 3)
    for t in inputs[2:]:
        with_rank(t._dims, 0)
    if four not in (4, None):
        raise ShapeError(f"Dimension must be 4 but is {four}")
    if n is not None and m is not None and n != m:
        raise ShapeError(f"Dimensions must be equal, but are {n} and {m}")
    if None not in (q, classes) and q not in (1, classes):
        raise ShapeError("third dimension of boxes must be either 1 or equal to the third dimension of scores")
    total, per_class = fold(inputs[3]), fold(inputs[2])
    size = None if total is None else int(total)
    if size is not None and size <= 0:
        raise ShapeError("max_total_size should be > 0 ")
    if attrs.get("pad_per_class"):
        size = None if size is None or per_class is None or classes is None else min(size, int(per_class) * classes)
    return [(batch, size, 4), (batch, size), (batch, size), (batch,)]


@public("image.combined_non_max_suppression")
def combined_non_max_suppression(
    boxes: Any,
    scores: Any,
    max_output_size_per_class: Any,
    max_total_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    pad_per_class: bool = False,
    clip_boxes: bool = True,
    name: str | None = None,
) -> Any:
    """Non-maximum suppression for each class of each image: (boxes, scores, classes, how many), filled up with zeros.

    Args:
      boxes: [batch, n, q, 4]; q is the number of classes, or 1 for boxes that serve all of them.
      scores: [batch, n, classes].
      max_output_size_per_class: how many of each class at most.
      max_total_size: how many of an image at most, and the size of the outputs.
      iou_threshold: by how much of their union two boxes of a class may overlap.
      score_threshold: only boxes with scores above.
      pad_per_class: the outputs are no larger than max_output_size_per_class times the classes.
      clip_boxes: clip the boxes to 0 to 1.
    """
    with name_scope(name, "combined_non_max_suppression"):
        iou_threshold = convert_to_tensor(iou_threshold, np.float32, name="iou_threshold")
        score_threshold = convert_to_tensor(score_threshold, np.float32, name="score_threshold")
        return combined(
            boxes, scores, max_output_size_per_class, max_total_size, iou_threshold, score_threshold,
            pad_per_class=pad_per_class, clip_boxes=clip_boxes,
        )  # fmt: skip
