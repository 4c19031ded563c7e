"""tf.train.init_from_checkpoint: variables whose initial value comes from a checkpoint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..graph.default_graph import get_default_graph
from ..graph.public import public
from ..ops.checkpoint import restore_v2
from ..scopes.store import variable_store
from ..variables import Variable
from ..variables.assignment import assign
from ..variables.partitioned import PartitionedVariable
from .checkpoint_management import log
from .checkpoint_reading import checkpoint_filename, load_checkpoint
from .restoring import nearest
from .saveable import op_list_to_dict, saveable_objects_for_op


@public("train.init_from_checkpoint", "python.training.checkpoint_utils.init_from_checkpoint")
def init_from_checkpoint(ckpt_dir_or_file: Any, assignment_map: Mapping[str, Any]) -> None:
    """Makes a checkpoint's values the initial values of variables: running their initializers reads them.

    Args:
      ckpt_dir_or_file: a checkpoint, or a folder: its latest one.
      assignment_map: name in the checkpoint -> variable, its name, or the list of its parts; or "scope/" -> "other_scope/": every variable
        of the current graph's variable store in the second scope, from the tensor of that name in the first; "/" is the root.

    Raises:
      ValueError: a name is in the checkpoint or in the graph only, or shapes differ. All names that a scope lacks are listed.
      tf.errors.OpError: the checkpoint cannot be read.
    """
    if not isinstance(assignment_map, Mapping):
        raise AttributeError(f"'{type(assignment_map).__name__}' object has no attribute 'items'")
    _init(ckpt_dir_or_file, sorted(assignment_map.items()), plain=False)


@public("contrib.framework.init_from_checkpoint", "contrib.framework.python.framework.checkpoint_utils.init_from_checkpoint")
def init_from_checkpoint_in_order(checkpoint_dir: Any, assignment_map: Mapping[str, Any]) -> None:
    """`tf.train.init_from_checkpoint`, with nodes in the order of the map that assign without knowing the shape."""
    _init(checkpoint_dir, assignment_map.items(), plain=True)


def _init(ckpt_dir_or_file: Any, assignments: Iterable[tuple[str, Any]], plain: bool) -> None:
    path = checkpoint_filename(ckpt_dir_or_file)
    stored = load_checkpoint(ckpt_dir_or_file).get_variable_to_shape_map()
    for name, target in assignments:
        variable = _variable(target)
        if variable is None:
            for part, full in _scope_pairs(name, target, stored, ckpt_dir_or_file):
                _set_initializer(_variable(part), path, full, plain)
            continue
        if name not in stored:
            raise ValueError(f"Tensor {name} is not found in {ckpt_dir_or_file} checkpoint {stored}")
        if isinstance(variable, Variable) and not variable.get_shape().is_compatible_with(stored[name]):
            raise ValueError(
                f"Shape of variable {variable.name} ({variable.get_shape()}) doesn't match with shape of tensor {name} ({stored[name]}) "
                "from checkpoint reader."
            )
        _set_initializer(variable, path, name, plain)


def _store() -> dict[str, Variable]:
    return variable_store(get_default_graph())._vars


def _parts(name: str) -> list[Variable] | None:
    """The parts of a partitioned variable by the whole's name."""
    out, store = [], _store()
    while f"{name}/part_{len(out)}" in store:
        out.append(store[f"{name}/part_{len(out)}"])
    return out or None


def _variable(target: Any) -> Any:
    """The variable, or list of parts, that an assignment's right side is or names; None for a scope."""
    if isinstance(target, PartitionedVariable):
        return list(target)
    if isinstance(target, Variable) or (isinstance(target, list) and all(isinstance(v, Variable) for v in target)):
        return target
    if not isinstance(target, str):
        raise TypeError(f"init_from_checkpoint: the map's values must be variables, lists of their parts, or names, not {target!r}")
    found = _store().get(target)
    return _parts(target) if found is None else found


def _scope_pairs(prefix: str, target: str, stored: dict[str, Any], given: Any) -> list[tuple[str, str]]:
    """(variable, tensor of that name in `prefix`) for every variable in the scope `target`."""
    scope = target.rpartition("/")[0]
    if not prefix.endswith("/"):
        raise ValueError(
            f"Assignment map with scope only name {scope} should map to scope only {prefix}. Should be 'scope/': 'other_scope/'."
        )
    names = sorted({n.partition("/part_")[0] for n in _store() if not scope or n.startswith(scope + "/")})
    full = {n: _name_in_checkpoint(n, scope, prefix, target) for n in names}
    missing = [n for n in names if full[n] not in stored]
    if missing:
        first = missing[0]
        text = f"Tensor {full[first]} ({first[len(scope) + 1 :]} in {prefix}) is not found in {given} checkpoint"
        raise ValueError("\n".join([text, *_listed([full[n] for n in missing], stored, len(names))]))
    return list(full.items())


def _listed(missing: list[str], stored: dict[str, Any], asked: int) -> list[str]:
    """Lines that name what is missing, with what comes nearest."""
    close = {name: nearest(name, list(stored)) for name in missing[:40]}
    if len(missing) == 1 and not close[missing[0]]:
        return []
    out = [f"{len(missing)} of {asked} names are not in it:"]
    out += [f"  {name}" + (f"  (nearest: {', '.join(close[name])})" if close.get(name) else "") for name in missing]
    return out


def _name_in_checkpoint(name: str, scope: str, prefix: str, target: str) -> str:
    rest = name[len(scope) :]
    if target != "/":
        rest = rest[1:]
    full = rest if prefix == "/" else prefix + rest
    return full[:-1] if full.endswith("/") else full


def _set_initializer(variable: Any, path: Any, name: str, plain: bool) -> None:
    if isinstance(variable, Variable):
        _initialize(variable, path, name, "", plain)
    else:
        whole: str | None = None
        for v in variable:
            info = v._save_slice_info
            if whole is None:
                whole = info.full_name
            elif whole != info.full_name:
                raise ValueError(f"Slices must all be from the same tensor: {whole} != {info.full_name}")
            _initialize(v, path, name, info.spec, plain)
    log("debug", "Initialize variable %s from checkpoint %s with %s", variable, path, name)


def _initialize(variable: Variable, path: Any, name: str, spec: str, plain: bool) -> None:
    """Gives a variable the initializer that reads it from a checkpoint."""
    graph = get_default_graph()
    with graph.device(variable.device), graph.device("/cpu:0"):
        value = restore_v2(path, [name], [spec], [variable.dtype.base_dtype], name="checkpoint_initializer")[0]
    if plain:
        variable._initializer_op = assign(variable, value)
        return
    (saveable,) = (s for n, v in op_list_to_dict([variable]).items() for s in saveable_objects_for_op(v, n))
    variable._initializer_op = saveable.restore([value], restored_shapes=None)
    value.set_shape(variable.shape)
    variable._initial_value = value
