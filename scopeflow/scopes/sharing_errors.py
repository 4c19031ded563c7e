"""The errors about sharing variables: TensorFlow's first line, then what the program needs to know to fix it."""

from __future__ import annotations

import difflib
from typing import Any

from ..graph.default_graph import get_default_graph
from ..graph.tensor_shape import TensorShape
from ..variables.partitioned import PartitionedVariable
from .scope import AUTO_REUSE, VariableScope, scope_store


def exists(name: str, found: Any) -> ValueError:
    """`name` exists and is not to be shared."""
    text = f"Variable {name} already exists, disallowed. Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in VarScope?"
    if found.op.type == "VarHandleOp":
        text += f"\n\nIt was made at:\n\n{_made(found)}"
    else:
        text += f" Originally defined at:\n\n{_made(found)}"
    return ValueError(text + _scopes_in_force() + _fix_for_existing(name))


def partitioned_exists(name: str, found: Any) -> ValueError:
    """The partitioned variable `name` exists and is not to be shared."""
    text = f"Partitioned variable with name {name} already exists. Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in VarScope?"
    return ValueError(f"{text}\n\nIt was made at:\n\n{_made(found)}" + _scopes_in_force() + _fix_for_existing(name))


def missing(name: str, store: Any) -> ValueError:
    """`name` does not exist and is to be shared."""
    text = (
        f"Variable {name} does not exist, or was not created with tf.get_variable(). Did you mean to set reuse=tf.AUTO_REUSE in VarScope?\n"
    )
    return ValueError(text + _scopes_in_force() + _nearest(name, store) + _fix_for_missing(name))


def partitioned_missing(name: str, store: Any) -> ValueError:
    """The partitioned variable `name` does not exist and is to be shared."""
    text = (
        f"PartitionedVariable {name} does not exist, or was not created with tf.get_variable(). Did you mean to set reuse=False or "
        "reuse=tf.AUTO_REUSE in VarScope?\n"
    )
    return ValueError(text + _scopes_in_force() + _nearest(name, store) + _fix_for_missing(name))


def shape_differs(name: str, dims: Any, found: Any) -> ValueError:
    """`name` exists with another shape."""
    text = f"Trying to share variable {name}, but specified shape {TensorShape.of(dims)} and found shape {found.get_shape()}."
    return ValueError(
        f"{text}\n\nIt was made at:\n\n{_made(found)}{_scopes_in_force()}\nAsk for the shape it has, or give the new variable another name "
        "or scope."
    )


def dtype_differs(name: str, dtype: Any, found: Any) -> ValueError:
    """`name` exists with another type."""
    text = f"Trying to share variable {name}, but specified dtype {dtype.name} and found dtype {found.dtype.name}."
    return ValueError(
        f"{text}\n\nIt was made at:\n\n{_made(found)}{_scopes_in_force()}\nWhen a variable is shared, the type asked for is the `dtype` "
        f"argument, else the scope's, whatever the initializer is: pass dtype=tf.{found.dtype.base_dtype.name}."
    )


def _made(v: Any) -> str:
    """The lines of the program that made `v`, outermost first."""
    places = v._history.made_at if v._history is not None else (v.op._place,)
    return "".join(_quote(p) for p in reversed(places)) or _quote(None)


def _quote(place: Any) -> str:
    """A place as a traceback spells it, with its line."""
    import linecache

    if place is None:
        return "  (unknown)\n"
    line = linecache.getline(place.file, place.line).strip()
    return f'  File "{place.file}", line {place.line}, in {place.function}\n' + (f"    {line}\n" if line else "")


def _mode(reuse: Any) -> str:
    return "tf.AUTO_REUSE" if reuse is AUTO_REUSE else repr(reuse)


def _scopes_in_force() -> str:
    """The variable scopes that are open, outermost first, with their lines."""
    graph = get_default_graph()
    rows = []
    frame = graph._frame
    while frame is not None:
        outer, kind, asked, _, place, scope = frame
        if kind == "variable_scope":
            how = (
                f"<scope {asked._name!r}>"
                if isinstance(asked, VariableScope)
                else f'None, "{asked[0]}"'
                if isinstance(asked, tuple)
                else f'"{asked}"'
            )
            rows.append(f"  variable_scope({how}) at {place}: name {scope._name!r}, reuse={_mode(scope._reuse)}\n")
        frame = outer
    root = scope_store(graph).current_scope
    if not rows:
        return f"\nNo variable scope is open (reuse={_mode(root._reuse)}).\n"
    return "\nVariable scopes in force, outermost first:\n" + "".join(reversed(rows))


def _nearest(name: str, store: Any) -> str:
    """What exists under similar names (a name may be anything that TensorFlow takes for one: bytes, None)."""
    out = ""
    known = {str(n): v for n, v in (store._partitioned_vars | store._vars).items()}
    if not known:
        out = "\nThis graph has no variables made by tf.get_variable yet.\n"
    last = str(name).rpartition("/")[2]
    close = difflib.get_close_matches(str(name), known, 4, 0.6)
    close += [n for n in known if n.rpartition("/")[2] == last][:4]
    if close:
        out = "\nThe nearest names that exist:\n"
        for n in list(dict.fromkeys(close))[:5]:
            v = known[n]
            out += f"  {n}" + (" (partitioned)" if isinstance(v, PartitionedVariable) else f", made at {v.op.defined_at}") + "\n"
    op = get_default_graph()._ops.get(name)
    if op is not None and op.type in ("VariableV2", "VarHandleOp"):
        out += f"\nA variable of that name was made by tf.Variable at {op.defined_at}: get_variable does not find those.\n"
    return out


def _fix_for_existing(name: str) -> str:
    scope = str(name).rpartition("/")[0]
    if scope:
        share = f'enter the scope with tf.variable_scope("{scope}", reuse=tf.AUTO_REUSE)'
    else:
        share = "use tf.variable_scope(tf.get_variable_scope(), reuse=tf.AUTO_REUSE)"
    return f"\nTo share it, {share}; for a second variable, use another scope or name."


def _fix_for_missing(name: str) -> str:
    return "\nTo make it where it does not exist, use reuse=tf.AUTO_REUSE in place of reuse=True; to find it, check the scope's name above."
