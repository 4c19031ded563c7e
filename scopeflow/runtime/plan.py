"""Plans: what a session does for one set of fetches and feeds, compiled once for each layout of its inputs."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterable, Sequence
from itertools import starmap
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..graph import dtypes, errors
from ..graph.operation import Operation, Tensor
from ..lower.control import NeedsChoice, NeedsHost, NeedsKnown
from ..lower.kept_rows import masks
from ..lower.prune import needed_ops
from ..lower.regions import COND, Layout, Region, organize, outermost_cond
from ..lower.stages import STRUCTURAL, Stage, can_be_compiled, last_uses, must_be_known, random_ops, split
from ..lower.state import REGIONS, RUN_KINDS, VariableKey, alias_key, describe, is_alias, key_of, reads_of, variable_op, writes_of
from ..lower.trace import DEAD, ROOM, Frame, uninitialized
from ..op.array_state import GROW, ArrayState, Outgrown, room_for
from ..op.philox import Generator
from ..op.stack_state import StackState
from .store import Store

_OPEN = contextlib.nullcontext()
#: stands for a text in compiled code
_TAKEN = np.zeros((), np.bool_)
#: A run of at most this many ops on at most this many elements is computed by NumPy: compiling would cost more.
TINY_OPS = 8
TINY_ELEMENTS = 2048
#: A stage that is compiled for as many shapes of an input is worth a word.
MANY_SHAPES = 8
#: Constants of at least this many bytes are handed to the compiled function instead of being built into it.
BIG_CONSTANT = 1 << 16


class Plan:
    """One set of fetches and feeds on one version of a graph."""

    def __init__(self, fetches: Sequence[Tensor], targets: Sequence[Operation], feeds: Sequence[Tensor]):
        self.fetches = list(fetches)
        self.feeds = list(feeds)
        self.fed = fed = frozenset(feeds)
        self.ops = needed_ops(fetches, targets, fed)
        self.elsewhere = {t: (alias_key(t) if is_alias(t) else key_of(variable_op(t))) for t in fetches if self._is_state(t, fed)}
        #: regions that cannot be compiled, found out when they were traced: on the host; or by the branch that is taken
        self.on_host: set[Any] = set()
        self.chosen: set[Any] = set()
        self._divide()

    def _divide(self) -> None:
        """Makes the stages."""
        fed = self.fed
        layout = self._layout()
        outputs = [t for t in self.fetches if t not in self.elsewhere]
        masked = masks(self.ops, self.fetches, fed)
        self.stages = [StagePlan(s, fed) for s in split(layout, fed, outputs, frozenset(self.on_host), masked)]
        if self._runs_on_host(layout.units):
            if any(s.stage.blocking for s in self.stages):
                # What waits for other threads stays apart from what holds the lock.
                for s in self.stages:
                    s.stage.host = s.host = True
            else:
                self.stages = [StagePlan(one_host_stage(layout, fed, self.fetches), fed)]
        self.touches_state = any(s.stage.variables or s.stage.random_ops for s in self.stages) or bool(self.elsewhere)
        self.last_is_direct = not self._written_before_last()

    def _layout(self) -> Layout:
        """The run's units: loops, and conds whose branches are compiled together, are regions.

        A cond whose predicate follows from what is fed stays as it is, if such predicates are few: what is compiled is the branch
        that is taken, for each combination of them.
        """
        fed = self.fed
        if all(op._context is None and op.type != "Enter" for op in self.ops):
            return organize(self.ops, feeds=fed)
        flat = set(self.chosen)
        early = _Early(fed)
        while True:
            layout = organize(self.ops, None, flat.__contains__, fed)
            conds = [u for u in layout.units if u.type == COND]
            if not conds:
                return layout
            needed = must_be_known(layout.units, fed)
            few = early.decisions(u.predicate for u in conds)
            apart = {u.key for u in conds if _root(u.predicate) in few or not can_be_compiled(u, fed, needed) or _leaks(u, layout)}
            if not apart:
                return layout
            flat |= apart

    def _written_before_last(self) -> bool:
        """Whether the last stage finds variables that the same run has written and not yet put back."""
        written = False
        for s in self.stages[:-1]:
            written = bool(s.stage.written) or (written and not s.stage.blocking)
        return written and not self.stages[-1].stage.blocking

    @staticmethod
    def _is_state(t: Tensor, fed: frozenset[Tensor]) -> bool:
        return t not in fed and (is_alias(t) or (t.dtype.base_dtype.name == "resource" and variable_op(t) is not None))

    def _runs_on_host(self, ops: list[Operation]) -> bool:
        work = [op for op in ops if op.type not in ("Const", "NoOp", "Placeholder") and not (op.spec is not None and op.spec.variable)]
        if any(op.type == "Gradients" or op.type in REGIONS for op in work):
            return False
        if any(op.spec is None and op.type not in STRUCTURAL for op in work):
            return False
        if _initializes(work, self.feeds) or _hands_over(work) or _feeds_queue(work):
            return True
        if len(work) > TINY_OPS or any(op.spec is not None and (op.spec.jax_only) for op in work):
            return False
        return all(_size(t) <= TINY_ELEMENTS for op in work for t in list(op.outputs) + list(op.inputs))

    def run(self, store: Store, feed_values: list[Any]) -> list[Any]:
        """The fetches' values. A failing run leaves the store as it was."""
        past = _Past()
        while True:
            generators = store.generators() if len(self.stages) > 1 else None
            try:
                return self._run(store, feed_values, past)
            except NeedsHost as needs:
                if needs.region.key in self.on_host:
                    raise _impossible(needs.region, needs.why) from None
                self.on_host.add(needs.region.key)
            except NeedsChoice as needs:
                if needs.region.key in self.chosen:
                    raise _impossible(needs.region, needs.why) from None
                self.chosen.add(needs.region.key)
            except NeedsKnown as needs:
                # Outside of a cond, a stage before it can compute the value.
                key = outermost_cond(needs.op)
                if key is None or key in self.chosen:
                    raise errors.UnimplementedError(
                        None, needs.op, f"{needs.why}: op {needs.op.name!r} cannot run.{describe(needs.op)}"
                    ) from None
                self.chosen.add(key)
            # It has to be compiled in another way: what stages before had done is put aside.
            if generators is not None:
                store.restore_generators(generators)
            past.again()
            self._divide()

    def _run(self, store: Store, feed_values: list[Any], past: _Past) -> list[Any]:
        values = dict(zip(self.feeds, feed_values))
        if not self.touches_state:
            for stage in self.stages:
                stage.run(store, values, None, past)
            return self._results(store, values)
        if len(self.stages) == 1 and not self.stages[0].stage.blocking:
            with store.lock:
                self.stages[0].run(store, values, None)
                return self._results(store, values)
        overlay: dict[VariableKey, Any] = {}
        held = False
        last = self.stages[-1] if self.last_is_direct else None
        try:
            for stage in self.stages:
                if stage.stage.blocking:
                    # It may wait for other threads, which may wait for the lock.
                    if held:
                        self._put_back(store, overlay)
                        store.lock.release()
                        held = False
                elif not held and (stage.stage.variables or stage.stage.random_ops):
                    store.lock.acquire()
                    held = True
                # The last stage may write where the variables are: nothing after it can fail.
                stage.run(store, values, None if stage is last else overlay, past)
            if not held:
                store.lock.acquire()
                held = True
            self._put_back(store, overlay)
            return self._results(store, values)
        finally:
            if held:
                store.lock.release()

    @staticmethod
    def _put_back(store: Store, overlay: dict[VariableKey, Any]) -> None:
        for key in [k for k in overlay if k.kind not in RUN_KINDS]:
            store.put(key, overlay.pop(key))

    def _results(self, store: Store, values: dict[Tensor, Any]) -> list[Any]:
        out = []
        for t in self.fetches:
            if t in values:
                if values[t] is DEAD:
                    raise errors.InvalidArgumentError(
                        None, t.op, f"{t.name} has no value: it lies in a branch that was not taken.{describe(t.op)}"
                    )
                out.append(_fetched(values[t]))
                continue
            key = self.elsewhere[t]
            value = store.values.get(key)
            if value is None:
                raise uninitialized(key, t.op)
            if t.dtype.base_dtype.name == "resource":
                raise errors.InvalidArgumentError(
                    None, t.op, f"A resource handle cannot be fetched: {t.name}. Fetch the variable's value instead.{describe(t.op)}"
                )
            out.append(_fetched(value))
        return out


def _impossible(region: Region, why: str) -> errors.OpError:
    return errors.UnimplementedError(None, region.ops[0], f"{region.name} cannot be compiled: {why}.{describe(region)}")


#: Runs are compiled apart for what at most this many predicates that follow from feeds decide.
DECISIONS = 3


def _root(t: Tensor) -> Tensor:
    """The tensor that a predicate is, or is the opposite of."""
    while t.op.type in ("Identity", "LogicalNot"):
        t = t.op._inputs[0]
    return t


class _Early:
    """Finds the tensors that follow from feeds and constants by a few small ops."""

    def __init__(self, fed: frozenset[Tensor]):
        self._fed = fed

    def decisions(self, predicates: Iterable[Tensor]) -> set[Tensor]:
        """Those of the predicates' roots for whose values a run is compiled apart: all early ones if they are few, else those fed."""
        roots = {r for r in map(_root, predicates) if self.is_early(r)}
        return roots if len(roots) <= DECISIONS else {r for r in roots if r in self._fed}

    def is_early(self, t: Tensor) -> bool:
        seen: set[Tensor] = set()
        todo = [t]
        while todo:
            t = todo.pop()
            if t in seen or t in self._fed:
                continue
            seen.add(t)
            op, spec = t.op, t.op.spec
            if len(seen) > 32 or is_alias(t) or _size(t) > TINY_ELEMENTS or op.type in ("Merge", "RefMerge", "Gradients", "Exit"):
                return False
            if spec is not None and (spec.random or spec.reads or spec.writes or spec.variable):
                return False
            todo += op._inputs
        return True


def _leaks(cond: Region, layout: Layout) -> bool:
    """True if something outside depends on what is inside a cond other than through its results."""
    results = set(cond.merges)
    return any(c in cond.inside and c not in results for u in layout.units if u is not cond for c in u._control_inputs) or any(
        t.op in cond.inside and t.op not in results for u in layout.units if u is not cond for t in u._inputs
    )


def _size(t: Tensor) -> float:
    if t._dims is None:
        return 1
    size = 1
    for d in t._dims:
        size *= 1 if d is None else d
    return size


def _initializes(work: list[Operation], feeds: Sequence[Tensor]) -> bool:
    """True for a run that only sets variables from constants, random draws and files: it runs once, so nothing is compiled."""
    if any(t.dtype.base_dtype is not dtypes.string for t in feeds):
        return False
    wrote = False
    for op in work:
        spec = op.spec
        if spec is None:
            continue
        if spec.writes:
            if op.type not in ("Assign", "AssignVariableOp"):
                return False
            wrote = True
    return wrote


class _Past:
    """What ops of a run did outside of variables (taken from a queue, printed): when the run is divided anew, they are not run again."""

    def __init__(self) -> None:
        self.done: dict[Operation, list[Any]] = {}
        self._noted: list[tuple[list[Operation], dict[Tensor, Any]]] = []

    def note(self, ops: list[Operation], values: dict[Tensor, Any]) -> None:
        """Remembers that ops have run."""
        self._noted.append((ops, values))

    def again(self) -> None:
        """The run starts again."""
        for ops, values in self._noted:
            self.done.update((op, [values.get(t) for t in op.outputs]) for op in ops)
        self._noted.clear()


def _deciding(ops: list[Operation], feeds: frozenset[Tensor]) -> list[VariableKey]:
    found = {}
    for op in ops:
        if op.type in ("Switch", "RefSwitch") and op._inputs[1] not in feeds and is_alias(op._inputs[1]):
            found[alias_key(op._inputs[1])] = None
    return list(found)


def _has_effect(op: Operation) -> bool:
    spec = op.spec
    return spec is not None and spec.host and spec.stateful and not (spec.random or spec.writes or spec.variable)


def _hands_over(work: list[Operation]) -> bool:
    """True for a run of host ops that are given variables as they are, such as a save: compiling would only copy the variables."""
    host = False
    for op in work:
        if op.spec is not None and op.spec.host:
            host = True
        elif op.type not in ("ReadVariableOp", "Identity", "PlaceholderWithDefault"):
            return False
    return host


def _feeds_queue(work: list[Operation]) -> bool:
    """True for a run that puts examples of changing shapes in a queue: it would be compiled for each shape anew."""
    if not any(op.spec is not None and op.spec.blocking and not op.outputs for op in work):
        return False
    return any(t._dims is None or None in t._dims for op in work for t in op.outputs if t.dtype.base_dtype.np_dtype.kind not in "OV")


def _fetched(value: Any) -> Any:
    """A fetched value as NumPy gives it to the user: a copy, a scalar for a scalar; strings as bytes."""
    if isinstance(value, np.ndarray):
        if value.dtype == object:
            return value.copy() if value.ndim else value[()]
        return value.copy() if value.ndim else value[()]
    out = np.array(value)
    return out if out.ndim else out[()]


class StagePlan:
    """A stage, and what it was compiled to for each layout of its inputs."""

    def __init__(self, stage: Stage, feeds: frozenset[Tensor]):
        self.stage = stage
        self.host = stage.host
        self.feeds = feeds
        self.dynamic_inputs = [t for t in stage.inputs if t not in stage.static_inputs]
        self.static_inputs = [t for t in stage.inputs if t in stage.static_inputs]
        #: where dynamic inputs are texts: all that compiled code wants of those is whether their branch was taken
        self.texts = [i for i, t in enumerate(self.dynamic_inputs) if t.dtype.base_dtype.np_dtype.kind == "O"]
        #: variables of the older kind that decide branches here: compiled for their values, as for static inputs
        self.deciding = [] if stage.host else _deciding(stage.ops, feeds)
        self.entries: dict[Any, Entry] = {}
        #: ops that do something outside of variables
        self.effects = [op for op in stage.ops if _has_effect(op)] if stage.host else []
        self.constants = [] if stage.host else [op for op in stage.ops if op.type == "Const" and op.attrs["value"].nbytes >= BIG_CONSTANT]
        self.constant_values: list[Any] | None = None
        self.last_uses: dict[Operation, list[Tensor]] | None = None
        self.rows: tuple[Store, np.ndarray] | None = None
        self.warned = False
        #: iterations that loops of unknown length are compiled for
        self.room = ROOM

    def random_rows(self, store: Store) -> np.ndarray:
        if self.rows is None or self.rows[0] is not store:
            self.rows = (store, np.array([store.random_row(op) for op in self.stage.random_ops], np.int64))
        return self.rows[1]

    def run(self, store: Store, values: dict[Tensor, Any], overlay: dict[VariableKey, Any] | None, past: _Past | None = None) -> None:
        """Runs the stage: adds its outputs to `values`; writes variables to the store, or to `overlay` if given."""
        if self.host:
            self._run_host(store, values, overlay, past)
        else:
            self._run_device(store, values, overlay)

    # -- host ----------------------------------------------------------------------------
    def _run_host(self, store: Store, values: dict[Tensor, Any], overlay: dict[VariableKey, Any] | None, past: _Past | None) -> None:
        stage = self.stage
        state: dict[VariableKey, Any] = {}
        if stage.variables:
            with store.lock:
                for key in stage.variables:
                    value = overlay[key] if overlay and key in overlay else store.values.get(key)
                    if value is not None:
                        state[key] = _on_host(value)
        rows = self.random_rows(store)
        states = store.random_states(rows)
        index = {op: i for i, op in enumerate(stage.random_ops)}

        def random(op: Operation) -> Generator:
            row = states[index[op]]
            return Generator(row[:2], row[2:], store.memories.setdefault(op.name, {}))

        inputs = {t: _on_host(values[t]) for t in stage.inputs if t in values}
        if self.last_uses is None:
            self.last_uses = last_uses(stage)
        frame = Frame(inputs, state, random, True, stage.layout, store=store)
        frame.last_uses = self.last_uses
        if past is not None:
            frame.done = past.done
        frame.run_units()
        if past is not None and self.effects:
            past.note(self.effects, frame.values)
        for t in stage.outputs:
            values[t] = frame.result(t)
        for key in stage.written:
            value = frame.state.get(key)
            if overlay is not None:
                overlay[key] = value
            elif key.kind not in RUN_KINDS:
                store.put(key, value)
        if stage.random_ops:
            store.advance(rows, np.array([frame.advances.get(op, 0) for op in stage.random_ops], np.uint64))

    # -- device --------------------------------------------------------------------------
    def _run_device(self, store: Store, values: dict[Tensor, Any], overlay: dict[VariableKey, Any] | None) -> None:
        stage = self.stage
        static = [_on_host(values[t]) for t in self.static_inputs]
        for variable in self.deciding:
            found = overlay[variable] if overlay and variable in overlay else store.values.get(variable)
            static.append(DEAD if found is None else np.asarray(found))
        # Values of branches not taken are passed as None.
        inputs = [None if values[t] is DEAD else values[t] for t in self.dynamic_inputs]
        for i in self.texts:
            inputs[i] = None if inputs[i] is None else _TAKEN
        key = (
            store.layout if not overlay else self._state_layout(store, overlay),
            tuple([None if v is None else (v.shape, v.dtype) for v in inputs]),
            tuple([None if v is DEAD else (v.shape, v.dtype.str, v.tobytes()) for v in static]),
        )
        entry = self.entries.get(key)
        if entry is None:
            entry = self._entry(store, overlay, key, static)
        read, written = entry.gather(store, overlay)
        rows = self.random_rows(store)
        box: list[Any] = []
        try:
            with _OPEN if entry.traced else entry.tracing, jax.enable_x64(True), jax.default_matmul_precision("highest"):
                # Called from C, so that an interrupt cannot come between the donation of the old values and `box`.
                box.extend(starmap(entry.function, [(written, read, inputs, store.random_states(rows), self.constant_values)]))
            if not box:
                # `starmap` takes a StopIteration out of the function for its own end.
                raise errors.InternalError(
                    None, None, "a kernel raised StopIteration while the run was compiled, so that nothing was computed"
                )
            entry.traced = True
        except Outgrown:
            self._run_with_more_room(store, values, overlay)
            return
        except errors.OpError:
            raise
        except jax.errors.JaxRuntimeError as error:
            raise _runtime_error(error) from error
        finally:
            if box:
                entry.commit(store, overlay, box[0][1])
        outputs, _, codes, advances = box[0]
        if entry.checks:
            failed = np.asarray(codes)
            if failed.any():
                at = int(np.flatnonzero(failed)[0])
                message = entry.checks[at][int(failed[at]) - 1]
                if message == GROW:
                    self._run_with_more_room(store, values, overlay)
                    return
                raise self._failure(store, values, overlay, message)
        if stage.random_ops:
            store.advance(rows, entry.advances if advances is None else np.asarray(advances))
        values.update(zip(entry.traced_outputs, outputs))
        if entry.known_outputs:
            values.update(entry.known_outputs)

    def _run_with_more_room(self, store: Store, values: dict[Tensor, Any], overlay: dict[VariableKey, Any] | None) -> None:
        """Runs the stage again, after a run that changed nothing, with room for more iterations.

        Raises ResourceExhaustedError where there was room for a hundred million already.
        """
        if self.room > 10**8:
            raise errors.ResourceExhaustedError(None, None, f"A loop or a growing TensorArray did not end within {self.room} elements.")
        self.room *= 4
        self.entries.clear()
        self._run_device(store, values, overlay)

    def _failure(self, store: Store, values: dict[Tensor, Any], overlay: dict[VariableKey, Any] | None, message: str) -> errors.OpError:
        """The error of a check that failed in compiled code: done again on the host, it says which values were at fault."""
        generators = store.generators()
        try:
            self._run_host(store, dict(values), dict(overlay or {}), None)
        except errors.InvalidArgumentError as error:
            if error._message.rpartition("[[node ")[2] == message.rpartition("[[node ")[2]:
                return error
        except Exception:  # noqa: BLE001  (what the host cannot do must not hide the failure)
            pass
        finally:
            store.restore_generators(generators)
        return errors.InvalidArgumentError(None, None, message)

    def _state_layout(self, store: Store, overlay: dict[VariableKey, Any]) -> Any:
        out = []
        for key in self.stage.variables:
            value = overlay[key] if key in overlay else store.values.get(key)
            out.append(None if value is None else (value.shape, value.dtype))
        return tuple(out)

    def _entry(self, store: Store, overlay: Any, key: Any, static: list[np.ndarray]) -> Entry:
        """The compiled entry for `key`; one made for another store layout serves if this stage's variables are alike."""
        exact = ("state", self._state_layout(store, overlay or {}), key[1], key[2])
        entry = self.entries.get(exact)
        if entry is None:
            if self.constant_values is None:
                self.constant_values = [jax.device_put(_x64(op.attrs["value"])) for op in self.constants]
            entry = self.entries[exact] = Entry(self, store, overlay, static)
            self._warn_of_many_shapes()
        if not overlay:
            self.entries[key] = entry
        return entry

    def _warn_of_many_shapes(self) -> None:
        """Says, once, which inputs make the stage be compiled again and again."""
        of_inputs = zip(*(key[2] for key in self.entries if key[0] == "state"))
        shapes = {t: list(dict.fromkeys(v and v[0] for v in of_input)) for t, of_input in zip(self.dynamic_inputs, of_inputs)}
        most = max(map(len, shapes.values()), default=0)
        if most < MANY_SHAPES or self.warned:
            return
        self.warned = True
        found = "; ".join(f"{t.name}: {', '.join(map(str, s[-3:]))}, ..." for t, s in shapes.items() if len(s) == most)
        logging.getLogger("tensorflow").warning(
            "A run has been compiled for %d shapes of what it is given, and is compiled again for each new one (%s). Pad batches to a few "
            "lengths, for example with bucket_by_sequence_length(..., pad_to_bucket_boundary=True), and drop or pad the last batch.",
            most,
            found,
        )


def _x64(value: np.ndarray) -> Any:
    with jax.enable_x64(True):
        return jnp.asarray(value)


def _on_host(value: Any) -> Any:
    if isinstance(value, (ArrayState, StackState)):
        return jax.tree_util.tree_map(np.asarray, value)
    return value if isinstance(value, np.ndarray) or value is DEAD else np.asarray(value)


class Entry:
    """A device stage compiled for one layout: a jitted function and what to do with its results."""

    def __init__(self, plan: StagePlan, store: Store, overlay: Any, static: list[np.ndarray]):
        self.plan = plan
        stage = plan.stage
        self.present = [k for k in stage.variables if (overlay or {}).get(k, store.values.get(k)) is not None]
        self.written = [k for k in self.present if k in stage.written]
        self.read = [k for k in self.present if k not in stage.written]
        self.new = sorted(stage.written)
        self.static = dict(zip(plan.static_inputs, static))
        decided = zip(plan.deciding, static[len(plan.static_inputs) :])
        self.decided = {k: v for k, v in decided if v is not DEAD}
        #: filled in when the function is traced
        self.checks: list[list[str]] = []
        self.traced_outputs: list[Tensor] = []
        self.known_outputs: dict[Tensor, np.ndarray] = {}
        self.traced_state: list[VariableKey] = []
        self.resized = False
        self.advances = np.zeros(0, np.uint64)
        # Written values are donated where the run owns them: not while an overlay may have to be dropped.
        self.for_overlay = overlay is not None
        donate = () if self.for_overlay else (0,)
        self.function = jax.jit(self._trace, donate_argnums=donate)
        #: held by the thread that makes the first call: what tracing finds out is put in this entry
        self.tracing = threading.Lock()
        self.traced = False

    def gather(self, store: Store, overlay: Any) -> tuple[list[Any], list[Any]]:
        """The values of the variables (read, written)."""
        changed = overlay or {}

        def value(key: VariableKey) -> Any:
            return changed[key] if key in changed else store.device_value(key)

        return [value(k) for k in self.read], [value(k) for k in self.written]

    def commit(self, store: Store, overlay: Any, new: list[Any]) -> None:
        """Puts the new values of the written variables back."""
        target = store.values if overlay is None else overlay
        if overlay is None and self.resized:
            for key, value in zip(self.traced_state, new):
                store.put(key, value)
        else:
            target.update(zip(self.traced_state, new))

    def _trace(self, written: list[Any], read: list[Any], inputs: list[Any], random: Any, constants: list[Any]) -> Any:
        stage = self.plan.stage
        values: dict[Tensor, Any] = {t: DEAD if v is None else v for t, v in zip(self.plan.dynamic_inputs, inputs)}
        values.update(self.static)
        values.update((op.outputs[0], v) for op, v in zip(self.plan.constants, constants) if op.outputs[0] not in values)
        state = dict(zip(self.written, written))
        state.update(zip(self.read, read))
        state.update(self.decided)
        index = {op: i for i, op in enumerate(stage.random_ops)}
        frame = Frame(
            values, state, lambda op: Generator(random[index[op], :2], random[index[op], 2:]), False, stage.layout, self.plan.room
        )
        frame.masked = stage.masked
        old = dict(state)
        with room_for(self.plan.room):
            frame.run_units()
        advances = None
        steps = [frame.advances.get(op, 0) for op in stage.random_ops]
        if all(isinstance(n, int) for n in steps):
            self.advances = np.array(steps, np.uint64)
        else:
            advances = jnp.stack([jnp.asarray(n, np.uint64) for n in steps])
        self.checks = [messages for _, messages in frame.checks]
        codes = jnp.stack([jnp.asarray(code, np.int32) for code, _ in frame.checks]) if frame.checks else None
        oks = None if codes is None else codes == 0
        self.traced_outputs, self.known_outputs, outputs = [], {}, []
        for t in stage.outputs:
            value = frame.result(t)
            if isinstance(value, np.ndarray) or value is DEAD:
                self.known_outputs[t] = value
            else:
                self.traced_outputs.append(t)
                outputs.append(value)
        self.traced_state, new = [], []
        self.resized = False
        # A variable's array is its own, since it may be donated: what is passed through unchanged is copied.
        shared = {id(v) for v in (*read, *inputs, *constants)}
        for key in self.new:
            value = frame.state.get(key)
            if value is None:
                continue
            if key.kind in RUN_KINDS:
                if self.for_overlay:
                    self.traced_state.append(key)
                    new.append(value)
                continue
            if oks is not None and key in old:
                # A failed check leaves every variable as it was.
                if np.shape(value) != np.shape(old[key]):
                    raise errors.UnimplementedError(
                        None, None, f"Variable {key.name} changes its shape in a run with checks; run them apart."
                    )
                value = frame.unless_failed(key, old[key], jnp.all(oks))
            if key not in old or np.shape(value) != np.shape(old[key]):
                self.resized = True
            if id(value) in shared:
                value = jnp.array(value, copy=True)
            shared.add(id(value))
            self.traced_state.append(key)
            new.append(jnp.asarray(value))
        return outputs, new, codes, advances


def one_host_stage(layout: Layout, feeds: frozenset[Tensor], fetches: list[Tensor]) -> Stage:
    """All of a run's units as one host stage."""
    units = layout.units
    inside = {t for u in units for t in u.outputs}
    inputs = dict.fromkeys(t for u in units for t in u._inputs if t in feeds)
    keys: dict[VariableKey, None] = {}
    written: set[VariableKey] = set()
    for u in units:
        keys.update(dict.fromkeys(sorted(reads_of(u) | writes_of(u))))
        written |= writes_of(u)
    outputs = [t for t in dict.fromkeys(fetches) if t in inside and t not in feeds and not Plan._is_state(t, feeds)]
    return Stage(True, units, layout, list(inputs), frozenset(), outputs, list(keys), frozenset(written), random_ops(units))


def _runtime_error(error: Exception) -> errors.OpError:
    text = str(error)
    if "RESOURCE_EXHAUSTED" in text:
        return errors.ResourceExhaustedError(None, None, text)
    return errors.InternalError(None, None, text)
