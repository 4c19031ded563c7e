"""tf.train.warm_start: initial values of variables from the checkpoint of another model, picked by pattern."""

from __future__ import annotations

import collections
from collections.abc import Mapping
from typing import Any

from ..graph.default_graph import get_collection
from ..graph.graph import GraphKeys
from ..graph.public import public
from ..variables import Variable
from .init_from_checkpoint import init_from_checkpoint


@public("train.VocabInfo", "estimator.VocabInfo")
class VocabInfo(
    collections.namedtuple(
        "VocabInfo", ["new_vocab", "new_vocab_size", "num_oov_buckets", "old_vocab", "old_vocab_size", "backup_initializer", "axis"]
    )
):
    """The vocabularies that the rows of a variable, and of a checkpoint's tensor, stand for."""

    def __new__(
        cls,
        new_vocab: str,
        new_vocab_size: int,
        num_oov_buckets: int,
        old_vocab: str,
        old_vocab_size: int = -1,
        backup_initializer: Any = None,
        axis: int = 0,
    ) -> VocabInfo:
        if axis not in (0, 1):
            raise ValueError(f"The only supported values for the axis argument are 0 and 1.  Provided axis: {axis}")
        return super().__new__(cls, new_vocab, new_vocab_size, num_oov_buckets, old_vocab, old_vocab_size, backup_initializer, axis)


def _whole_name(v: Variable) -> str:
    info = v._save_slice_info
    return v.op.name if info is None else info.full_name


def _wanted(chosen: Any) -> list[Variable]:
    """The variables that `vars_to_warm_start` picks. Raises ValueError."""
    if chosen is None:
        return []
    if isinstance(chosen, str):
        return get_collection(GraphKeys.TRAINABLE_VARIABLES, scope=chosen)
    if not isinstance(chosen, list):
        raise ValueError(f"`vars_to_warm_start must be a `list` or `str`.  Given type is {type(chosen)}")
    if all(isinstance(v, str) for v in chosen):
        return [v for name in chosen for v in get_collection(GraphKeys.GLOBAL_VARIABLES, scope=name)]
    if all(isinstance(v, Variable) for v in chosen):
        return chosen
    raise ValueError(
        f"If `vars_to_warm_start` is a list, it must be all `Variable` or all `str`.  Given types are {[type(v) for v in chosen]}"
    )


def _require_used(given: Mapping[str, Any], used: Mapping[str, Any], argument: str) -> None:
    unused = set(given) - set(used)
    if unused:
        raise ValueError(
            f"You provided the following variables in {argument} that were not used: {unused}.  Perhaps you misspelled them?  "
            f"Here is the list of viable variable names: {used.keys()}"
        )


@public("train.warm_start", "python.training.warm_starting_util.warm_start")
def warm_start(
    ckpt_to_initialize_from: Any,
    vars_to_warm_start: Any = ".*",
    var_name_to_vocab_info: Mapping[str, VocabInfo] | None = None,
    var_name_to_prev_var_name: Mapping[str, str] | None = None,
) -> None:
    """Makes variables start with the values of a checkpoint, when their initializers run.

    Args:
      vars_to_warm_start: a pattern that names of trainable variables begin with; a list of such for all variables; a list of
        variables; or None.
      var_name_to_vocab_info: not supported: values are not moved from one vocabulary's rows to another's.
      var_name_to_prev_var_name: names of variables -> their names in the checkpoint, where these differ.

    Raises:
      ValueError: the checkpoint lacks a variable, or a name that is given is of no variable.
      NotImplementedError: a variable has a vocabulary.
    """
    previous, vocabularies = dict(var_name_to_prev_var_name or {}), dict(var_name_to_vocab_info or {})
    found: dict[str, list[Variable]] = {}
    for v in _wanted(vars_to_warm_start):
        found.setdefault(_whole_name(v), []).append(v)
    for name, parts in found.items():
        if name in vocabularies:
            raise NotImplementedError(
                f"tf.train.warm_start: {name} has a VocabInfo, and scopeflow does not move rows from one vocabulary to another. Leave it "
                "out of vars_to_warm_start, or convert the checkpoint first."
            )
        init_from_checkpoint(ckpt_to_initialize_from, {previous.get(name, name): parts if len(parts) > 1 else parts[0]})
    _require_used(previous, found, "var_name_to_prev_var_name")
    _require_used(vocabularies, found, "var_name_to_vocab_info")
