"""tf.explain: which scope gave each part of a variable's name, which scopes gave none and why, and who shares it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from ..graph.default_graph import get_default_graph
from ..graph.dtypes import as_dtype
from ..graph.graph import Graph
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..graph.source import Place
from ..variables.partitioned import PartitionedVariable
from ..variables.variable import Variable
from .history import History
from .scope import AUTO_REUSE, VariableScope
from .store import variable_store


@dataclasses.dataclass
class Part:
    """A part of a name.

    Attributes:
      text: the part, without slashes around it.
      kind: "variable_scope", "name_scope", "get_variable", "Variable" or "partition".
      call: the call as the program spells it, in short.
      at: `file:line` of it.
      note: what else there is to know.
    """

    text: str
    kind: str
    call: str
    at: str
    note: str = ""


@dataclasses.dataclass
class NotApplied:
    """A scope that was open but gave no part of the name."""

    kind: str
    call: str
    at: str
    why: str


@dataclasses.dataclass
class Uniquified:
    """A name that was taken: what was asked for, what it became, what had it and where that was made."""

    asked: str
    became: str
    taken_by: str
    taken_at: str


@dataclasses.dataclass
class Explanation:
    """How a variable came by its name.

    Attributes:
      name: the variable's name.
      kind: RefVariable, ResourceVariable or PartitionedVariable.
      shape, dtype: as the reference prints them.
      trainable: whether it is trainable.
      key: the name under which get_variable finds it; None if it was made by tf.Variable.
      parts: which call gave each part of the name, in order.
      not_applied: the open scopes that gave none.
      uniquified: the names that had to be changed.
      created_at: the lines of the program that made it, innermost first.
      shared_at: the same for each call that got it later.
      shared_more: how many such calls were not kept.
    """

    name: str
    kind: str
    shape: str
    dtype: str
    trainable: bool
    key: str | None
    parts: list[Part]
    not_applied: list[NotApplied]
    uniquified: list[Uniquified]
    created_at: list[str]
    shared_at: list[list[str]]
    shared_more: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The explanation as dicts, lists, strings and numbers."""
        return dataclasses.asdict(self)

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"{self.name}  ({self.kind}, shape {self.shape}, {self.dtype}{', trainable' if self.trainable else ', not trainable'})"
        width = max([len(p.text) for p in self.parts], default=0)
        for p in self.parts:
            yield f"  {p.text:{width}}  from {p.call} at {p.at}" + (f": {p.note}" if p.note else "")
        if self.uniquified:
            yield "made unique:"
            for u in self.uniquified:
                yield f"  {u.asked} became {u.became}: the name was taken by {u.taken_by}" + (
                    f", made at {u.taken_at}" if u.taken_at else ""
                )
        if self.not_applied:
            yield "open, but not part of the name:"
            for n in self.not_applied:
                yield f"  {n.call} at {n.at}: {n.why}"
        yield f"created at {_chain(self.created_at)}"
        if self.shared_at:
            yield f"shared {len(self.shared_at) + self.shared_more} times:"
            counts: dict[str, int] = {}
            for places in self.shared_at:
                text = _chain(places)
                counts[text] = counts.get(text, 0) + 1
            for text, n in counts.items():
                yield f"  at {text}" + (f" ({n} times)" if n > 1 else "")
        elif self.key is not None:
            yield "shared by no other call"
        else:
            yield f'made by tf.Variable, so tf.get_variable("{_bare(self.name)}") does not find it'


def _chain(places: list[str]) -> str:
    return ", called from ".join(places) if places else "(unknown)"


def _bare(name: str) -> str:
    return name.partition(":")[0]


@public("explain")
def explain(variable: Any, graph: Graph | None = None) -> Explanation:
    """Explains a variable's name.

    Args:
      variable: a variable, one of its tensors, or its name in `graph` (the default graph if None).

    Raises:
      ValueError: there is no such variable.
      TypeError: it is neither a variable nor a name.
    """
    v = _variable(variable, graph or get_default_graph())
    history: History | None = v._history
    if history is not None:
        teller = _Told(
            v.graph if isinstance(v, Variable) else list(v)[0].graph, list(v)[0].op if isinstance(v, PartitionedVariable) else v.op
        )
        teller.get_variable(v, history)
        created, shared, more = history.made_at, history.shared_at, history.shared_more
    else:
        teller = _Told(v.graph, v.op)
        teller.variable(v)
        created, shared, more = (v.op._place,) if v.op._place is not None else (), [], 0
    whole = isinstance(v, PartitionedVariable)
    return Explanation(
        name=v.name,
        kind=type(v).__name__,
        shape=str(v.get_shape()),
        dtype=as_dtype(v.dtype).base_dtype.name,
        trainable=bool(list(v)[0].trainable if whole else v.trainable),
        key=None if history is None else history.key,
        parts=teller.parts,
        not_applied=teller.not_applied,
        uniquified=teller.uniquified,
        created_at=[_place(p) for p in created],
        shared_at=[[_place(p) for p in places] for places in shared],
        shared_more=more,
    )


def _variable(value: Any, graph: Graph) -> Any:
    """The variable that `value` is or names."""
    if isinstance(value, (Variable, PartitionedVariable)):
        return value
    if isinstance(value, (Tensor, Operation)):
        op = value if isinstance(value, Operation) else value.op
        while op.type in ("Identity", "ReadVariableOp") and op.inputs:
            op = op.inputs[0].op
        graph, value = op.graph, op.name
    if not isinstance(value, str):
        raise TypeError(f"explain() takes a variable or its name, not {value!r}")
    store = variable_store(graph)
    bare = _bare(value)
    found = store._partitioned_vars.get(value)
    if found is None:
        known = list(store._vars.values()) + [v for items in graph._collections.values() for v in items if isinstance(v, Variable)]
        found = next((v for v in known if v.op.name == bare), store._vars.get(bare))
    if found is None:
        import difflib

        names = sorted({v.op.name for v in known})
        close = difflib.get_close_matches(bare, names, 3, 0.5) or names[:5]
        raise ValueError(
            f"There is no variable {value!r} in this graph. "
            + (f"Its variables are, among others: {', '.join(close)}." if close else "It has none.")
        )
    return found


def _place(place: Place | None) -> str:
    return "(unknown)" if place is None else f"{place} in {place.function}"


def _short(place: Place | None) -> str:
    return "(unknown)" if place is None else str(place)


def _frames(frame: Any) -> list[Any]:
    """The open scopes, outermost first."""
    out = []
    while frame is not None:
        out.append(frame)
        frame = frame[0]
    out.reverse()
    return out


def _outer_variable_scope(frame: Any) -> Any:
    """The nearest variable scope around a frame."""
    frame = frame[0]
    while frame is not None and frame[1] != "variable_scope":
        frame = frame[0]
    return frame


def _call(frame: Any) -> str:
    return f"{frame[1]}({spelled(frame[2])})"


def spelled(asked: Any) -> str:
    """What a scope was opened with, as a program spells it."""
    if isinstance(asked, VariableScope):
        return f"<scope {asked._name!r}>"
    if isinstance(asked, tuple):
        return f'None, "{asked[0]}"'
    return f'"{asked}"' if isinstance(asked, str) else repr(asked)


def _last(path: str | None) -> str:
    return (path or "").rpartition("/")[2]


class _Told:
    """Collects the parts of one explanation."""

    def __init__(self, graph: Graph, op: Operation):
        self._graph, self._op = graph, op
        self.parts: list[Part] = []
        self.not_applied: list[NotApplied] = []
        self.uniquified: list[Uniquified] = []

    # -- get_variable --------------------------------------------------------------
    def get_variable(self, v: Any, history: History) -> None:
        """The story of a variable made by get_variable: variable scopes give the prefix."""
        frames = _frames(history.frame)
        inner = next((f for f in reversed(frames) if f[1] == "variable_scope"), None)
        used: set[int] = set()
        prefix = ""
        if inner is not None:
            prefix = inner[5]._name
            self.parts = self._scope_parts(inner, used)
        place = history.made_at[0] if history.made_at else None
        key = history.key
        rest = key[len(prefix) + 1 :] if prefix and key.startswith(prefix + "/") else key if not prefix else None
        note = ""
        slice_info = None if isinstance(v, PartitionedVariable) else v._save_slice_info
        whole = key if slice_info is None else slice_info.full_name
        if rest is None:
            self.parts, rest = [], key
            note = "a custom getter chose a name outside the variable scope"
        elif history.asked is not None and history.asked != whole:
            asked = history.asked[len(prefix) + 1 :] if prefix and history.asked.startswith(prefix + "/") else history.asked
            note = f"asked for as {asked!r}; a custom getter changed that"
        last = key[len(whole) + 1 :]
        if last:
            rest = rest[: -len(last) - 1]
        self.parts.append(Part(rest.strip("/"), "get_variable", f'get_variable("{rest}")', _short(place), note))
        if last:
            self.parts.append(Part(last, "partition", "the partitioner", _short(place), f"slice {slice_info.spec!r} of the whole"))
        name = _bare(v.name)
        if name != key.rstrip("/"):
            self._renamed(key, name)
        for f in frames:
            why = self._why_not_for_get_variable(f, f is inner, id(f) in used)
            if why:
                self.not_applied.append(NotApplied(f[1], _call(f), _short(f[4]), why))

    def _scope_parts(self, frame: Any, used: set[int]) -> list[Part]:
        """The parts of a variable scope's name, from where each was first opened."""
        _, _, asked, _, place, scope = frame
        used.add(id(frame))
        name = scope._name
        if isinstance(asked, VariableScope):
            origin = asked._frame
            if origin is None:
                return [Part(name, "variable_scope", "VariableScope object", _short(place))] if name else []
            parts = self._scope_parts(origin, used)
            if parts:
                again = f"entered again at {_short(place)}"
                parts[-1].note = "; ".join(filter(None, [parts[-1].note, again]))
            return parts
        outer = _outer_variable_scope(frame)
        parts: list[Part] = []
        own = name
        if outer is not None:
            outer_name = outer[5]._name
            if outer_name and name.startswith(outer_name + "/"):
                parts = self._scope_parts(outer, used)
                own = name[len(outer_name) + 1 :]
            elif not outer_name:
                used.add(id(outer))
        note = f"the default name {asked[0]!r} was in use" if isinstance(asked, tuple) and own != asked[0] else ""
        if own:
            parts.append(Part(own, "variable_scope", _call(frame), _short(place), note))
        return parts

    def _why_not_for_get_variable(self, frame: Any, is_inner: bool, used: bool) -> str:
        _, kind, asked, path, _, scope = frame
        if kind == "name_scope":
            return "get_variable takes no notice of name scopes" if asked else ""
        if used:
            own = _last(scope._name)
            if (
                path
                and _last(path) != own
                and not (isinstance(asked, VariableScope) and not asked._name)
                and _last(path).rpartition("_")[0].lower() == own.lower()
            ):
                return f"its ops go to {path}/, because the name scope {own!r} was taken; variables stay in {scope._name}/"
            return ""
        return "a scope object was entered inside it, and that has a full name of its own"

    # -- tf.Variable ------------------------------------------------------------------
    def variable(self, v: Variable) -> None:
        """The story of a variable made by tf.Variable: name scopes give the prefix."""
        frame, asked = v._origin if v._origin is not None else (None, None)
        at, applied = "", []
        for f in _frames(frame):
            _, kind, wanted, path, place, scope = f
            if kind == "variable_scope" and scope._reuse not in (False, None):
                mode = "tf.AUTO_REUSE" if scope._reuse is AUTO_REUSE else "True"
                self.not_applied.append(
                    NotApplied(kind, _call(f), _short(place), f"its reuse={mode} has no effect: tf.Variable always makes a new variable")
                )
            if not path:
                for g in applied:
                    self.not_applied.append(NotApplied(g[1], _call(g), _short(g[4]), f"{_call(f)} inside it goes back to the root"))
                self.parts, applied, at = [], [], ""
                continue
            if path == at:
                if kind == "variable_scope":
                    self.not_applied.append(
                        NotApplied(kind, _call(f), _short(place), "it opened no name scope, and tf.Variable follows only those")
                    )
                continue
            if at and not path.startswith(at + "/"):
                for g in applied:
                    self.not_applied.append(NotApplied(g[1], _call(g), _short(g[4]), f"{_call(f)} inside it names an absolute path"))
                self.parts, applied, at = [], [], ""
            own = path[len(at) + 1 :] if at else path
            base = (
                wanted._name.rpartition("/")[2] if isinstance(wanted, VariableScope) else wanted[0] if isinstance(wanted, tuple) else wanted
            )
            note = ""
            if isinstance(base, str) and base.rstrip("/") not in (own, path):
                full = f"{at}/{base}" if at else base
                note = f"{base!r} was taken"
                self._taken(full, path)
            self.parts.append(Part(own, kind, _call(f), _short(place), note))
            applied.append(f)
            at = path
        name = v.op.name
        own = name[len(at) + 1 :] if at and name.startswith(at + "/") else name
        asked = asked if isinstance(asked, str) else own
        note = ""
        if asked.rstrip("/") not in (own, name):
            self._taken(f"{at}/{asked}" if at else asked, name)
            note = f"{asked!r} was taken"
        call = "Variable()" if asked == "Variable" and own.startswith("Variable") else f'Variable(name="{asked}")'
        self.parts.append(Part(own, "Variable", call, _short(v.op._place), note))

    # -- names that were taken ----------------------------------------------------------
    def _renamed(self, asked: str, became: str) -> None:
        stem, _, number = became.rpartition("_")
        if number.isdigit() and stem.lower() == asked.rstrip("/").lower():
            self._taken(asked.rstrip("/"), became)
        else:
            self.uniquified.append(Uniquified(asked, became, "a variable creator, which chose another name", ""))

    def _taken(self, asked: str, became: str) -> None:
        """Notes what had the name `asked` when `became` was made."""
        first: Operation | None = None
        want = asked.lower()
        for op in self._graph._ops.values():
            name = op.name.lower()
            if op._id >= self._op._id:
                continue
            if name == want:
                first = op
                break
            if first is None and name.startswith(want + "/"):
                first = op
        if first is None:
            self.uniquified.append(Uniquified(asked, became, "a name scope opened before, without ops", ""))
        elif first.name.lower() == want:
            self.uniquified.append(Uniquified(asked, became, f"the op {first.name} ({first.type})", _short(first._place)))
        else:
            self.uniquified.append(
                Uniquified(asked, became, f"a name scope, first used by the op {first.name} ({first.type})", _short(first._place))
            )
