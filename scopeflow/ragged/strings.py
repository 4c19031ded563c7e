"""String functions whose results have rows of different lengths: splitting, Unicode characters, n-grams."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.composite import SparseTensor
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import public
from ..ops import array
from ..ops.reduction import either
from ..ops.strings.ngrams import string_ngrams_op
from ..ops.strings.splitting import string_split_op, string_split_v2_op
from ..ops.strings.unicode import unicode_decode_op, unicode_decode_with_offsets_op, unicode_encode_op
from .shaping import expand_dims
from .tensor import RaggedTensor, convert_to_tensor_or_ragged


# -- splitting -------------------------------------------------------------------------------------------
@public("strings.bytes_split")
def bytes_split(input: Any, name: str | None = None) -> Any:
    """The bytes of each string: one more dimension than `input`, a ragged one."""
    with name_scope(name, "StringsByteSplit", [input]):
        input = convert_to_tensor_or_ragged(input, name="input")
        rank = input.shape.ndims
        if rank is None:
            raise ValueError("input must have a statically-known rank.")
        if isinstance(input, RaggedTensor):
            return input.with_flat_values(bytes_split(input.flat_values))
        if rank == 0:
            return bytes_split(array.stack([input]))[0]
        if rank == 1:
            return _rows_of(string_split_op(input, delimiter="", skip_empty=False))
        return bytes_split(RaggedTensor.from_tensor(input))


def _rows_of(parts: Any) -> RaggedTensor:
    """The parts that a split gives as sparse matrix, as rows."""
    indices, values, shape = parts
    return RaggedTensor.from_value_rowids(values=values, value_rowids=indices[:, 0], nrows=shape[0], validate=False)


@public("string_split")
def string_split(
    source: Any, sep: Any = None, skip_empty: bool = True, delimiter: Any = None, result_type: str = "SparseTensor", name: str | None = None
) -> Any:
    """The parts of each string of a vector between any of the characters of `sep` (a space if None).

    Args:
      skip_empty: leave out empty parts.
      delimiter: the old name of `sep`.
      result_type: "SparseTensor": [strings, parts]; or "RaggedTensor".
    """
    sep = either("sep", sep, "delimiter", delimiter)
    with name_scope(name, "StringSplit", [source]):
        sep = " " if sep is None else sep
        delimiter = convert_to_tensor(sep, dtypes.string)
        source = convert_to_tensor(source, dtypes.string)
        parts = string_split_op(source, delimiter, skip_empty=skip_empty)
        if result_type == "RaggedTensor":
            return _rows_of(parts)
        if result_type != "SparseTensor":
            raise ValueError("result_type must be 'RaggedTensor' or 'SparseTensor'.")
        return SparseTensor(*parts)


@public("strings.split")
def split(
    input: Any = None, sep: Any = None, maxsplit: int = -1, result_type: str = "SparseTensor", source: Any = None, name: str | None = None
) -> Any:
    """The parts of each string between occurrences of `sep`; between runs of white space if None or "".

    Args:
      input: strings; a scalar only with a ragged result, which then is a vector.
      maxsplit: the largest number of splits, unlimited if negative.
      result_type: "SparseTensor": [..., parts]; or "RaggedTensor".
      source: the old name of `input`.
    """
    input = either("input", input, "source", source)
    with name_scope(name, "StringSplit", [input]):
        input = convert_to_tensor_or_ragged(input, dtype=dtypes.string, name="input")
        if result_type == "SparseTensor" and input.shape.ndims == 1:
            return SparseTensor(*string_split_v2_op(input, _separator(sep), maxsplit=maxsplit))
        rows = _split(input, sep, maxsplit)
        if result_type == "SparseTensor":
            return rows.to_sparse()
        if result_type == "RaggedTensor":
            return rows
        raise ValueError("result_type must be 'RaggedTensor' or 'SparseTensor'.")


def _separator(sep: Any) -> Tensor:
    sep = convert_to_tensor("" if sep is None else sep, dtype=dtypes.string)
    if sep.shape.ndims not in (None, 0):
        raise ValueError("Shape must be rank 0: `sep` is one string")
    return sep


def _split(input: Any, sep: Any, maxsplit: int) -> Any:
    with name_scope(None, "StringSplit", [input]):
        input = convert_to_tensor_or_ragged(input, dtype=dtypes.string, name="input")
        if isinstance(input, RaggedTensor):
            return input.with_flat_values(_split(input.flat_values, sep, maxsplit))
        rank = input.shape.ndims
        if rank == 0:
            return _split(array.stack([input]), sep, maxsplit)[0]
        if rank == 1 or rank is None:
            return _rows_of(string_split_v2_op(input, _separator(sep), maxsplit=maxsplit))
        return _split(RaggedTensor.from_tensor(input, ragged_rank=rank - 1), sep, maxsplit)


# -- code points ------------------------------------------------------------------------------------------
def _decoded(
    input: Any, encoding: str, errors: str, replacement_char: int, replace_control_characters: bool, offsets: bool
) -> tuple[Any, Any]:
    """(code points, the place in bytes where each begins, or None), one more dimension than `input`: of a scalar, vectors."""
    input = convert_to_tensor_or_ragged(input, name="input")
    rank = input.shape.ndims
    if rank is None:
        raise ValueError("Rank of `input` must be statically known.")
    if rank > 1 and not isinstance(input, RaggedTensor):
        input = RaggedTensor.from_tensor(input, ragged_rank=rank - 1)
    elif rank > 1 and input.ragged_rank < rank - 1:
        input = input.with_flat_values(RaggedTensor.from_tensor(input.flat_values, ragged_rank=rank - input.ragged_rank - 1))
    strings = array.reshape(input.flat_values if isinstance(input, RaggedTensor) else input, [-1])
    decode = unicode_decode_with_offsets_op if offsets else unicode_decode_op
    splits, points, *starts = decode(
        strings, input_encoding=encoding, errors=errors, replacement_char=replacement_char,
        replace_control_characters=replace_control_characters,
    )  # fmt: skip

    def shaped(values: Tensor) -> Any:
        if rank == 0:
            return values
        rows = RaggedTensor.from_row_splits(values, splits, validate=False)
        return input.with_flat_values(rows) if isinstance(input, RaggedTensor) else rows

    return shaped(points), shaped(starts[0]) if starts else None


@public("strings.unicode_decode")
def unicode_decode(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> Any:
    """The code points, int32, of each string: one more dimension than `input`, a ragged one (of a scalar, a vector).

    Args:
      errors: "replace" wrong text by `replacement_char`, "ignore" it, or "strict": fail.
    """
    with name_scope(name, "UnicodeDecode", [input]):
        return _decoded(input, input_encoding, errors, replacement_char, replace_control_characters, offsets=False)[0]


@public("strings.unicode_decode_with_offsets")
def unicode_decode_with_offsets(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> tuple[Any, Any]:
    """As `unicode_decode`: (code points, the place in bytes where each begins)."""
    with name_scope(name, "UnicodeDecodeWithOffsets", [input]):
        return _decoded(input, input_encoding, errors, replacement_char, replace_control_characters, offsets=True)


@public("strings.unicode_split")
def unicode_split(input: Any, input_encoding: str, errors: str = "replace", replacement_char: int = 65533, name: str | None = None) -> Any:
    """The characters of each string, as strings: one more dimension than `input`, a ragged one (of a scalar, a vector)."""
    with name_scope(name, "UnicodeSplit", [input]):
        points, _ = _decoded(input, input_encoding, errors, replacement_char, False, offsets=False)
        return unicode_encode(expand_dims(points, -1), output_encoding=input_encoding, errors=errors, replacement_char=replacement_char)


@public("strings.unicode_split_with_offsets")
def unicode_split_with_offsets(
    input: Any, input_encoding: str, errors: str = "replace", replacement_char: int = 65533, name: str | None = None
) -> tuple[Any, Any]:
    """As `unicode_split`: (characters, the place in bytes where each begins)."""
    with name_scope(name, "UnicodeSplitWithOffsets", [input]):
        points, starts = _decoded(input, input_encoding, errors, replacement_char, False, offsets=True)
        characters = unicode_encode(
            expand_dims(points, -1), output_encoding=input_encoding, errors=errors, replacement_char=replacement_char
        )
        return characters, starts


@public("strings.unicode_encode")
def unicode_encode(
    input: Any, output_encoding: str, errors: str = "replace", replacement_char: int = 65533, name: str | None = None
) -> Any:
    """The strings of vectors of code points, int32, in "UTF-8", "UTF-16-BE" or "UTF-32-BE": one dimension less than `input`."""

    def encoded(value: Any) -> Any:
        return unicode_encode(value, output_encoding, errors, replacement_char)

    with name_scope(name, "UnicodeEncode", [input]):
        input = convert_to_tensor_or_ragged(input)
        rank = input.shape.ndims
        if rank is None:
            raise ValueError("Rank of input_tensor must be statically known.")
        if isinstance(input, RaggedTensor):
            if input.flat_values.shape.ndims is not None and input.flat_values.shape.ndims > 1:
                # The innermost dimension is dense: strings of it take its place.
                return input.with_flat_values(encoded(input.flat_values))
            if input.ragged_rank > 1:
                return input.with_values(encoded(input.values))
            return unicode_encode_op(
                input.values, input.row_splits, output_encoding=output_encoding, errors=errors, replacement_char=replacement_char,
                name="UnicodeEncode",
            )  # fmt: skip
        if rank == 2:
            return encoded(RaggedTensor.from_tensor(input))
        if rank > 2:
            flat = array.reshape(input, array.stack([-1, array.shape(input)[-1]]))
            return array.reshape(encoded(flat), input.shape[:-1] if input.shape[:-1].is_fully_defined() else array.shape(input)[:-1])
        if rank == 0:
            raise ValueError("input_tensor's rank must be at least 1.")
        splits = array.stack([0, array.shape(input)[0]])
        return array.reshape(encoded(RaggedTensor.from_row_splits(input, splits, validate=False)), [])


# -- n-grams -------------------------------------------------------------------------------------------------
@public("strings.ngrams")
def ngrams(
    data: Any,
    ngram_width: Any,
    separator: str = " ",
    pad_values: Any = None,
    padding_width: int | None = None,
    preserve_short_sequences: bool = False,
    name: str | None = None,
) -> Any:
    """The n-grams of each row of strings, their words joined by `separator`.

    Args:
      ngram_width: how many words, or several such numbers.
      pad_values: what stands before and after a row: one string, or (left, right).
      padding_width: how often, at most; by default one less than the n-gram's width.
      preserve_short_sequences: a row that is too short for any n-gram gives one of all of it.

    Raises:
      TypeError, ValueError: widths, padding or the rank of `data` cannot be.
    """
    with name_scope(name, "StringNGrams", [data]):
        if pad_values is None:
            left = right = ""
        elif isinstance(pad_values, (list, tuple)):
            if not isinstance(pad_values[0], (str, bytes)) or not isinstance(pad_values[1], (str, bytes)):
                raise TypeError("pad_values must be a string, tuple of strings, or None.")
            left, right = pad_values[0], pad_values[1]
        else:
            if not isinstance(pad_values, (str, bytes)):
                raise TypeError("pad_values must be a string, tuple of strings, or None.")
            left = right = pad_values
        if padding_width is not None and padding_width < 1:
            raise ValueError("padding_width must be greater than 0.")
        if padding_width is not None and pad_values is None:
            raise ValueError("pad_values must be provided if padding_width is set.")
        data = convert_to_tensor_or_ragged(data, name="data", dtype=dtypes.string)
        dense = not isinstance(data, RaggedTensor)
        vector, lead = dense and data.shape.ndims == 1, None
        if dense:
            if data.shape.ndims is None:
                raise ValueError("Data must have a known rank")
            lead = array.concat([array.shape(data)[:-1], [-1]], axis=0)
            if data.shape.ndims == 0:
                raise ValueError("Data must have rank>0")
            if data.shape.ndims == 1:
                data = RaggedTensor.from_row_starts(data, [0], validate=False)
            else:
                data = RaggedTensor.from_tensor(data, ragged_rank=data.shape.ndims - 1)
        if data.ragged_rank > 1 or vector:
            inner = data if vector else data.values
            out = ngrams(inner, ngram_width, separator, pad_values, padding_width, preserve_short_sequences)
            if vector:
                return out[0]
            out = data.with_values(out)
            return array.reshape(out.flat_values, lead) if dense else out
        widths = list(ngram_width) if isinstance(ngram_width, (list, tuple)) else [ngram_width]
        for w in widths:
            if w < 1:
                raise ValueError(f"All ngram_widths must be greater than 0. Got {ngram_width}")
        if pad_values is None:
            padding_width = 0
        elif padding_width is None:
            padding_width = -1
        values, splits = string_ngrams_op(
            data=data.flat_values, data_splits=data.row_splits, separator=separator, ngram_widths=widths, left_pad=left, right_pad=right,
            pad_width=padding_width, preserve_short_sequences=preserve_short_sequences, name="StringNGrams",
        )  # fmt: skip
        if dense:
            return array.reshape(values, lead)
        return RaggedTensor.from_row_splits(values, splits, validate=False)
