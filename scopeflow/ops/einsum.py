"""tf.einsum, expanded into transposes, reshapes and matrix products."""

from __future__ import annotations

import functools
import operator
import re
import string
from typing import Any

from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import public
from .elementwise import multiply
from .matmul import matmul
from .reduction import reduce_sum

_FORMAT = re.compile(r"^([a-zA-Z,.]+)(->[a-zA-Z.]*)?$")


@public("einsum", "linalg.einsum")
def einsum(equation: str, *inputs: Tensor, **kwargs: Any) -> Tensor:
    """The Einstein sum of tensors: `einsum("ij,jk->ik", a, b)` is their matrix product.

    Indices that are not in the output are summed over; without "->", the output's are those that occur once, sorted.
    "..." stands for further dimensions.

    Raises:
      ValueError: the equation is not well formed or does not fit the inputs, or an index occurs twice in one input.
      TypeError: a keyword other than `name`.
    """
    name = kwargs.pop("name", None)
    if kwargs:
        raise TypeError("invalid keyword arguments for this function: " + ", ".join(sorted(kwargs)))
    with name_scope(name, "einsum", [equation, *inputs]):
        terms, output = _parse(equation, inputs)
        if len(terms) == 1 and len(terms[0]) == 2 and terms[0][0] == terms[0][1] and not output:
            from .linalg import trace

            return trace(inputs[0])
        for term in terms:
            if len(set(term)) != len(term):
                raise ValueError(f"Subscript not supported: an axis appears more than once: {term}")
        value, labels = inputs[0], terms[0]
        for i, (other, term) in enumerate(zip(inputs[1:], terms[1:])):
            later = set(output).union(*terms[i + 2 :])
            value, labels = _contract(value, labels, other, term, (set(labels) & set(term)) - later)
        missing = [i for i, letter in enumerate(labels) if letter not in output]
        if missing:
            value = reduce_sum(value, axis=missing)
            labels = "".join(letter for letter in labels if letter in output)
        if sorted(labels) != sorted(output):
            raise ValueError(f"Invalid equation: {equation}")
        return _transposed(value, [labels.index(letter) for letter in output])


def _parse(equation: str, inputs: tuple[Any, ...]) -> tuple[list[str], str]:
    """The index letters of each input, and of the output, with ellipses spelled out."""
    text = equation.replace(" ", "")
    match = _FORMAT.match(text)
    if not match:
        raise ValueError(f"Indices have incorrect format: {equation}")
    terms = match.group(1).split(",")
    if len(terms) != len(inputs):
        raise ValueError(f'Got {len(inputs)} arguments for equation "{equation}", expecting {len(terms)}')
    unused = [letter for letter in string.ascii_letters if letter not in text]
    longest = ""
    for i, (term, value) in enumerate(zip(terms, inputs)):
        rank = value.get_shape().ndims
        if rank is None:
            raise ValueError("Cannot take the length of shape with unknown rank.")
        if "..." in term:
            parts = term.split("...")
            if len(parts) != 2:
                raise ValueError(f"Unable to resolve ellipsis. Excess number found: {len(parts) - 1} vs 1.")
            count = rank - len("".join(parts))
            if count < 0:
                raise ValueError("Too few dimensions in the input for its indices: " + term)
            if len(unused) < count:
                raise ValueError("Unable to resolve ellipsis, too many distinct labels.")
            letters = "".join(unused[len(unused) - count :]) if count else ""
            terms[i] = term.replace("...", letters)
            longest = max(longest, letters, key=len)
    if match.group(2) is not None:
        return terms, match.group(2)[2:].replace("...", longest)
    letters = "".join(terms)
    once = sorted(letter for letter in set(letters) if letters.count(letter) == 1 and letter not in longest)
    return terms, longest + "".join(once)


def _contract(a: Tensor, a_labels: str, b: Tensor, b_labels: str, summed: set[str]) -> tuple[Tensor, str]:
    """The product of two tensors, summed over the labels `summed`; labels: common, only `a`'s, only `b`'s."""
    from . import array

    kept = set(a_labels) & set(b_labels) - summed
    only_a, only_b = set(a_labels) - kept - summed, set(b_labels) - kept - summed
    order_a = sorted(kept) + sorted(only_a) + sorted(summed)
    order_b = sorted(kept) + sorted(summed) + sorted(only_b)
    a = _transposed(a, [a_labels.index(letter) for letter in order_a])
    b = _transposed(b, [b_labels.index(letter) for letter in order_b])
    labels = "".join(sorted(kept) + sorted(only_a) + sorted(only_b))
    n = len(kept)
    if not summed:
        for _ in only_b:
            a = array.expand_dims(a, -1)
        for _ in only_a:
            b = array.expand_dims(b, n)
        return multiply(a, b), labels
    a_sizes = _sizes(a)
    free_a, inner = _product(a_sizes[n : n + len(only_a)]), _product(a_sizes[n + len(only_a) :])
    a = _reshaped(a, a_sizes[:n] + [free_a, inner])
    b_sizes = _sizes(b)
    free_b = _product(b_sizes[n + len(summed) :])
    b = _reshaped(b, b_sizes[:n] + [inner, free_b])
    sizes = a_sizes[: n + len(only_a)] + b_sizes[n + len(summed) :]
    return _reshaped(matmul(a, b), sizes), labels


def _sizes(x: Tensor) -> list[Any]:
    """The sizes of `x`: ints where they are known, else scalar tensors."""
    from . import array

    dims = list(x.shape.as_list())
    if None in dims:
        shape = array.shape(x)
        dims = [shape[i] if d is None else d for i, d in enumerate(dims)]
    return dims


def _product(sizes: list[Any]) -> Any:
    return functools.reduce(operator.mul, sizes, 1)


def _transposed(x: Tensor, perm: list[int]) -> Tensor:
    from . import array

    return x if perm == list(range(len(perm))) else array.transpose(x, perm=perm)


def _reshaped(x: Tensor, sizes: list[Any]) -> Tensor:
    from . import array

    if all(isinstance(d, int) for d in sizes) and x.shape.as_list() == sizes:
        return x
    return array.reshape(x, sizes)
