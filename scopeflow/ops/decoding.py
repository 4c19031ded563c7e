"""Bytes and text to tensors and back: decode_raw, decode_csv, decode_compressed, decode_json_example, serialize_tensor."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from google.protobuf import json_format
from tensorboard.compat.proto.tensor_pb2 import TensorProto

from ..formats.example import Example
from ..graph import dtypes, errors
from ..graph.dtypes import DType, as_dtype
from ..graph.graph_def import make_ndarray
from ..graph.operation import Tensor
from ..graph.public import export, public
from ..graph.tensor_shape import Dims
from ..op.declare import ShapeError, op
from ..op.shapes import scalar, unchanged
from .summaries import content_proto

_PLAIN = "half float double int32 uint16 uint8 int16 int8 int64 complex64 complex128 bool"


def _with_inner(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims = inputs[0]._dims
    return [None if dims is None else (*dims, None)]


def _boxed(values: Any, shape: Sequence[int]) -> np.ndarray:
    out = np.empty(shape, object)
    flat = out.reshape(-1)
    for i, v in enumerate(values):
        flat[i] = v
    return out


@op("DecodeRaw", "bytes: string -> output: out_type", out_type=_PLAIN, host=True, shape=_with_inner)
def decode_raw_op(bytes, *, out_type: dtype, little_endian: bool = True):  # noqa: F821
    """Each string's bytes as numbers."""
    flat = bytes.ravel()
    lengths = {len(s) for s in flat}
    if len(lengths) > 1:
        first = len(flat[0])
        other = next(i for i, s in enumerate(flat) if len(s) != first)
        raise errors.InvalidArgumentError(
            None,
            None,
            f"DecodeRaw requires input strings to all be the same size, but element {other} has size {first} != {len(flat[other])}",
        )
    kind = out_type.np_dtype
    size = lengths.pop() if lengths else 0
    if size % kind.itemsize:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"Input to DecodeRaw has length {size} that is not a multiple of {kind.itemsize}, the size of {out_type.name}",
        )
    order = kind if kind.itemsize == 1 else kind.newbyteorder("<" if little_endian else ">")
    data = np.frombuffer(b"".join(flat), order).astype(kind)
    return data.reshape(*bytes.shape, size // kind.itemsize)


@public("decode_raw", "io.decode_raw")
def decode_raw(
    input_bytes: Any = None, out_type: Any = None, little_endian: bool = True, name: str | None = None, bytes: Any = None
) -> Any:
    """Strings (all of one length) as numbers of `out_type`, along a new last dimension."""
    given = input_bytes if bytes is None else bytes
    if given is None:
        raise ValueError("decode_raw() missing 1 required argument: 'input_bytes'")
    return decode_raw_op(given, out_type=out_type, little_endian=little_endian, name=name)


def _csv_shapes(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    for t in inputs[1:]:
        if t._dims is not None and len(t._dims) > 1:
            raise ShapeError("Shape of a default must be a length-0 or length-1 vector, or a scalar.")
        if t._dims is not None and len(t._dims) == 1 and t._dims[0] not in (0, 1, None):
            raise ShapeError("Shape of a default must be a length-0 or length-1 vector, or a scalar.")
    return [inputs[0]._dims] * (len(inputs) - 1)


def csv_fields(line: str, delimiter: str, quoted: bool) -> list[str]:
    """The fields of one record. Raises ValueError, with the reference's text, where quotes do not fit."""
    out: list[str] = []
    if not line:
        return [""]
    at, n = 0, len(line)
    while True:
        if quoted and at < n and line[at] == '"':
            part: list[str] = []
            at += 1
            while True:
                end = line.find('"', at)
                if end < 0:
                    raise ValueError("Quoted field has to end with quote followed by delim or end")
                part.append(line[at:end])
                at = end + 1
                if at < n and line[at] == '"':
                    part.append('"')
                    at += 1
                    continue
                break
            if at < n and line[at] not in (delimiter, "\n", "\r"):
                raise ValueError("Quoted field has to end with quote followed by delim or end")
            out.append("".join(part))
        else:
            end = at
            while end < n and line[end] not in (delimiter, "\n", "\r"):
                if quoted and line[end] == '"':
                    raise ValueError("Unquoted fields cannot have quotes inside")
                end += 1
            out.append(line[at:end])
            at = end
        if at >= n or line[at] in "\r\n":
            return out
        at += 1
        if at >= n:
            out.append("")
            return out


def _csv_value(field: str, kind: DType) -> Any:
    if kind is dtypes.string:
        return field.encode("latin-1")
    try:
        if kind.is_floating:
            return kind.np_dtype.type(field.strip())
        value = int(field.strip())
        info = np.iinfo(kind.np_dtype)
        if not info.min <= value <= info.max or "_" in field:
            raise ValueError
        return value
    except ValueError:
        raise ValueError(f"is not a valid {kind.name}") from None


@op(
    "DecodeCSV",
    "records: string, record_defaults: *OUT_TYPE -> output: *OUT_TYPE",
    OUT_TYPE="float double int32 int64 string",
    host=True,
    shape=_csv_shapes,
)
def decode_csv_op(
    records,
    record_defaults,
    *,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    select_cols: list[int] = (),
):
    """Each record's fields, one tensor a column."""
    kinds = [as_dtype(d.dtype) if d.dtype != object else dtypes.string for d in record_defaults]
    columns: list[list[Any]] = [[] for _ in kinds]
    for number, record in enumerate(records.ravel()):
        try:
            fields = csv_fields(record.decode("latin-1"), field_delim, use_quote_delim)
        except ValueError as error:
            raise errors.InvalidArgumentError(None, None, str(error)) from None
        if select_cols:
            if len(fields) <= max(select_cols):
                text = f"Expect {len(kinds)} fields but have {sum(c < len(fields) for c in select_cols)} in record {number}"
                raise errors.InvalidArgumentError(None, None, text)
            fields = [fields[c] for c in select_cols]
        if len(fields) != len(kinds):
            raise errors.InvalidArgumentError(None, None, f"Expect {len(kinds)} fields but have {len(fields)} in record {number}")
        for column, (field, kind, default) in enumerate(zip(fields, kinds, record_defaults)):
            if field == "" or field == na_value:
                if not default.size:
                    raise errors.InvalidArgumentError(None, None, f"Field {column} is required but missing in record {number}!")
                columns[column].append(default.ravel()[0])
                continue
            try:
                columns[column].append(_csv_value(field, kind))
            except ValueError as error:
                raise errors.InvalidArgumentError(None, None, f"Field {column} in record {number} {error}: {field}") from None
    out = []
    for values, kind in zip(columns, kinds):
        if kind is dtypes.string:
            out.append(_boxed(values, records.shape))
        else:
            out.append(np.array(values, kind.np_dtype).reshape(records.shape))
    return out


@public("decode_csv", "io.decode_csv")
def decode_csv(
    records: Any,
    record_defaults: Any,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    name: str | None = None,
    na_value: str = "",
    select_cols: Any = None,
) -> list[Tensor]:
    """The columns of comma-separated records (strings, one a record), one tensor each, with the records' shape.

    Args:
      record_defaults: for each column a tensor of its type: empty if the field must be there, else with the value for an empty field.
      na_value: a field that counts as empty.
      select_cols: the columns to give, increasing; all if None.

    Raises:
      ValueError: `select_cols` is not increasing, has negatives, or differs in length from `record_defaults`.
    """
    if select_cols is not None and any(b <= a for a, b in zip(select_cols, select_cols[1:])):
        raise ValueError("select_cols is not strictly increasing.")
    if select_cols is not None and len(select_cols) and select_cols[0] < 0:
        raise ValueError("select_cols contains negative values.")
    if select_cols is not None and len(select_cols) != len(record_defaults):
        raise ValueError("Length of select_cols and record_defaults do not match.")
    return decode_csv_op(
        records,
        record_defaults,
        field_delim=field_delim,
        use_quote_delim=use_quote_delim,
        na_value=na_value,
        select_cols=select_cols or [],
        name=name,
    )


@op("DecodeCompressed", "bytes: string -> output: string", host=True, shape=unchanged)
def decode_compressed(bytes, *, compression_type: str = ""):
    """Each string decompressed; `compression_type` is "", "ZLIB" or "GZIP"."""
    if compression_type not in ("", "ZLIB", "GZIP"):
        raise errors.InvalidArgumentError(
            None, None, f"Only ZLIB, GZIP or NONE are supported compressions. Invalid type: {compression_type}"
        )
    if not compression_type:
        return bytes
    inflate = zlib.decompress if compression_type == "ZLIB" else gzip.decompress
    try:
        return _boxed([inflate(s) for s in bytes.ravel()], bytes.shape)
    except (zlib.error, EOFError, gzip.BadGzipFile) as error:
        raise errors.DataLossError(None, None, f"inflating failed: {error}") from None


@op("DecodeJSONExample", "json_examples: string -> binary_examples: string", host=True, shape=unchanged)
def decode_json_example(json_examples):
    """tf.train.Example messages in JSON as serialized ones."""
    out = []
    for i, text in enumerate(json_examples.ravel()):
        try:
            out.append(json_format.Parse(text, Example()).SerializeToString())
        except json_format.ParseError:
            raise errors.InvalidArgumentError(
                None, None, f"Error while parsing JSON: {text.decode(errors='replace')} (element {i})"
            ) from None
    return _boxed(out, json_examples.shape)


@op("SerializeTensor", "tensor: T -> serialized: string", host=True, shape=scalar)
def serialize_tensor(tensor):
    """A tensor as a serialized TensorProto."""
    return _boxed([content_proto(tensor).SerializeToString()], ())


@op("ParseTensor", "serialized: string -> output: out_type", host=True, shape=lambda inputs, attrs: [None])
def parse_tensor(serialized, *, out_type: dtype):  # noqa: F821
    """The tensor in a serialized TensorProto. Raises InvalidArgumentError if it is none, or of another type."""
    proto = TensorProto()
    try:
        proto.ParseFromString(serialized.item())
    except Exception:
        raise errors.InvalidArgumentError(None, None, "Could not parse `serialized` as TensorProto") from None
    if as_dtype(proto.dtype) is not out_type:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"Type mismatch between parsed tensor ({as_dtype(proto.dtype).name}) and dtype ({out_type.name})",
        )
    return make_ndarray(proto)


export(decode_compressed, "decode_compressed", "io.decode_compressed")
export(decode_json_example, "decode_json_example", "io.decode_json_example")
export(serialize_tensor, "serialize_tensor", "io.serialize_tensor")
export(parse_tensor, "parse_tensor", "io.parse_tensor")
