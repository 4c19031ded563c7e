"""tf.contrib.deprecated: summaries as they were before tf.summary, with the tag as it is given."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import get_default_graph, name_scope
from ..graph.graph import GraphKeys
from ..graph.operation import Tensor
from ..graph.public import public
from ..ops import summaries

_DEFAULT = [GraphKeys.SUMMARIES]


@public("contrib.deprecated.scalar_summary")
def scalar_summary(tags: Any, values: Any, collections: Any = None, name: str | None = None) -> Tensor:
    """A summary of numbers, one a tag."""
    with name_scope(name, "ScalarSummary", [tags, values]) as scope:
        out = summaries.scalar_summary(tags=tags, values=values, name=scope)
        summaries.collect(out, collections, _DEFAULT)
    return out


@public("contrib.deprecated.histogram_summary")
def histogram_summary(tag: Any, values: Any, collections: Any = None, name: str | None = None) -> Tensor:
    """A summary of how the elements of a tensor are distributed."""
    with name_scope(name, "HistogramSummary", [tag, values]) as scope:
        out = summaries.histogram_summary(tag=tag, values=values, name=scope)
        summaries.collect(out, collections, _DEFAULT)
    return out


@public("contrib.deprecated.image_summary")
def image_summary(tag: Any, tensor: Any, max_images: int = 3, collections: Any = None, name: str | None = None) -> Tensor:
    """A summary of the first `max_images` images of a batch [batch, height, width, 1, 3 or 4]."""
    with name_scope(name, "ImageSummary", [tag, tensor]) as scope:
        out = summaries.image_summary(tag=tag, tensor=tensor, max_images=max_images, name=scope)
        summaries.collect(out, collections, _DEFAULT)
    return out


@public("contrib.deprecated.audio_summary")
def audio_summary(
    tag: Any, tensor: Any, sample_rate: Any, max_outputs: int = 3, collections: Any = None, name: str | None = None
) -> Tensor:
    """A summary of the first sounds of a batch, at `sample_rate` hertz."""
    with name_scope(name, "AudioSummary", [tag, tensor]) as scope:
        rate = convert_to_tensor(sample_rate, dtype=dtypes.float32, name="sample_rate")
        out = summaries.audio_summary_v2(tag=tag, tensor=tensor, max_outputs=max_outputs, sample_rate=rate, name=scope)
        summaries.collect(out, collections, _DEFAULT)
    return out


@public("contrib.deprecated.merge_summary")
def merge_summary(inputs: Any, collections: Any = None, name: str | None = None) -> Tensor:
    """One summary with the values of several."""
    with name_scope(name, "MergeSummary", inputs):
        out = summaries.merge_summary(inputs=inputs, name=name)
        summaries.collect(out, collections, [])
    return out


@public("contrib.deprecated.merge_all_summaries")
def merge_all_summaries(key: str = GraphKeys.SUMMARIES) -> Tensor | None:
    """All summaries of a collection merged into one; None if there are none."""
    found = get_default_graph().get_collection(key)
    return merge_summary(found) if found else None
