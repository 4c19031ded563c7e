"""Summaries: ops whose value is a serialized Summary message, which a FileWriter puts in an event file for TensorBoard."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryDescription, SummaryMetadata

from ..graph import dtypes, errors
from ..graph.conversion import constant
from ..graph.default_graph import get_default_graph, name_scope
from ..graph.graph import GraphKeys
from ..graph.graph_def import make_tensor_proto
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..op.declare import op
from ..op.shapes import scalar as scalar_shape
from .summary_values import as_bytes, png, text_of, wav
from .summary_values import histogram as histogram_of
from .summary_values import tags as tags_of

_REAL = "float double int32 uint8 int16 int8 int64 bfloat16 uint16 half uint32 uint64"


def _serialized(summary: Summary) -> np.ndarray:
    out = np.empty((), object)
    out[()] = summary.SerializeToString()
    return out


def _scalar_tag(tag: np.ndarray, what: str = "tag") -> str:
    if tag.ndim:
        raise errors.InvalidArgumentError(None, None, f"{what} must be scalar")
    return text_of(tag.item())


# -- ops --------------------------------------------------------------------------------
@op("ScalarSummary", "tags: string, values: T -> summary: string", T=_REAL, host=True, shape=scalar_shape)
def scalar_summary(tags, values):
    """One number for each tag."""
    if tags.shape != values.shape:
        tag = f" (tag '{text_of(tags.item())}')" if tags.size == 1 else ""
        shapes = " != ".join("[" + ",".join(map(str, a.shape)) + "]" for a in (tags, values))
        raise errors.InvalidArgumentError(None, None, f"tags and values not the same shape: {shapes}{tag}")
    out = Summary()
    with np.errstate(over="ignore"):
        numbers = values.astype(np.float32)
    for tag, value in zip(tags.ravel(), numbers.ravel()):
        out.value.add(tag=text_of(tag), simple_value=float(value))
    return _serialized(out)


@op("HistogramSummary", "tag: string, values: T -> summary: string", T=_REAL + " = float", host=True, shape=scalar_shape)
def histogram_summary(tag, values):
    """How the values are distributed."""
    name = _scalar_tag(tag)
    numbers = np.asarray(values, np.float64)
    if not np.isfinite(numbers).all():
        what = "Nan" if np.isnan(numbers.ravel()[np.argmin(np.isfinite(numbers.ravel()))]) else "Infinity"
        raise errors.InvalidArgumentError(None, None, f"{what} in summary histogram for: {name}")
    out = Summary()
    out.value.add(tag=name, histo=histogram_of(numbers))
    return _serialized(out)


@op(
    "ImageSummary",
    "tag: string, tensor: T -> summary: string",
    T="uint8 float half double = float",
    attrs={"bad_color": ("tensor", np.array([255, 0, 0, 255], np.uint8))},
    host=True,
    shape=scalar_shape,
)
def image_summary(tag, tensor, *, max_images: int = 3):
    """The first images of a batch [batch, height, width, 1, 3 or 4]; floats are scaled so that they can be seen."""
    if tensor.ndim != 4 or tensor.shape[3] not in (1, 3, 4):
        shape = ",".join(map(str, tensor.shape))
        raise errors.InvalidArgumentError(None, None, f"Tensor must be 4-D with last dim 1, 3, or 4, not [{shape}]")
    count = min(max_images, tensor.shape[0])
    out = Summary()
    for image, name in zip(tensor, tags_of(_scalar_tag(tag), "image", count, max_images)):
        pixels = image if image.dtype == np.uint8 else as_bytes(image, np.array([255, 0, 0, 255], np.uint8))
        height, width, depth = image.shape
        value = out.value.add(tag=name)
        value.image.height, value.image.width, value.image.colorspace = height, width, depth
        value.image.encoded_image_string = png(pixels)
    return _serialized(out)


@op("AudioSummaryV2", "tag: string, tensor: float, sample_rate: float -> summary: string", host=True, shape=scalar_shape)
def audio_summary_v2(tag, tensor, sample_rate, *, max_outputs: int = 3):
    """The first sounds of a batch, [batch, frames] or [batch, frames, channels], from -1 to 1."""
    if tensor.ndim not in (2, 3):
        raise errors.InvalidArgumentError(None, None, f"Tensor must be 3-D or 2-D, got: [{','.join(map(str, tensor.shape))}]")
    rate = float(sample_rate)
    if rate <= 0:
        raise errors.InvalidArgumentError(None, None, "sample_rate must be > 0")
    count = min(max_outputs, tensor.shape[0])
    out = Summary()
    for sound, name in zip(tensor, tags_of(_scalar_tag(tag), "audio", count, max_outputs)):
        samples = sound[:, None] if sound.ndim == 1 else sound
        audio = out.value.add(tag=name).audio
        audio.sample_rate, audio.num_channels, audio.length_frames = rate, samples.shape[1], samples.shape[0]
        audio.encoded_audio_string, audio.content_type = wav(samples, rate), "audio/wav"
    return _serialized(out)


@op("MergeSummary", "inputs: N*string -> summary: string", host=True, shape=scalar_shape)
def merge_summary(inputs):
    """All the values of several summaries."""
    out = Summary()
    seen: set[str] = set()
    for array in inputs:
        for data in array.ravel():
            part = Summary.FromString(data)
            for value in part.value:
                if value.tag in seen:
                    raise errors.InvalidArgumentError(None, None, f"Duplicate tag {value.tag} found in summary inputs")
                seen.add(value.tag)
            out.MergeFrom(part)
    return _serialized(out)


@op("TensorSummaryV2", "tag: string, tensor: T, serialized_summary_metadata: string -> summary: string", host=True, shape=scalar_shape)
def tensor_summary_v2(tag, tensor, serialized_summary_metadata):
    """A tensor, with what plugins need to know of it."""
    out = Summary()
    value = out.value.add(tag=_scalar_tag(tag))
    value.metadata.CopyFrom(SummaryMetadata.FromString(serialized_summary_metadata.item()))
    value.tensor.CopyFrom(content_proto(tensor))
    return _serialized(out)


def content_proto(array: np.ndarray) -> Any:
    """An array as a TensorProto with its elements as one string of bytes, as runtime ops write it."""
    proto = make_tensor_proto(array)
    if array.dtype != object and not proto.tensor_content and array.size:
        kind, shape = proto.dtype, proto.tensor_shape
        proto = type(proto)(dtype=kind, tensor_shape=shape, tensor_content=np.ascontiguousarray(array).tobytes())
    return proto


# -- tf.summary -------------------------------------------------------------------------
_ILLEGAL = re.compile(r"[^-/\w\.]")


@public("python.ops.summary_op_util.clean_tag")
def clean_tag(name: str | None) -> str | None:
    """`name` with characters that a tag may not have replaced by underscores."""
    if name is None:
        return None
    cleaned = _ILLEGAL.sub("_", name).lstrip("/")
    if cleaned != name:
        TABLE["logging.info"]("Summary name %s is illegal; using %s instead.", name, cleaned)
    return cleaned


@public("python.ops.summary_op_util.summary_scope")
@contextlib.contextmanager
def summary_scope(name: str, family: str | None = None, default_name: str | None = None, values: Any = None) -> Iterator[tuple[str, str]]:
    """A context for a summary's nodes: (tag, scope). A family is part of the scope, and twice of the tag."""
    name, family = clean_tag(name), clean_tag(family)
    with name_scope(name if family is None else f"{family}/{name}", default_name, values) as scope:
        tag = scope.rstrip("/")
        yield (tag if family is None else f"{family}/{tag}"), scope


@public("python.ops.summary_op_util.collect")
def collect(val: Any, collections: Any, default_collections: Sequence[str]) -> None:
    """Puts a summary in the collections, the default ones if None."""
    graph = get_default_graph()
    for key in default_collections if collections is None else collections:
        graph.add_to_collection(key, val)


_SUMMARIES = [GraphKeys.SUMMARIES]


@public("summary.scalar")
def scalar(name: str, tensor: Any, collections: Any = None, family: str | None = None) -> Tensor:
    """A summary of one number. `family` groups tags in TensorBoard."""
    with summary_scope(name, family, values=[tensor]) as (tag, scope):
        out = scalar_summary(tags=tag, values=tensor, name=scope)
        collect(out, collections, _SUMMARIES)
    return out


@public("summary.histogram")
def histogram(name: str, values: Any, collections: Any = None, family: str | None = None) -> Tensor:
    """A summary of how the elements of a tensor are distributed. Its run raises InvalidArgumentError if one is not finite."""
    with summary_scope(name, family, "HistogramSummary", [values]) as (tag, scope):
        out = histogram_summary(tag=tag, values=values, name=scope)
        collect(out, collections, _SUMMARIES)
    return out


@public("summary.image")
def image(name: str, tensor: Any, max_outputs: int = 3, collections: Any = None, family: str | None = None) -> Tensor:
    """A summary of the first `max_outputs` images of a batch [batch, height, width, 1, 3 or 4] of uint8 or floats."""
    with summary_scope(name, family, values=[tensor]) as (tag, scope):
        out = image_summary(tag=tag, tensor=tensor, max_images=max_outputs, name=scope)
        collect(out, collections, _SUMMARIES)
    return out


@public("summary.audio")
def audio(name: str, tensor: Any, sample_rate: Any, max_outputs: int = 3, collections: Any = None, family: str | None = None) -> Tensor:
    """A summary of the first sounds of a batch, [batch, frames] or [batch, frames, channels], at `sample_rate` hertz."""
    with summary_scope(name, family, values=[tensor]) as (tag, scope):
        rate = constant(sample_rate, dtype=dtypes.float32, name="sample_rate") if not isinstance(sample_rate, Tensor) else sample_rate
        out = audio_summary_v2(tag=tag, tensor=tensor, max_outputs=max_outputs, sample_rate=rate, name=scope)
        collect(out, collections, _SUMMARIES)
    return out


@public("summary.tensor_summary")
def tensor_summary(
    name: str,
    tensor: Any,
    summary_description: str | None = None,
    collections: Any = None,
    summary_metadata: Any = None,
    family: str | None = None,
    display_name: str | None = None,
) -> Tensor:
    """A summary of a whole tensor, with metadata for TensorBoard's plugins."""
    metadata = SummaryMetadata() if summary_metadata is None else summary_metadata
    if display_name is not None:
        metadata.display_name = display_name
    if summary_description is not None:
        metadata.summary_description = summary_description
    with summary_scope(name, family, values=[tensor]) as (tag, scope):
        out = tensor_summary_v2(tensor=tensor, tag=tag, name=scope, serialized_summary_metadata=metadata.SerializeToString())
        collect(out, collections, _SUMMARIES)
    return out


@public("summary.text")
def text(name: str, tensor: Tensor, collections: Any = None) -> Tensor:
    """A summary of strings, shown as Markdown: a scalar as text, a vector or matrix as a table.

    Raises:
      ValueError: the tensor is not of strings.
    """
    if tensor.dtype is not dtypes.string:
        raise ValueError(f"Expected tensor {tensor.name} to have dtype string, got {tensor.dtype}")
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="text"))
    return tensor_summary(name, tensor, summary_metadata=metadata, collections=collections)


@public("summary.merge")
def merge(inputs: Any, collections: Any = None, name: str | None = None) -> Tensor:
    """One summary with the values of several. Its run raises InvalidArgumentError if a tag comes twice."""
    cleaned = clean_tag(name)
    with name_scope(cleaned, "Merge", inputs):
        if not inputs:
            raise ValueError("List argument 'inputs' to 'MergeSummary' Op with length 0 shorter than minimum length 1.")
        out = merge_summary(inputs=inputs, name=cleaned)
        collect(out, collections, [])
    return out


@public("summary.merge_all")
def merge_all(key: str = GraphKeys.SUMMARIES, scope: str | None = None, name: str | None = None) -> Tensor | None:
    """All summaries of a collection merged into one; None if there are none."""
    found = get_default_graph().get_collection(key, scope=scope)
    return merge(found, name=name) if found else None


@public("summary.get_summary_description")
def get_summary_description(node_def: Any) -> Any:
    """The SummaryDescription in the NodeDef of a TensorSummary op. Raises ValueError for another op."""
    if node_def.op != "TensorSummary":
        raise ValueError(f"Can't get_summary_description on {node_def.op}")
    import json

    out = SummaryDescription()
    description = json.loads(node_def.attr["description"].s.decode() or "{}")
    out.type_hint = description.get("type_hint") or description.get("typeHint") or ""
    return out
