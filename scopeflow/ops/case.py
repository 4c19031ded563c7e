"""tf.case, the first of several branches whose predicate is true, and tf.switch_case, the branch of a number: by nested conds."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ..graph import dtypes, nest
from ..graph.conversion import make_constant
from ..graph.default_graph import control_dependencies, name_scope
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from .asserts import assert_
from .casting import cast
from .control_flow import cond
from .elementwise import equal, less_equal
from .flow import identity
from .packing import stack
from .reduction import reduce_sum

Pair = tuple[Tensor, Callable[[], Any]]


def _name(pred: Any) -> str:
    return pred.name if isinstance(pred, Tensor) else "?"


def _pairs(pred_fn_pairs: Any, bools: bool) -> list[Pair]:
    """The pairs as a list, those of a dict by the predicates' names. `bools`: a predicate may be a bool. Raises TypeError."""
    if not isinstance(pred_fn_pairs, (list, tuple, dict)):
        raise TypeError("fns must be a list, tuple, or dict")
    pairs = sorted(pred_fn_pairs.items(), key=lambda p: p[0].name) if isinstance(pred_fn_pairs, dict) else list(pred_fn_pairs)
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError("Each entry in pred_fn_pairs must be a 2-tuple")
        pred, fn = pair
        if isinstance(pred, Tensor):
            if not pred.dtype.is_bool:
                raise TypeError(f"pred must be Tensor of type bool: {pred.name}")
        elif not (bools and isinstance(pred, bool)):
            raise TypeError(f"pred must be a Tensor{' or bool' * bools}, got: {pred}")
        if not callable(fn):
            raise TypeError(f"fn for pred {_name(pred)} must be callable.")
    return pairs


def _assert_at_most(n: int, predicates: list[Tensor], message: str) -> Operation:
    gathered = stack(predicates, name="preds_c") if predicates else make_constant(np.zeros(0, np.float32), dtypes.float32, "preds_c")
    count = reduce_sum(cast(gathered, dtypes.int32), name="num_true_conds")
    limit = make_constant(np.array(n, np.int32), dtypes.int32, "n_true_conds")
    names = ", ".join(map(_name, predicates))
    text = f"{message}: more than {n} conditions ({names}) evaluated as True:"
    return assert_(less_equal(count, limit), [text, gathered], summarize=len(predicates))


def _last_action(pairs: list[Pair]) -> tuple[Callable[[], Any], list[Pair]]:
    """(the last pair's function, which asserts that its predicate and no other is true; the pairs before)."""
    predicates = [p for p, _ in pairs]
    *others, _ = pairs
    action = pairs[-1][1]

    def checked() -> Any:
        all_of = stack(predicates, name="preds_c")
        error = f"Implementation error: selected default action #{len(pairs) - 1} was called, but some of other predicates are True: "
        none_else = _assert_at_most(0, predicates[:-1], error)
        chosen = assert_(predicates[-1], ["Input error: None of conditions evaluated as True:", all_of])
        with control_dependencies([none_else, chosen]):
            return action()

    return checked, others


@public("case")
def case(
    pred_fn_pairs: Any, default: Callable[[], Any] | None = None, exclusive: bool = False, strict: bool = False, name: str = "case"
) -> Any:
    """`fn()` of the first pair (predicate, fn) whose scalar bool predicate is true, else `default()`.

    Args:
      pred_fn_pairs: list of pairs, or a dict of them (taken by the predicates' names).
      default: None: one of the predicates must be true, or the run fails.
      exclusive: more than one true predicate makes the run fail.
      strict: a list of one is not unpacked.

    Raises:
      TypeError: what is given is no list or dict of pairs (bool tensor, callable).
    """
    return nested_case(functools.partial(cond, strict=strict), pred_fn_pairs, default, exclusive, name)


def nested_case(
    choose: Callable[..., Any], pred_fn_pairs: Any, default: Callable[[], Any] | None, exclusive: bool, name: str, bools: bool = False
) -> Any:
    """`case` by a function like `cond`. `bools`: a predicate may be a bool. Raises as `case` does."""
    pairs = _pairs(pred_fn_pairs, bools)
    with name_scope(name, "case", [[p for p, _ in pairs]]):
        if not pairs:
            raise ValueError("tf.case: there are no pairs of a predicate and a function")
        if default is None:
            default, pairs = _last_action(pairs)
        build: Callable[[], Any] = default
        for pred, fn in reversed(pairs):
            build = functools.partial(choose, pred, true_fn=fn, false_fn=build)
        if not exclusive:
            return build()
        assertion = _assert_at_most(1, [p for p, _ in pairs], "Input error: exclusive=True")
        with control_dependencies([assertion]):
            return build()


@public("switch_case")
def switch_case(branch_index: Any, branch_fns: Any, default: Callable[[], Any] | None = None, name: str = "switch_case") -> Any:
    """`branch_fns[branch_index]()`.

    The tensors that it returns are named as TensorFlow names them; what TensorFlow hides in functions behind a Case node lies under
    `switch_case/indexed_case/branches`.

    Args:
      branch_index: int32 tensor [].
      branch_fns: a list of functions, a list of pairs (number, function), or a dict; the numbers are those from 0 on.
      default: runs for a `branch_index` that is none of them; None: the last of them does.

    Raises:
      TypeError: an argument is not of its kind, or the functions' results differ in structure or type.
      ValueError: numbers are missing or given twice.
    """
    if not isinstance(branch_index, Tensor):
        raise TypeError(f"branch_index must a Tensor, got {type(branch_index)}")
    if not branch_index.dtype.is_integer:
        raise TypeError(f"branch_index must an integer Tensor, got {branch_index.dtype!r}")
    functions = _numbered(branch_fns)
    if branch_index.dtype.base_dtype is not dtypes.int32:
        raise TypeError(
            f"Input 'branch_index' of 'Case' Op has type {branch_index.dtype.base_dtype.name} that does not match expected type of int32."
        )
    if default is not None:
        functions.append(default)
    build: Callable[[], Any] = functions[-1]
    for number, fn in reversed(list(enumerate(functions[:-1]))):
        build = functools.partial(_chosen, branch_index, number, fn, build)
    with name_scope(name, "switch_case", [branch_index]), name_scope("indexed_case"):
        with name_scope("branches"):
            result = build()
        return nest.map_structure(identity, result, expand_composites=True)


def _chosen(index: Tensor, number: int, fn: Callable[[], Any], others: Callable[[], Any]) -> Any:
    return cond(equal(index, number), fn, others, strict=True)


def _numbered(branch_fns: Any) -> list[Callable[[], Any]]:
    """The functions in the order of their numbers. Raises as `switch_case` does."""
    if not isinstance(branch_fns, (list, tuple, dict)):
        raise TypeError("branch_fns must be a list, tuple, or dict")
    pairs = list(branch_fns.items()) if isinstance(branch_fns, dict) else list(branch_fns)
    if pairs and all(map(callable, pairs)):
        pairs = list(enumerate(pairs))
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError("Each entry in branch_fns must be a 2-tuple")
        number, fn = pair
        if not isinstance(number, int):
            raise TypeError(f"key must be a Python `int`, got {type(number)}")
        if not callable(fn):
            raise TypeError(f"fn for key {number} must be callable.")
    numbers = sorted(n for n, _ in pairs)
    if not pairs or numbers != list(range(len(pairs))):
        found = ",".join(map(str, numbers))
        raise ValueError(f"branch indices (keys) must form contiguous range of [0 to {len(pairs)}) but found {{{found}}}")
    return [fn for _, fn in sorted(pairs, key=lambda p: p[0])]
