"""Unicode: strings to code points and back, between encodings, scripts."""

from __future__ import annotations

import functools
import importlib.resources
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...graph import errors
from ...graph.operation import Tensor
from ...graph.public import public
from ...graph.tensor_shape import Dims
from ...op.declare import op
from ...op.shapes import unchanged, with_rank
from .slicing import as_bytes, mapped

_CODECS = {"UTF-8": "utf-8", "UTF-16-BE": "utf-16-be", "UTF-32-BE": "utf-32-be"}


def _codec(encoding: str) -> str:
    import codecs

    name = _CODECS.get(encoding.upper(), encoding)
    try:
        codecs.lookup(name)
    except LookupError:
        raise errors.InvalidArgumentError(None, None, f"Could not create converter for input encoding: {encoding}") from None
    return name


class _Errors:
    """What to do with text that is wrong, and with control characters."""

    def __init__(self, kind: str, replacement: int, control: bool = False):
        self.kind, self.replacement, self.control = kind, replacement, control

    def points(self, value: bytes, codec: str) -> list[tuple[int, int]]:
        """(code point, its place in bytes) of each character."""
        out: list[tuple[int, int]] = []
        at = 0
        while at < len(value):
            try:
                text, size = value[at:].decode(codec), len(value) - at
                bad = 0
            except UnicodeDecodeError as error:
                text, size = value[at : at + error.start].decode(codec), error.start
                bad = max(error.end - error.start, 1)
            place = at
            for c in text:
                out.append((ord(c), place))
                place += len(c.encode(codec, "surrogatepass"))
            if bad:
                if self.kind == "strict":
                    raise errors.InvalidArgumentError(None, None, "Invalid formatting on input string")
                if self.kind == "replace":
                    out.append((self.replacement, at + size))
            at += size + bad
        if self.control:
            out = [(self.replacement if p < 32 and p not in (9, 10, 13) else p, i) for p, i in out]
        return out

    def encoded(self, points: Sequence[int], codec: str) -> bytes:
        """The bytes of code points."""
        out = b""
        for p in points:
            if 0xD800 <= p <= 0xDFFF and self.kind != "strict":
                p = 0xFFFD  # half of a pair: ICU's own replacement
            elif not (0 <= p < 0xD800 or 0xDFFF < p <= 0x10FFFF):
                if self.kind == "strict":
                    raise errors.InvalidArgumentError(None, None, "Code point is out of range for Unicode, or a noncharacter.")
                if self.kind == "ignore":
                    continue
                p = self.replacement
            out += chr(p).encode(codec)
        return out


def _rows(input: Any, input_encoding: str, handling: _Errors) -> list[list[tuple[int, int]]]:
    codec = _codec(input_encoding)
    return [handling.points(as_bytes(v), codec) for v in np.asarray(input, object).reshape(-1)]


def _splits(rows: list[list[Any]]) -> np.ndarray:
    return np.cumsum([0] + [len(r) for r in rows])


def _decoded_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    (n,) = with_rank(inputs[0]._dims, 1)
    return [(None if n is None else n + 1,), (None,), (None,)]


_DECODE: dict[str, Any] = {"Tsplits": "int32 int64 = int64", "host": True, "differentiable": False}


@op("UnicodeDecode", "input: string -> row_splits: Tsplits, char_values: int32", shape=lambda i, a: _decoded_shape(i, a)[:2], **_DECODE)
def unicode_decode_op(
    input, *, input_encoding: str, errors: str = "replace", replacement_char: int = 65533, replace_control_characters: bool = False
):
    """The code points of the strings of a vector, one after the other, and where each string's begin."""
    rows = _rows(input, input_encoding, _Errors(errors, replacement_char, replace_control_characters))
    return _splits(rows), np.array([p for r in rows for p, _ in r], np.int32)


@op(
    "UnicodeDecodeWithOffsets", "input: string -> row_splits: Tsplits, char_values: int32, char_to_byte_starts: int64",
    shape=_decoded_shape, **_DECODE,
)  # fmt: skip
def unicode_decode_with_offsets_op(
    input, *, input_encoding: str, errors: str = "replace", replacement_char: int = 65533, replace_control_characters: bool = False
):
    """As UnicodeDecode, and the place in bytes where each code point begins."""
    rows = _rows(input, input_encoding, _Errors(errors, replacement_char, replace_control_characters))
    return _splits(rows), np.array([p for r in rows for p, _ in r], np.int32), np.array([i for r in rows for _, i in r], np.int64)


@op(
    "UnicodeEncode", "input_values: int32, input_splits: Tsplits -> output: string",
    Tsplits="int32 int64 = int64", host=True, differentiable=False,
)  # fmt: skip
def unicode_encode_op(input_values, input_splits, *, output_encoding: str, errors: str = "replace", replacement_char: int = 65533):
    """The strings of code points that `input_splits` divides."""
    handling, codec = _Errors(errors, replacement_char), _codec(output_encoding)
    out = np.empty(len(input_splits) - 1, object)
    for i, (a, b) in enumerate(zip(input_splits[:-1], input_splits[1:])):
        out[i] = handling.encoded(input_values[a:b].tolist(), codec)
    return out


@unicode_encode_op.shape
def _encoded_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    (n,) = with_rank(inputs[1]._dims, 1)
    return [(None if n is None else n - 1,)]


@op("UnicodeTranscode", "input: string -> output: string", host=True, differentiable=False, shape=unchanged)
def unicode_transcode_op(
    input,
    *,
    input_encoding: str,
    output_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    replace_control_characters: bool = False,
):
    """Each string from one encoding to another."""
    handling = _Errors(errors, replacement_char, replace_control_characters)
    source, target = _codec(input_encoding), _codec(output_encoding)
    return mapped(lambda v: handling.encoded([p for p, _ in handling.points(v, source)], target), input)


@public("strings.unicode_transcode")
def unicode_transcode(
    input: Any,
    input_encoding: str,
    output_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> Tensor:
    """Each string from one encoding to another: "UTF-8", "UTF-16-BE" or "UTF-32-BE".

    Args:
      errors: "replace" wrong text by `replacement_char`, "ignore" it, or "strict": fail.
    """
    return unicode_transcode_op(
        input, input_encoding=input_encoding, output_encoding=output_encoding, errors=errors, replacement_char=replacement_char,
        replace_control_characters=replace_control_characters, name=name,
    )  # fmt: skip


# -- scripts ----------------------------------------------------------------------------------------------
@functools.cache
def _scripts() -> tuple[np.ndarray, np.ndarray]:
    """(first code point, script) of each run of code points of one script; recorded by tests/golden/record_unicode_scripts.py."""
    text = importlib.resources.files(__package__).joinpath("unicode_scripts.txt").read_text()
    rows = [line.split() for line in text.splitlines()]
    return np.array([int(a, 16) for a, _ in rows], np.int64), np.array([int(b) for _, b in rows], np.int32)


@public("strings.unicode_script")
@op("UnicodeScript", "input: int32 -> output: int32", host=True, differentiable=False, shape=unchanged)
def unicode_script(input):
    """The script of each code point, as ICU numbers them: 25 Latin, 8 Cyrillic, 0 common to several; -1 for what is no code point."""
    starts, scripts = _scripts()
    found = scripts[np.maximum(np.searchsorted(starts, input, side="right") - 1, 0)]
    return np.where((input < 0) | (input > 0x10FFFF), np.int32(-1), found).astype(np.int32)
