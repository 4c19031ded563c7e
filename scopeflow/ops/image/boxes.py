"""Boxes (y1, x1, y2, x2): which of many to keep, drawn into images, and random ones to crop to."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Sequence
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
from ...op.philox import Generator
from ...op.shapes import with_rank
from ...op.variates import fraction


# -- non-maximum suppression -------------------------------------------------------------------------
def overlap_of(boxes: np.ndarray) -> Callable[[int, list[int]], np.ndarray]:
    """(box, others) -> the intersection of each pair over its union; the corners of a box may come in any order."""
    low = np.minimum(boxes[:, :2], boxes[:, 2:])
    high = np.maximum(boxes[:, :2], boxes[:, 2:])
    area = (high - low).prod(1)

    def overlap(i: int, others: list[int]) -> np.ndarray:
        sides = np.maximum(np.minimum(high[i], high[others]) - np.maximum(low[i], low[others]), 0)
        both = sides.prod(1)
        whole = area[i] + area[others] - both
        solid = (area[i] > 0) & (area[others] > 0)
        return np.where(solid, both / np.where(whole > 0, whole, 1), 0).astype(np.float32)

    return overlap


def suppressed(
    similarity: Callable[[int, list[int]], np.ndarray],
    scores: np.ndarray,
    size: int,
    threshold: float,
    score_threshold: float,
    sigma: float = 0.0,
) -> tuple[list[int], list[float]]:
    """The boxes kept, best score first, and their scores: none overlaps a better one by more than `threshold`.

    With a `sigma` above 0, overlapping lowers a score by exp(-overlap ** 2 / (2 sigma)) instead (soft-NMS, Bodla et al. 2017).
    """
    soft = sigma > 0
    # (negative score, index, how many of the kept ones it was compared with)
    queue = [(-float(s), i, 0) for i, s in enumerate(scores) if s > score_threshold]
    heapq.heapify(queue)
    kept: list[int] = []
    kept_scores: list[float] = []
    kind = scores.dtype.type
    while len(kept) < size and queue:
        negative, i, seen = heapq.heappop(queue)
        score = original = kind(-negative)
        overlaps = similarity(i, kept[seen:])[::-1] if seen < len(kept) else ()
        dropped = False
        for s in overlaps:
            if s >= 1 or (not soft and kind(s) > threshold):
                dropped = True
                break
            if not soft:
                continue
            score = kind(score * kind(math.exp(-0.5 / sigma * float(s) * float(s)) if s <= threshold else 0.0))
            if score <= score_threshold:
                break
        if dropped:
            continue
        if score == original:
            kept.append(i)
            kept_scores.append(float(score))
            # It stays a candidate, and falls to itself; but an empty box, which overlaps nothing, is kept over and over.
            heapq.heappush(queue, (-float(score), i, len(kept) - 1))
        elif score > score_threshold:
            heapq.heappush(queue, (-float(score), i, len(kept)))
    return kept, kept_scores


def _check_boxes(boxes: Any, scores: Any, size: Any, threshold: Any) -> None:
    check(size >= 0, "max_output_size must be non-negative")
    check(0 <= threshold <= 1, "iou_threshold must be in [0, 1]")
    check(boxes.ndim == 2 and boxes.shape[1] == 4, "boxes must have 4 columns")
    check(scores.ndim == 1 and len(scores) == len(boxes), "scores has incompatible shape")


def _kept_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    n, four = with_rank(inputs[0]._dims, 2)
    (m,) = with_rank(inputs[1]._dims, 1)
    for t in inputs[2:]:
        with_rank(t._dims, 0)
    if n is not None and m is not None and n != m:
        raise ShapeError(f"Dimensions must be equal, but are {n} and {m}")
    if four not in (4, None):
        raise ShapeError(f"Dimension must be 4 but is {four}")
    return [(None,)]


def _padded_kept_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    _kept_shape(inputs, attrs)
    size = fold(inputs[2]) if attrs.get("pad_to_max_output_size") else None
    return [(None if size is None else int(size),), ()]


def _soft_kept_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    indices, count = _padded_kept_shape(inputs, attrs)
    return [indices, indices, count]


_HOST: dict[str, Any] = {"T": "half float = float", "host": True, "differentiable": False}
_V3 = "boxes: T, scores: T, max_output_size: int32, iou_threshold: T_threshold, score_threshold: T_threshold"


@op("NonMaxSuppression", "boxes: float, scores: float, max_output_size: int32 -> selected_indices: int32", host=True, shape=_kept_shape)
def non_max_suppression_v1(boxes, scores, max_output_size, *, iou_threshold: float = 0.5):
    """The boxes, best first, that overlap no better one by more than the threshold."""
    return _v3(boxes, scores, max_output_size, iou_threshold, -math.inf)


@op(
    "NonMaxSuppressionV2", "boxes: T, scores: T, max_output_size: int32, iou_threshold: T_threshold -> selected_indices: int32",
    T_threshold="half float = float", shape=_kept_shape, **_HOST,
)  # fmt: skip
def non_max_suppression_v2(boxes, scores, max_output_size, iou_threshold):
    """The boxes, best first, that overlap no better one by more than the threshold."""
    return _v3(boxes, scores, max_output_size, iou_threshold, -math.inf)


def _v3(boxes: Any, scores: Any, size: Any, threshold: Any, score_threshold: Any) -> np.ndarray:
    _check_boxes(boxes, scores, size, threshold)
    kept, _ = suppressed(overlap_of(boxes.astype(np.float32)), scores, int(size), float(threshold), float(score_threshold))
    return np.array(kept, np.int32)


@op("NonMaxSuppressionV3", f"{_V3} -> selected_indices: int32", T_threshold="half float = float", shape=_kept_shape, **_HOST)
def non_max_suppression_v3(boxes, scores, max_output_size, iou_threshold, score_threshold):
    """The boxes with scores above a threshold, best first, that overlap no better one by more than the other threshold."""
    return _v3(boxes, scores, max_output_size, iou_threshold, score_threshold)


@op(
    "NonMaxSuppressionV4", f"{_V3} -> selected_indices: int32, valid_outputs: int32",
    T_threshold="half float = float", shape=_padded_kept_shape, **_HOST,
)  # fmt: skip
def non_max_suppression_v4(boxes, scores, max_output_size, iou_threshold, score_threshold, *, pad_to_max_output_size: bool = False):
    """As NonMaxSuppressionV3, and how many; filled up with zeros if wanted."""
    kept = _v3(boxes, scores, max_output_size, iou_threshold, score_threshold)
    return _filled(kept, max_output_size, pad_to_max_output_size), len(kept)


def _filled(values: np.ndarray, size: Any, wanted: bool) -> np.ndarray:
    return np.concatenate([values, np.zeros(int(size) - len(values), values.dtype)]) if wanted else values


@op(
    "NonMaxSuppressionV5",
    "boxes: T, scores: T, max_output_size: int32, iou_threshold: T, score_threshold: T, soft_nms_sigma: T "
    "-> selected_indices: int32, selected_scores: T, valid_outputs: int32",
    shape=_soft_kept_shape, **_HOST,
)  # fmt: skip
def non_max_suppression_v5(
    boxes, scores, max_output_size, iou_threshold, score_threshold, soft_nms_sigma, *, pad_to_max_output_size: bool = False
):
    """As NonMaxSuppressionV4, with scores, which overlapping lowers if `soft_nms_sigma` is above 0."""
    _check_boxes(boxes, scores, max_output_size, iou_threshold)
    check(soft_nms_sigma >= 0, "soft_nms_sigma must be non-negative")
    overlap = overlap_of(boxes.astype(np.float32))
    kept, found = suppressed(overlap, scores, int(max_output_size), float(iou_threshold), float(score_threshold), float(soft_nms_sigma))
    indices, new_scores = np.array(kept, np.int32), np.array(found, scores.dtype)
    fill = pad_to_max_output_size
    return _filled(indices, max_output_size, fill), _filled(new_scores, max_output_size, fill), len(kept)


@op(
    "NonMaxSuppressionWithOverlaps",
    "overlaps: float, scores: float, max_output_size: int32, overlap_threshold: float, score_threshold: float -> selected_indices: int32",
    host=True, differentiable=False,
)  # fmt: skip
def non_max_suppression_with_overlaps(overlaps, scores, max_output_size, overlap_threshold, score_threshold):
    """As NonMaxSuppressionV3, by a matrix of overlaps."""
    check(overlaps.ndim == 2 and overlaps.shape[0] == overlaps.shape[1], "overlaps must be square")
    check(scores.ndim == 1 and len(scores) == len(overlaps), "scores has incompatible shape")
    kept, _ = suppressed(
        lambda i, others: overlaps[i, others], scores, int(max_output_size), float(overlap_threshold), float(score_threshold)
    )
    return np.array(kept, np.int32)


@non_max_suppression_with_overlaps.shape
def _with_overlaps_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    with_rank(inputs[0]._dims, 2)
    with_rank(inputs[1]._dims, 1)
    return [(None,)]


@public("image.non_max_suppression")
def non_max_suppression(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    name: str | None = None,
) -> Tensor:
    """The indices, best score first, of boxes that overlap no better one.

    Args:
      boxes: [n, 4], each (y1, x1, y2, x2), in any units.
      scores: [n].
      max_output_size: how many at most.
      iou_threshold: by how much of their union two boxes may overlap.
      score_threshold: only boxes with scores above.
    """
    with name_scope(name, "non_max_suppression"):
        iou_threshold = convert_to_tensor(iou_threshold, name="iou_threshold")
        score_threshold = convert_to_tensor(score_threshold, name="score_threshold")
        return non_max_suppression_v3(boxes, scores, max_output_size, iou_threshold, score_threshold)


@public("image.non_max_suppression_padded")
def non_max_suppression_padded(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    pad_to_max_output_size: bool = False,
    name: str | None = None,
) -> Any:
    """As `non_max_suppression`: (indices, how many), the indices filled up with zeros if wanted."""
    with name_scope(name, "non_max_suppression_padded"):
        iou_threshold = convert_to_tensor(iou_threshold, name="iou_threshold")
        score_threshold = convert_to_tensor(score_threshold, name="score_threshold")
        return non_max_suppression_v4(
            boxes, scores, max_output_size, iou_threshold, score_threshold, pad_to_max_output_size=pad_to_max_output_size
        )


@public("image.non_max_suppression_with_scores")
def non_max_suppression_with_scores(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    soft_nms_sigma: Any = 0.0,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """As `non_max_suppression`: (indices, scores), the scores lowered by overlapping if `soft_nms_sigma` is above 0."""
    with name_scope(name, "non_max_suppression_with_scores"):
        iou_threshold = convert_to_tensor(iou_threshold, name="iou_threshold")
        score_threshold = convert_to_tensor(score_threshold, name="score_threshold")
        soft_nms_sigma = convert_to_tensor(soft_nms_sigma, name="soft_nms_sigma")
        indices, found, _ = non_max_suppression_v5(
            boxes, scores, max_output_size, iou_threshold, score_threshold, soft_nms_sigma, pad_to_max_output_size=False
        )
        return indices, found


@public("image.non_max_suppression_overlaps")
def non_max_suppression_overlaps(
    overlaps: Any,
    scores: Any,
    max_output_size: Any,
    overlap_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    name: str | None = None,
) -> Tensor:
    """As `non_max_suppression`, by a matrix [n, n] of overlaps."""
    with name_scope(name, "non_max_suppression_overlaps"):
        overlap_threshold = convert_to_tensor(overlap_threshold, name="overlap_threshold")
        return non_max_suppression_with_overlaps(overlaps, scores, max_output_size, overlap_threshold, score_threshold)


# -- drawing -------------------------------------------------------------------------------------------
_COLORS = [
    (1, 1, 0, 1), (0, 0, 1, 1), (1, 0, 0, 1), (0, 1, 0, 1), (0.5, 0, 0.5, 1),
    (0.5, 0.5, 0, 1), (0.5, 0, 0, 1), (0, 0, 0.5, 1), (0, 1, 1, 1), (1, 0, 1, 1),
]  # fmt: skip


def _drawn(images: np.ndarray, boxes: np.ndarray, colors: Any) -> np.ndarray:
    channels = images.shape[3]
    check(channels in (1, 3, 4), "Channel depth should be either 1 (GRY), 3 (RGB), or 4 (RGBA)")
    check(boxes.ndim == 3 and boxes.shape[2] == 4, "boxes must be [batch, number_bounding_boxes, 4]")
    table = np.array(_COLORS if colors is None or not len(colors) else colors, np.float32)
    if channels == 1:
        table = np.ones_like(table)
    out = images.copy()
    height, width = images.shape[1:3]
    for image, image_boxes in zip(out, boxes):
        for i, (y1, x1, y2, x2) in enumerate(image_boxes):
            top, bottom = int(y1 * (height - 1)), int(y2 * (height - 1))
            left, right = int(x1 * (width - 1)), int(x2 * (width - 1))
            if top > bottom or left > right or top >= height or bottom < 0 or left >= width or right < 0:
                continue
            color = table[i % len(table), :channels]
            rows = slice(max(top, 0), min(bottom, height - 1) + 1)
            columns = slice(max(left, 0), min(right, width - 1) + 1)
            for row in (top, bottom):
                if 0 <= row < height:
                    image[row, columns] = color
            for column in (left, right):
                if 0 <= column < width:
                    image[rows, column] = color
    return out


def _images_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims = inputs[0]._dims
    if dims is not None and len(dims) == 4 and dims[3] not in (1, 3, 4, None):
        raise ShapeError("Channel depth should be either 1 (GRY), 3 (RGB), or 4 (RGBA)")
    return [(None,) * 4 if dims is None else with_rank(dims, 4)]


@op("DrawBoundingBoxes", "images: T, boxes: float -> output: T", T="float half = float", host=True, shape=_images_shape)
def draw_bounding_boxes_op(images, boxes):
    """Images with boxes drawn into them, in a cycle of ten colours."""
    return _drawn(images, boxes, None)


@op("DrawBoundingBoxesV2", "images: T, boxes: float, colors: float -> output: T", T="float half = float", host=True, shape=_images_shape)
def draw_bounding_boxes_v2(images, boxes, colors):
    """Images with boxes drawn into them, in a cycle of `colors`, [n, channels]."""
    return _drawn(images, boxes, colors)


@public("image.draw_bounding_boxes")
def draw_bounding_boxes(images: Any, boxes: Any, name: str | None = None, colors: Any = None) -> Tensor:
    """Images [batch, height, width, channels] with boxes [batch, n, 4], each (y1, x1, y2, x2) from 0 to 1, drawn into them.

    Args:
      colors: [n, channels], used in turn; ten of its own if None.
    """
    if colors is None:
        return draw_bounding_boxes_op(images, boxes, name=name)
    return draw_bounding_boxes_v2(images, boxes, colors, name=name)


# -- random crops ----------------------------------------------------------------------------------------
class _Draws:
    """The words of a generator, one after the other."""

    def __init__(self, rng: Generator, words: int):
        rng.advance += -(-words // 4)
        self._words = iter(rng.blocks(np.arange(-(-words // 4), dtype=np.uint64)).reshape(-1, 1))

    def float(self) -> np.float32:
        """Uniform in [0, 1)."""
        return fraction(next(self._words), np.dtype(np.float32))[0]

    def below(self, n: int) -> int:
        """An integer below `n`."""
        return int(next(self._words)[0]) % n


def _rounded(x: Any) -> int:
    return int(np.rint(x))


def _random_crop(draws: _Draws, height: int, width: int, aspect_ratio: np.float32, areas: Sequence[float]) -> Any:
    """(top, left, rows, columns) of a crop with the aspect ratio and an area from `areas`, parts of the image's; None if it fails."""
    least, most = (
        np.float32(areas[0]) * np.float32(width) * np.float32(height),
        np.float32(areas[1]) * np.float32(width) * np.float32(height),
    )
    rows = _rounded(np.sqrt(least / aspect_ratio))
    tallest = _rounded(np.sqrt(most / aspect_ratio))
    if _rounded(np.float32(tallest) * aspect_ratio) > width:
        # the tallest whose width, rounded, still fits
        tallest = int((width + 0.5 - 1e-7) / float(aspect_ratio))
    tallest = min(tallest, height)
    rows = min(rows, tallest)
    if rows < tallest:
        rows += draws.below(tallest - rows + 1)
    columns = _rounded(np.float32(rows) * aspect_ratio)
    # Rounding must not make it fail: try one row more or less.
    if rows * columns < least:
        rows += 1
        columns = _rounded(np.float32(rows) * aspect_ratio)
    if rows * columns > most:
        rows -= 1
        columns = _rounded(np.float32(rows) * aspect_ratio)
    if not least <= rows * columns <= most or columns > width or rows > height or columns <= 0 or rows <= 0:
        return None
    top = draws.below(height - rows) if rows < height else 0
    left = draws.below(width - columns) if columns < width else 0
    return top, left, rows, columns


def _covers(crop: Any, boxes: np.ndarray, share: float) -> bool:
    """True if `crop` contains at least `share` of some box, in pixels (top, left, bottom, right)."""
    top, left, rows, columns = crop
    if rows * columns < 1:
        return False
    for y1, x1, y2, x2 in boxes.tolist():
        area = (y2 - y1) * (x2 - x1)
        if area < 1:
            continue
        inside = max(min(y2, top + rows) - max(y1, top), 0) * max(min(x2, left + columns) - max(x1, left), 0)
        if np.float32(inside) / np.float32(area) >= share:
            return True
    return False


def _sampled(
    image_size: Any, boxes: Any, share: Any, rng: Generator, aspect_ratios: Any, areas: Any, attempts: int, whole_if_none: bool
) -> tuple[Any, Any, Any]:
    check(image_size.shape == (3,), "image_size must contain 3 elements")
    check(boxes.ndim == 3 and boxes.shape[2] == 4, "bounding boxes must have shape [4] in the last dimension")
    height, width = int(image_size[0]), int(image_size[1])
    flat = boxes.reshape(-1, 4)
    check((flat >= 0).all() and (flat <= 1).all(), "All bounding box coordinates must be in [0.0, 1.0]")
    check((flat[:, 0] <= flat[:, 2]).all() and (flat[:, 1] <= flat[:, 3]).all(), "bounding boxes must have their corners in order")
    pixels = (flat * np.array([height, width, height, width], np.float32)).astype(np.int32)
    if not len(pixels):
        check(
            whole_if_none,
            "No bounding boxes provided as input. One must enable use_image_if_no_bounding_boxes if you wish to not provide any.",
        )
        pixels = np.array([[0, 0, height, width]], np.int32)
    draws = _Draws(rng, 4 * attempts)
    low, high = (np.float32(a) for a in aspect_ratios)
    crop = None
    for _ in range(attempts):
        crop = _random_crop(draws, height, width, draws.float() * (high - low) + low, areas)
        if crop is not None and _covers(crop, pixels, float(share)):
            break
        crop = None
    top, left, rows, columns = crop or (0, 0, height, width)
    kind = image_size.dtype
    size = np.array([height, width, height, width], np.float32)
    box = np.array([top, left, top + rows, left + columns], np.float32) / size
    return np.array([top, left, 0], kind), np.array([rows, columns, -1], kind), box.reshape(1, 1, 4)


def _sampled_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [(3,), (3,), (1, 1, 4)]


_SAMPLES = "begin: T, size: T, bboxes: float"
_SAMPLED: dict[str, Any] = {
    "T": "uint8 int8 int16 int32 int64",
    "random": True,
    "host": True,
    "differentiable": False,
    "shape": _sampled_shape,
}


@op("SampleDistortedBoundingBox", f"image_size: T, bounding_boxes: float -> {_SAMPLES}", **_SAMPLED)
def sample_distorted_bounding_box_v1(
    image_size,
    bounding_boxes,
    *,
    seed: int = 0,
    seed2: int = 0,
    min_object_covered: float = 0.1,
    aspect_ratio_range: list[float] = (0.75, 1.33),  # noqa: F821
    area_range: list[float] = (0.05, 1.0),  # noqa: F821
    max_attempts: int = 100,
    use_image_if_no_bounding_boxes: bool = False,
    rng: Generator,
):
    """A random crop that covers part of a box."""
    return _sampled(
        image_size, bounding_boxes, min_object_covered, rng, aspect_ratio_range, area_range, max_attempts, use_image_if_no_bounding_boxes
    )


@op("SampleDistortedBoundingBoxV2", f"image_size: T, bounding_boxes: float, min_object_covered: float -> {_SAMPLES}", **_SAMPLED)
def sample_distorted_bounding_box_v2(
    image_size,
    bounding_boxes,
    min_object_covered,
    *,
    seed: int = 0,
    seed2: int = 0,
    aspect_ratio_range: list[float] = (0.75, 1.33),  # noqa: F821
    area_range: list[float] = (0.05, 1.0),  # noqa: F821
    max_attempts: int = 100,
    use_image_if_no_bounding_boxes: bool = False,
    rng: Generator,
):
    """A random crop that covers part of a box."""
    return _sampled(
        image_size, bounding_boxes, min_object_covered, rng, aspect_ratio_range, area_range, max_attempts, use_image_if_no_bounding_boxes
    )


@public("image.sample_distorted_bounding_box")
def sample_distorted_bounding_box(
    image_size: Any,
    bounding_boxes: Any,
    seed: Any = None,
    seed2: Any = None,
    min_object_covered: Any = 0.1,
    aspect_ratio_range: Sequence[float] | None = None,
    area_range: Sequence[float] | None = None,
    max_attempts: int | None = None,
    use_image_if_no_bounding_boxes: bool | None = None,
    name: str | None = None,
) -> Any:
    """A random crop of an image that covers enough of one of its boxes; the whole image if none is found.

    Args:
      image_size: [height, width, channels].
      bounding_boxes: [batch, n, 4], each (y1, x1, y2, x2) from 0 to 1.
      seed, seed2: drawn afresh if both are None or 0; the graph's seed has no part in it.
      min_object_covered: how much of some box.
      aspect_ratio_range: width over height, (0.75, 1.33) if None.
      area_range: parts of the image's area, (0.05, 1) if None.
      max_attempts: 100 if None.
      use_image_if_no_bounding_boxes: without boxes, the whole image is the box (else that is an error).

    Returns:
      (begin [3], size [3]) for `tf.slice`, and the crop as a box [1, 1, 4] for `draw_bounding_boxes`.
    """
    with name_scope(name, "sample_distorted_bounding_box"):
        return sample_distorted_bounding_box_v2(
            image_size,
            bounding_boxes,
            min_object_covered,
            seed=seed or 0,
            seed2=seed2 or 0,
            aspect_ratio_range=(0.75, 1.33) if aspect_ratio_range is None else aspect_ratio_range,
            area_range=(0.05, 1.0) if area_range is None else area_range,
            max_attempts=100 if max_attempts is None else max_attempts,
            use_image_if_no_bounding_boxes=bool(use_image_if_no_bounding_boxes),
        )
