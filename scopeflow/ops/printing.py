"""Values as text: tf.Print, tf.print, tf.strings.format, and how Assert and Print spell tensors."""

from __future__ import annotations

import itertools
import pprint
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import nest
from ..graph.composite import SparseTensor
from ..graph.operation import Operation, Tensor
from ..graph.public import TABLE, public
from ..op.declare import op
from ..op.namespace import is_known
from ..op.shapes import scalar, unchanged


# -- elements and tensors -------------------------------------------------------------------
def _number(value: Any) -> str:
    """A number as the reference prints it: as few digits as read back to the same value, of two tries."""
    if isinstance(value, (bool, np.bool_)):
        return str(int(value))
    if isinstance(value, (np.integer, int)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        short, long = (15, 17) if isinstance(value, (float, np.float64)) else (6, 9)
        text = f"{float(value):.{short}g}"
        kind = np.float64 if short == 15 else np.float32
        if np.isfinite(value) and kind(text) != kind(value):
            text = f"{float(value):.{long}g}"
        return text
    return "?"


def _escaped(value: bytes) -> str:
    out = []
    for b in bytes(value):
        c = chr(b)
        out.append(
            {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "'": "\\'", "\\": "\\\\"}.get(c) or (c if 32 <= b < 127 else f"\\{b:03o}")
        )
    return "".join(out)


def _element(value: Any) -> str:
    return _escaped(value.encode() if isinstance(value, str) else value) if isinstance(value, (str, bytes)) else _number(value)


def summary(array: np.ndarray, limit: int) -> str:
    """The first `limit` elements (all if negative), rows in brackets: `[1 2][3...]...`, as Print and Assert spell tensors."""
    array = np.asarray(array)
    if not array.size:
        return ""
    if array.ndim == 0:
        return _element(array.item() if array.dtype == object else array[()])
    limit = array.size if limit < 0 else limit
    left = [limit]
    parts: list[str] = []
    _summarize(array, left, parts, True)
    return "".join(parts) + ("..." if array.size > limit else "")


def _summarize(array: np.ndarray, left: list[int], parts: list[str], outermost: bool) -> None:
    if array.ndim == 1:
        for i, value in enumerate(array):
            if not left[0]:
                if not outermost:
                    parts.append("...")
                return
            parts.append((" " if i else "") + _element(value))
            left[0] -= 1
        return
    for row in array:
        if not left[0]:
            return
        parts.append("[")
        _summarize(row, left, parts, False)
        parts.append("]")


def layout(array: np.ndarray, edge: int) -> str:
    """All elements, or the first and last `edge` along each dimension, in lines as NumPy lays them out: for tf.print."""
    array = np.asarray(array)
    if array.ndim == 0:
        value = array.item() if array.dtype == object else array[()]
        return f'"{_element(value)}"' if array.dtype == object else _element(value)
    return _laid_out(array, edge, 1)


def _laid_out(array: np.ndarray, edge: int, indent: int) -> str:
    n = len(array)
    places: list[int | None] = list(range(n))
    if 0 <= edge < n - edge:
        places = places[:edge] + [None] + places[n - edge :]
    separator = " " if array.ndim == 1 else "\n" * (array.ndim - 1) + " " * indent
    parts = []
    for i in places:
        if i is None:
            parts.append("...")
        elif array.ndim > 1:
            parts.append(_laid_out(array[i], edge, indent + 1))
        else:
            parts.append(f'"{_element(array[i])}"' if array.dtype == object else _element(array[i]))
    return "[" + separator.join(parts) + "]"


# -- tf.Print -------------------------------------------------------------------------------------
@op("Print", "input: T, data: *U -> output: T", stateful=True, shape=unchanged)
def print_op(input, data, *, message: str = "", first_n: int = -1, summarize: int = 3, known=None):
    """`input`; when it runs, prints `message` and the tensors `data` to standard error."""

    def write(*arrays: Any) -> None:
        if first_n < 0 or known is None or next(known) < first_n:
            sys.stderr.write(message + "".join(f"[{summary(a, summarize)}]" for a in arrays) + "\n")

    if is_known(*data):
        write(*data)
    else:
        import jax

        jax.debug.callback(write, *data)
    return input


@print_op.dynamic
def _times_printed(o: Operation) -> Any:
    """Counts how often this node has printed."""
    return o.attrs.setdefault("$printed", itertools.count())


@public("Print")
def print_v1(
    input_: Any,
    data: Sequence[Any],
    message: str | None = None,
    first_n: int | None = None,
    summarize: int | None = None,
    name: str | None = None,
) -> Tensor:
    """`input_`; when it runs, prints `message` and the tensors `data` to standard error.

    Args:
      first_n: print only the first so many times.
      summarize: print only the first so many elements of each tensor (3 if None).
    """
    return print_op(
        input_,
        data,
        message="" if message is None else message,
        first_n=-1 if first_n is None else first_n,
        summarize=3 if summarize is None else summarize,
        name=name,
    )


# -- tf.print -------------------------------------------------------------------------------------
@op("StringFormat", "inputs: *T -> output: string", host=True, shape=scalar)
def string_format(inputs, *, template: str = "%s", placeholder: str = "%s", summarize: int = 3):
    """`template` with each `placeholder` replaced by the next of the tensors `inputs`."""
    parts = template.split(placeholder)
    out = parts[0] + "".join(layout(value, summarize) + part for value, part in zip(inputs, parts[1:]))
    return np.array(out.encode(), object)


@public("strings.format")
def format_(template: str, inputs: Any, placeholder: str = "{}", summarize: int = 3, name: str | None = None) -> Tensor:
    """`template` with each `placeholder` replaced by the next of `inputs` (a tensor or a list of them).

    Raises:
      ValueError: there are not as many placeholders as inputs.
    """
    if isinstance(inputs, Tensor) or hasattr(type(inputs), "_as_graph_element"):
        inputs = [inputs]
    if template.count(placeholder) != len(inputs):
        raise ValueError(
            f"{template.count(placeholder)} placeholder(s) in template does not match {len(inputs)} tensor(s) provided as input"
        )
    return string_format(inputs, template=template, placeholder=placeholder, summarize=summarize, name=name)


@op("PrintV2", "input: string -> ", host=True, stateful=True, shape=lambda inputs, attrs: [])
def print_v2(input, *, output_stream: str = "stderr", end: str = "\n"):
    """Writes the string `input` and `end` to a stream, the log or a file."""
    value = np.asarray(input).item()
    text = (value.decode(errors="replace") if isinstance(value, bytes) else value) + end
    if output_stream.startswith("file://"):
        with open(output_stream[len("file://") :], "a") as file:
            file.write(text)
    elif output_stream == "stdout":
        sys.stdout.write(text)
    else:
        sys.stderr.write(text)
        sys.stderr.flush()
    return ()


class _Slot:
    """Stands for a tensor while a structure is spelled."""

    def __init__(self, text: str):
        self.text = text

    def __repr__(self) -> str:
        return self.text


_STREAMS = {"stdout", "stderr", "log(info)", "log(warning)", "log(error)"}


def _stream_name(stream: Any) -> str:
    if stream is sys.stdout:
        return "stdout"
    if stream is None or stream is sys.stderr:
        return "stderr"
    logs = {TABLE.get(f"logging.{level}"): f"log({level.lower()})" for level in ("info", "warning", "error", "INFO", "WARN", "ERROR")}
    logs.pop(None, None)
    try:
        if stream in logs:
            return logs[stream]
    except TypeError:
        pass
    if isinstance(stream, str) and (stream in _STREAMS or stream.startswith("file://")):
        return stream
    raise ValueError(
        f"Unsupported output stream, logging level, or file.{stream}. Supported streams are sys.stdout, sys.stderr, tf.logging.info, "
        "tf.logging.warning, tf.logging.error. File needs to be in the form of 'file://<filepath>'."
    )


@public("print")
def print_(*inputs: Any, **kwargs: Any) -> Operation:
    """An op that prints `inputs` (tensors, Python values, structures of them) when it runs.

    Keywords: `output_stream` (sys.stderr), `summarize` (3; -1 for all elements), `sep` (a blank), `end` (a newline), `name`.

    Raises:
      ValueError: another keyword, or a stream that is not known.
    """
    stream = kwargs.pop("output_stream", sys.stderr)
    name = kwargs.pop("name", None)
    summarize = kwargs.pop("summarize", 3)
    sep = kwargs.pop("sep", " ")
    end = kwargs.pop("end", "\n")
    if kwargs:
        raise ValueError(f"Unrecognized keyword arguments for tf.print: {kwargs}")
    stream = _stream_name(stream)
    if len(inputs) == 1 and isinstance(inputs[0], Tensor) and inputs[0].dtype.name == "string" and inputs[0]._dims == ():
        return print_v2(inputs[0], output_stream=stream, end=end, name=name)
    placeholder = _unused_placeholder(inputs)
    tensors: list[Any] = []
    pieces = [_spelled(value, placeholder, tensors) for value in inputs]
    template = sep.join(pieces)
    text = string_format(tensors, template=template, placeholder=placeholder, summarize=summarize, name=f"{name}_format" if name else None)
    if not isinstance(end, str):
        raise TypeError(f"Expected string for argument 'end' not {end}.")
    return print_v2(text, output_stream=stream, end=end, name=name)


def _unused_placeholder(inputs: Any) -> str:
    texts = [v for v in nest.flatten(list(inputs)) if isinstance(v, str)]
    placeholder = "{}"
    while any(placeholder in t for t in texts):
        placeholder += "9"
    return placeholder


def _spelled(value: Any, placeholder: str, tensors: list[Any]) -> str:
    """`value` as text, in which each tensor, added to `tensors`, is a placeholder."""
    if isinstance(value, str):
        return value

    def slot(leaf: Any) -> Any:
        if isinstance(leaf, SparseTensor):
            tensors.extend([leaf.indices, leaf.values, leaf.dense_shape])
            return f"SparseTensor(indices={placeholder}, values={placeholder}, shape={placeholder})"
        if isinstance(leaf, Tensor) or hasattr(type(leaf), "_as_graph_element"):
            tensors.append(leaf)
            return _Slot(placeholder)
        return leaf

    return pprint.pformat(nest.map_structure(slot, value))
