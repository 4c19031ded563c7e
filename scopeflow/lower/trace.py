"""Running a stage's ops on values: NumPy values on the host, or JAX tracers while a device stage is compiled."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..graph import errors
from ..graph.operation import Operation, Tensor
from ..op.array_state import GROW, ArrayState
from ..op.checks import RowChange, collecting, collecting_row_changes
from ..op.declare import ShapeError
from ..op.fold import flat_results
from ..op.philox import Generator, skip
from ..op.resources import Context
from ..op.shapes import bracket, broadcast
from . import control, gradient, own_gradients, run_state
from .found_contexts import SURELY
from .kept_rows import KeptRows
from .regions import Layout
from .state import REGIONS, VariableKey, alias_key, describe, is_alias, is_handle, key_of, sign_of_life, state_inputs, variable_op
from .state import run_state as held_by_run

#: Known values with more elements are computed on the device instead of while tracing.
FOLD_LIMIT = 1024
#: Values on the host of at least this many bytes are let go of, or written over, after their last use.
LARGE = 1 << 18
#: Iterations (and elements of growing arrays) that a loop gets room for at first, where their number is not known.
ROOM = 32
#: a check: 0 where it holds, else the number (from 1) of the message that says what failed
Check = tuple[Any, list[str]]
_NOT_KNOWN = (jax.errors.ConcretizationTypeError, jax.errors.TracerArrayConversionError, jax.errors.TracerIntegerConversionError)


class _Dead:
    """The value of a branch not taken."""

    def __repr__(self) -> str:
        return "DEAD"


DEAD = _Dead()


class Frame:
    """The values of one run of some units: tensors, variables, random generators, checks.

    A branch or an iteration has a frame of its own, inside that of the units around it.
    """

    def __init__(
        self,
        values: dict[Tensor, Any],
        state: dict[VariableKey, Any],
        random: Callable[[Operation], Generator],
        host: bool,
        layout: Layout,
        room: int = ROOM,
        store: Any = None,
    ):
        self.store = store
        #: ops that have run already, with their results
        self.done: dict[Operation, list[Any]] = {}
        self.values = values
        self.state = state
        self.random = random
        self.host = host
        self.layout = layout
        self.room = room
        self.parent: Frame | None = None
        #: what has read a reference variable so far, and shares its buffer
        self.aliases: list[Tensor] = []
        #: whether branches not taken may have left values here
        self.dead = False
        #: whether gradients are to be taken through all that runs in it
        self.differentiated = False
        #: ops that keep all rows instead of those a mask picks
        self.masked: frozenset[Operation] = frozenset()
        #: op -> the tensors that it is the last to use, on the host (lower/stages.py)
        self.last_uses: dict[Operation, list[Tensor]] = {}
        #: how far each random op had got when the frame began, where it had run before
        self.drawn: dict[Operation, Any] = {}
        #: how far each random op's state has got
        self.advances: dict[Operation, Any] = {}
        #: (variable, its value before, its value after, rows, what they held): changes that can be undone
        self.row_changes: list[tuple[VariableKey, Any, Any, Any, Any]] = []
        self.checks: list[Check] = []
        self.tape: dict[Any, gradient.Record] = {}
        self.fed: frozenset[Tensor] = frozenset(values)

    def child(self, layout: Layout) -> Frame:
        """A frame inside this one: it sees this one's values, and starts with its variables."""
        child = Frame({}, dict(self.state), self.random, self.host, layout, self.room, self.store)
        child.parent = self
        child.differentiated = self.differentiated
        child.fed = self.fed
        child.drawn = {**self.drawn, **self.advances}
        return child

    # -- values -----------------------------------------------------------------------
    def read(self, key: VariableKey, op: Operation) -> Any:
        """A variable's current value. Raises FailedPreconditionError if it has none."""
        value = self.state.get(key)
        if value is None:
            raise uninitialized(key, op)
        return value

    def lookup(self, t: Tensor) -> Any:
        """The value of a tensor here or around; None if there is none."""
        frame: Frame | None = self
        while frame is not None:
            value = frame.values.get(t)
            if value is not None:
                return value
            frame = frame.parent
        return None

    def value(self, t: Tensor, op: Operation) -> Any:
        """The value `op` finds at its input `t`."""
        value = self.values.get(t)
        if value is None and self.parent is not None:
            value = self.lookup(t)
        if value is None or value is LIVE:
            root = variable_op(t)
            if root is not None:
                fed = self._fed_reference(t) if self.fed else None
                return self.read(key_of(root), op) if fed is None else fed
            raise errors.InternalError(None, op, f"{t.name} has no value when {op.name} runs")
        return value

    def result(self, t: Tensor) -> Any:
        """The value of `t` for what runs after this frame; a variable read late is read now."""
        value = self.values[t]
        return self.value(t, t.op) if value is LIVE else value

    def _fed_reference(self, t: Tensor) -> Any:
        """The value fed for the reference that `t` reads; None if none is."""
        while t not in self.fed:
            if not t.op._inputs:
                return None
            t = t.op._inputs[0]
        return self.lookup(t)

    # -- ops --------------------------------------------------------------------------
    def run_units(self) -> None:
        """Runs the units of the frame's layout."""
        if not self.host:
            self._run_units()
            return
        # For all kernels at once: entering these for each would take longer than a small kernel does.
        with np.errstate(all="ignore"), jax.enable_x64(True):
            self._run_units()

    def _run_units(self) -> None:
        self.dead = any(v is DEAD for v in self.values.values())
        taped = gradient.taped_ops(self.layout)
        for op in self.layout.units:
            if self.done and op in self.done:
                self.give(op, self.done[op])
                continue
            try:
                self.step(op, taped)
            except errors.OpError as error:
                if error._op is None:
                    error._op = op
                    error._message += describe(op)
                raise
            except ShapeError as error:
                raise errors.InvalidArgumentError(None, op, f"{error}{describe(op)}") from error
            except _NOT_KNOWN as error:
                raise control.NeedsKnown(op, f"{op.type} needs a value that is not known before the run") from error
            except (TypeError, ValueError, IndexError, ZeroDivisionError, NotImplementedError, FloatingPointError, OverflowError) as error:
                if op.type in REGIONS or (op.spec is not None and op.spec.host):
                    raise
                raise errors.InvalidArgumentError(None, op, f"{self._misfit(op, error)}{describe(op)}") from error

    def _misfit(self, op: Operation, error: Exception) -> str:
        """What did not fit when an op's kernel failed: its inputs' shapes, and what the array library said of them."""
        text = str(error).split("\n")[0] or type(error).__name__
        values = [self.values.get(t) for t in op._inputs]
        found = [bracket(tuple(np.shape(v))) for v in values if hasattr(v, "shape")]
        if len(found) < len(op._inputs) or not found:
            return text
        if op.spec is not None and op.spec.shape_rule is broadcast:
            return f"Incompatible shapes: {found[0]} vs. {found[1]}"
        return f"{op.type} cannot take inputs of shapes {', '.join(found)}: {text}"

    def _is_dead(self, op: Operation) -> bool:
        """True if `op` lies in a branch not taken."""
        if op.outputs and self.values.get(op.outputs[0]) is DEAD:
            return True
        sign = sign_of_life(op)
        return sign is not None and self.values.get(sign) is DEAD

    def step(self, op: Operation, taped: dict[Operation, Any]) -> None:
        kind = op.type
        spec = op.spec
        if kind == "ControlTrigger":
            return
        if self.dead and op._control_inputs and any(self._is_dead(c) for c in op._control_inputs):
            # What waits for a branch not taken does not run.
            self.give(op, [DEAD] * len(op.outputs))
        elif kind == "Const":
            self.give(op, [op.attrs["value"]])
        elif kind == "NoOp" or kind == "Placeholder" or (spec is not None and spec.variable):
            return
        elif kind == "Identity" and is_alias(op._inputs[0]):
            # What reads it reads the variable.
            if self.values.get(op._inputs[0]) is DEAD:
                self.give(op, [DEAD])
            else:
                self.aliases.append(op.outputs[0])
        elif kind in REGIONS:
            active = taped.get(op)
            if active is not None and not self.host:
                gradient.record_region(self, op, active)
            else:
                control.run(self, op)
        elif kind in ("Switch", "RefSwitch"):
            self._switch(op)
        elif kind in ("Merge", "RefMerge"):
            self._merge(op)
        elif kind == "IdentityN" and any(t.dtype.base_dtype.name == "resource" for t in op._inputs):
            self.give(op, [LIVE if t.dtype.base_dtype.name == "resource" else self.value(t, op) for t in op._inputs])
        elif kind == "Gradients":
            self.give(op, gradient.evaluate(self, op, taped.get(op)))
        elif (held := held_by_run(op)) is not None:
            run_state.run(self, op, held[0])
        else:
            self.kernel(op, taped.get(op))

    def give(self, op: Operation, results: list[Any]) -> None:
        """Sets the values of `op`'s outputs; fed outputs keep the fed value."""
        for t, v in zip(op.outputs, results):
            if v is DEAD:
                self.dead = True
            if t not in self.fed:
                self.values[t] = v

    def kernel(self, op: Operation, active: Any) -> None:
        """Runs an ordinary op."""
        spec = op.spec
        state = {i: (name, key) for i, name, key in state_inputs(op)} if spec._has_state_inputs else {}
        inputs: list[Any] = []
        for i, t in enumerate(op._inputs):
            if self.dead and self.values.get(t) is DEAD:
                self.give(op, [DEAD] * len(op.outputs))
                return
            if i in state:
                name, key = state[i]
                inputs.append(self.state.get(key) if name in spec.uninitialized_ok else self.read(key, op))
            elif t.dtype.base_dtype.name == "resource" and variable_op(t) is None:
                inputs.append(self.lookup(t))
            else:
                inputs.append(self.value(t, op))
        if any(isinstance(v, ArrayState) for v in inputs) and not op.type.startswith(("TensorArray", "Identity")):
            # To all other ops a flow is the number that it is in TensorFlow.
            inputs = [np.float32(0) if isinstance(v, ArrayState) else v for v in inputs]
        inputs = self._placed(op, inputs)
        keywords = {k: op.attrs[k] for k in spec.kernel_attrs}
        if spec.dynamic_rule is not None:
            keywords["known"] = spec.dynamic_rule(op)
        if spec.random:
            keywords["rng"] = rng = self.generator(op)
        if spec.takes_context:
            keywords["context"] = Context(op, self.store.resources, self.store)
        changes: Sequence[RowChange] = ()
        if op in self.masked and not self.host:
            results = gradient.record_masked(self, op, inputs, active)
        elif active is not None and not self.host:
            results = gradient.record(self, op, inputs, keywords, active)
        elif self.differentiated and not self.host and not spec.writes:
            with np.errstate(all="ignore"):
                results, found = own_gradients.run(self, op, inputs, keywords)
            if spec.knows_padding or not any(_is_padded(t) for t in op._inputs):
                self.check(op, found)
        elif self.host:
            spent = self._let_go(op) if op in self.last_uses else ()
            target = next((v for v in spent if spec.ufunc is not None and self._may_hold_result(op, v, inputs)), None)
            if target is None:
                results = flat_results_of(op, spec.kernel(*spec.group(op, inputs), **keywords))
            else:
                results = [spec.ufunc(*inputs, out=target)]
        else:
            run = spec.padded_kernel if op.attrs.get("$padded") else spec.kernel
            with collecting() as found, collecting_row_changes() as changes, np.errstate(all="ignore"):
                results = flat_results_of(op, run(*spec.group(op, inputs), **keywords))
            # Indices filled up with numbers of no row are not out of range: those rows are dropped.
            if spec.knows_padding or not any(_is_padded(t) for t in op._inputs):
                self.check(op, found)
        if spec.random:
            self.advances[op] = self.drawn.get(op, 0) + rng.advance
        results = list(results)
        for which, name in enumerate(spec.writes):
            i, key = next((i, k) for i, (n, k) in state.items() if n == name)
            dtype = variable_op(op._inputs[i]).attrs["dtype"]
            before = self.state.get(key)
            self.state[key] = self.cast(results.pop(0), dtype.base_dtype.np_dtype)
            self.row_changes += [(key, before, self.state[key], c.indices, c.old) for c in changes if c.which == which]
            if before is not None and key.kind == "ref" and math.prod(np.shape(before)) != math.prod(np.shape(self.state[key])):
                self._keep_read(key, before)
        if not results:
            return
        plain = [t for t in op.outputs if not t.dtype.is_ref]
        for t, v in zip(plain, results):
            if t not in self.fed:
                self.values[t] = self.cast(v, t.dtype.base_dtype.np_dtype)

    def _keep_read(self, key: VariableKey, value: Any) -> None:
        """Leaves `value` with all that has read the variable: a value of another size gets a buffer of its own."""
        frame: Frame | None = self
        while frame is not None:
            for t in [*frame.aliases, *(t for t, v in frame.values.items() if v is LIVE)]:
                if not t.dtype.is_ref and frame.values.get(t, LIVE) is LIVE and alias_key(t) == key:
                    frame.values[t] = value
            frame = frame.parent

    def _let_go(self, op: Operation) -> list[np.ndarray]:
        """Forgets the large values that `op` is the last to use, and returns them."""
        spent = []
        for t in self.last_uses[op]:
            value = self.values.get(t)
            if isinstance(value, np.ndarray) and value.nbytes >= LARGE:
                spent.append(self.values.pop(t))
        return spent

    def _may_hold_result(self, op: Operation, value: np.ndarray, inputs: list[Any]) -> bool:
        """Whether nothing but `inputs` and the caller (a list and a name) knows of the memory of `value`, and the result fits there."""
        if value.dtype.kind not in "fc" or not value.flags.writeable or np.broadcast_shapes(*map(np.shape, inputs)) != value.shape:
            return False
        owner = value if value.base is None else value.base
        if not isinstance(owner, np.ndarray) or not owner.flags.owndata or sum(v is value for v in inputs) != 1:
            return False
        # Of `value` know: the caller's list and name, the inputs, this function's argument, and getrefcount's. Of what it
        # is a view of: the view, `owner` and getrefcount's argument.
        known = sys.getrefcount(value)
        return known <= 5 + (owner is value) and (owner is value or sys.getrefcount(owner) <= 3)

    def check(self, op: Operation, found: list[tuple[Any, str]]) -> None:
        """Takes down the checks that `op` asked for."""
        for ok, message in found:
            self.checks.append((jnp.where(ok, 0, 1).astype(np.int32), [message if message == GROW else message + describe(op)]))

    def unless_failed(self, key: VariableKey, old: Any, ok: Any) -> Any:
        """The variable's value, or `old` where `ok` is false. If only rows have changed, these alone are put back."""
        value = self.state[key]
        restored = at = value
        for changed, before, after, indices, rows in reversed(self.row_changes):
            if changed == key and after is at:
                nowhere = np.iinfo(indices.dtype).max
                restored = restored.at[jnp.where(ok, nowhere, indices)].set(rows, mode="drop")
                at = before
        return restored if at is old else jnp.where(ok, value, old)

    def generator(self, op: Operation) -> Generator:
        """A random op's generator, where it has got to."""
        rng, drawn = self.random(op), self.drawn.get(op)
        return rng if drawn is None else Generator(rng.key, skip(rng.counter, drawn))

    def _placed(self, op: Operation, inputs: list[Any]) -> list[Any]:
        """The inputs, known ones made traced where folding would compute much while tracing."""
        if self.host:
            return [v if v is None or isinstance(v, (np.ndarray, ArrayState)) else np.asarray(v) for v in inputs]
        spec = op.spec
        if spec.jax_only or not op.outputs or all(isinstance(v, np.ndarray) for v in inputs):
            dims = op.outputs[0]._dims if op.outputs else ()
            size = 0
            if dims is not None:
                size = 1
                for d in dims:
                    size *= d or 1
            if size > FOLD_LIMIT and not spec.random:
                static = spec.static
                names = spec.flat_input_names(op)
                inputs = [
                    jnp.asarray(v) if isinstance(v, np.ndarray) and n not in static and v.dtype != object else v
                    for v, n in zip(inputs, names)
                ]
        return inputs

    def cast(self, value: Any, np_dtype: np.dtype) -> Any:
        """`value` in the declared type, as an array."""
        if type(value) is np.ndarray and value.dtype == np_dtype:
            return value
        if isinstance(value, (ArrayState, KeptRows)):
            return value
        if np_dtype.kind == "O" or np_dtype.names == ("resource",):
            return value if isinstance(value, np.ndarray) and value.dtype == object else np.asarray(value, object)
        if isinstance(value, (np.ndarray, np.generic, int, float, bool, complex)) or self.host:
            return np.asarray(value, np_dtype)
        return value if value.dtype == np_dtype else value.astype(np_dtype)

    # -- control flow -------------------------------------------------------------------
    def _switch(self, op: Operation) -> None:
        data, predicate = op._inputs
        if SURELY in op.attrs or any(r.key is predicate for r in self.layout.owner.values()):
            # It hands the same on to both branches of a region, of which one is taken, or to that which is known to be taken.
            value = LIVE if data.dtype.base_dtype.name == "resource" else self.value(data, op)
            self.give(op, [value, value])
            return
        taken = self.value(predicate, op)
        if taken is DEAD:
            self.give(op, [DEAD, DEAD])
            return
        if not isinstance(taken, (np.ndarray, np.generic, bool)):
            raise errors.InternalError(None, op, f"the condition of a branch is not known when it is traced{describe(op)}")
        index = int(bool(taken))
        if is_alias(data) or (data.dtype.base_dtype.name == "resource" and not is_handle(data)):
            # A reference: live through the taken output, dead through the other.
            self.dead = True
            self.values[op.outputs[1 - index]] = DEAD
            if data.dtype.base_dtype.name == "resource" or not (op.outputs[index].dtype.is_ref or self._fed_reference(data) is not None):
                # What consumes it in the branch finds the value of its own time: the branch may have changed the variable.
                self.values[op.outputs[index]] = LIVE
            elif not op.outputs[index].dtype.is_ref:
                self.values[op.outputs[index]] = self.value(data, op)
            return
        out: list[Any] = [DEAD, DEAD]
        out[index] = self.value(data, op)
        self.give(op, out)

    def _merge(self, op: Operation) -> None:
        for i, t in enumerate(op._inputs):
            value = self.values.get(t)
            if (value is None and is_alias(t)) or (value is LIVE and t.dtype.base_dtype.name != "resource"):
                # From here on the variable could not be found: it may be that of either branch.
                value = self.value(t, op)
            if value is not DEAD and value is not None:
                self.give(op, [value, np.array(i, np.int32)])
                self.tape[op] = gradient.Record([t], lambda grads: grads[:1])
                return
        self.give(op, [DEAD, DEAD])


class _Live:
    """The value of a resource handle: its variable is found through the graph."""

    def __repr__(self) -> str:
        return "LIVE"


LIVE = _Live()


def flat_results_of(op: Operation, out: Any) -> list[Any]:
    """A kernel's result as a list: the new values of written variables, then the plain outputs."""
    spec = op.spec
    if spec.gives_one:
        return [out]
    return list(out) if spec.writes else flat_results(spec, out)


def uninitialized(key: VariableKey, op: Operation) -> errors.FailedPreconditionError:
    """The error for reading a variable that has no value."""
    if key.kind == "ref":
        text = f"Attempting to use uninitialized value {key.name}"
    else:
        container = key.container or "localhost"
        text = (
            f"Error while reading resource variable {key.name} from Container: {container}. This could mean that the variable was "
            f"uninitialized. Not found: Resource {container}/{key.name}/N10tensorflow3VarE does not exist."
        )
    return errors.FailedPreconditionError(None, op, text + describe(op))


#: op type -> the input whose rows the result's are
_KEEP_PADDING = {"Switch": 0, "Identity": 0, "Cast": 0, "GatherNd": 1}


def _is_padded(t: Tensor) -> bool:
    """Whether `t`, perhaps taken into a branch, cast, or gathered by such indices, is filled up to a static length."""
    while t.op.type in _KEEP_PADDING:
        t = t.op._inputs[_KEEP_PADDING[t.op.type]]
    return bool(t.op.attrs.get("$padded"))
