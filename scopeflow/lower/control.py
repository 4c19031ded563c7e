"""Running regions: loops as lax.while_loop or scan, branchings as lax.cond; on the host as Python's own.

A loop whose number of iterations is known while it is traced becomes a scan. One whose number is not known becomes a
while_loop, or, where gradients go through it, a scan over as many steps as the run was given room for, which does
nothing once the condition is false; a run that needs more starts again with more room. What XLA cannot express (shapes
that change from one iteration to the next, values that must be known) is unrolled, or done on the host.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from ..graph import errors
from ..graph.operation import Operation, Tensor
from ..op.array_state import GROW, ArrayState
from ..op.fold import run_kernel
from . import run_state
from .regions import Layout, LoopVariable, Region
from .state import RUN_KINDS, VariableKey, alias_key, describe, is_alias, key_of, variable_op

if TYPE_CHECKING:
    from .trace import Frame

#: Loops are unrolled, where they must be, up to this many iterations.
UNROLL_LIMIT = 4096
#: Iterations are counted in advance up to this many.
COUNT_LIMIT = 100_000


class NeedsHost(Exception):
    """The region must run on the host; the run is planned again."""

    def __init__(self, region: Region, why: str):
        super().__init__(why)
        self.region, self.why = region, why


class NeedsKnown(Exception):
    """A value must be known while tracing that is not."""

    def __init__(self, op: Operation, why: str):
        super().__init__(why)
        self.op, self.why = op, why


class NeedsChoice(Exception):
    """The branches of a cond cannot be one compiled function; which one is taken must be known when tracing."""

    def __init__(self, region: Region, why: str):
        super().__init__(why)
        self.region, self.why = region, why


class Effects(NamedTuple):
    """What running a region did."""

    outputs: list[Any]  #: the values of its outputs
    state: list[Any]  #: the new values of the variables it writes
    drawn: list[Any]  #: how far its random ops have got
    code: Any  #: 0, or the number of the check that failed (see `messages`)
    messages: list[str]


def run(frame: Frame, region: Region) -> None:
    """Runs a region in `frame`."""
    if any(frame.values.get(t) is _dead() for t in region._inputs):
        frame.give(region, [_dead()] * len(region.outputs))
        return
    absorb(frame, region, evaluate(frame, region, {}))


def _dead() -> Any:
    from .trace import DEAD

    return DEAD


def absorb(frame: Frame, region: Region, effects: Effects) -> None:
    """Takes what a region did into `frame`."""
    frame.give(region, effects.outputs)
    for key, value in zip(region.written, effects.state):
        if value is not None:
            frame.state[key] = value
    frame.advances.update(zip(region.random_ops, effects.drawn))
    if effects.messages and not (isinstance(effects.code, (int, np.integer)) and effects.code == 0):
        frame.checks.append((effects.code, effects.messages))


def evaluate(frame: Frame, region: Region, overrides: dict[Tensor, Any]) -> Effects:
    """What running a region does; changes nothing in `frame`. Values in `overrides` are used for inputs instead of the frame's, where
    gradients are to be taken with respect to them.
    """
    outside = frame.child(Layout([], {}))
    outside.differentiated = frame.differentiated or bool(overrides)
    for t, value in overrides.items():
        root = variable_op(t) if t.dtype.is_ref or t.dtype.base_dtype.name == "resource" else None
        if root is not None:
            outside.state[key_of(root)] = value
        else:
            outside.values[t] = value
    return (_Loop if region.type == "$While" else _Branching)(outside, region).effects()


# -- what both have in common ------------------------------------------------------------------
class _Run:
    def __init__(self, frame: Frame, region: Region):
        self.frame, self.region = frame, region
        self.written = region.written
        self.random_ops = region.random_ops
        self.messages: list[str] = []

    def state(self, frame: Frame) -> list[Any]:
        return [frame.state.get(k) for k in self.written]

    def drawn(self, frame: Frame) -> list[Any]:
        counts = [frame.advances.get(op, frame.drawn.get(op, 0)) for op in self.random_ops]
        return counts if frame.host else [jnp.asarray(n, np.uint64) for n in counts]

    def start(self, parent: Frame, layout: Layout, state: list[Any], drawn: list[Any]) -> Frame:
        """A frame for one branch or iteration."""
        child = parent.child(layout)
        for key, value in zip(self.written, state):
            if value is not None:
                child.state[key] = value
        child.drawn = {**child.drawn, **dict(zip(self.random_ops, drawn))}
        return child

    def code(self, frame: Frame, before: Any = 0) -> Any:
        """The number of the first check that failed, after `before`."""
        code = before
        for failed, messages in frame.checks:
            offset = len(self.messages)
            self.messages += messages
            code = jnp.where(code != 0, code, jnp.where(failed != 0, failed + offset, 0)).astype(np.int32)
        return code

    def room(self, bound: int | None) -> int:
        """How many elements something that grows gets room for: as many as there are iterations, while that was enough."""
        from .trace import ROOM

        return max(bound if bound is not None else 0, self.frame.room if bound is None or self.frame.room > ROOM else 0)

    def settle(self, once: Callable[[], list[list[Any]]], bound: int | None) -> None:
        """Gives the stacks and arrays of the frame's state the forms that `once`, run abstractly, leaves them in: it gives the states
        that its ways of running end with.
        """
        held = [i for i, k in enumerate(self.written) if k.kind in RUN_KINDS]
        room = self.room(bound)
        forms: list[Any] = [None] * len(held)

        def forms_after() -> None:
            for state in once():
                forms[:] = [run_state.joined(f, run_state.form_of(state[i])) for i, f in zip(held, forms)]

        state = self.frame.state
        for _ in range(len(held) + 1 if held else 0):
            before, messages = list(forms), list(self.messages)
            jax.eval_shape(forms_after)
            self.messages[:] = messages
            for i, form in zip(held, forms):
                key = self.written[i]
                value = run_state.formed(state.get(key), form, room)
                if value is not None:
                    state[key] = value
            if [f is None or f[:2] for f in forms] == [f is None or f[:2] for f in before]:
                break

    def require_state(self) -> None:
        for key in self.written:
            if self.frame.state.get(key) is None and key.kind not in RUN_KINDS:
                raise NeedsHost(self.region, f"variable {key.name} is not initialized before it")

    def is_reference(self, t: Tensor) -> bool:
        """True for what is not carried as a value: references and handles."""
        return t.dtype.is_ref or t.dtype.base_dtype.name == "resource"


def _live() -> Any:
    from .trace import LIVE

    return LIVE


def _array(value: Any, t: Tensor) -> Any:
    """`value` as a traced array of the tensor's type."""
    if isinstance(value, ArrayState):
        return value
    np_dtype = t.dtype.base_dtype.np_dtype
    value = jnp.asarray(value)
    return value if value.dtype == np_dtype else value.astype(np_dtype)


def value_of(frame: Frame, t: Tensor, op: Any) -> Any:
    """The value of a tensor that comes into a region; LIVE for a reference or handle."""
    if t.dtype.is_ref or t.dtype.base_dtype.name == "resource":
        found = frame.lookup(t)
        return found if found is not None and variable_op(t) is None else _live()
    return frame.value(t, op)


# -- branchings --------------------------------------------------------------------------------------
class _Branching(_Run):
    def effects(self) -> Effects:
        region, frame = self.region, self.frame
        predicate = frame.value(region.predicate, region)
        if isinstance(predicate, (np.ndarray, np.generic, bool)):
            return self._taken(int(bool(predicate)))
        self.require_state()
        self.settle(lambda: [self.state(self._branch(side)) for side in (0, 1)], None)
        before = self.state(frame)

        def branch(side: int) -> Callable[[], Any]:
            def traced() -> Any:
                child = self._branch(side)
                outs = [_array(value_of(child, region.result_of(m, side), m), m.outputs[0]) for m in self._carried]
                state = [self._alike(new, old, k) for new, old, k in zip(self.state(child), before, self.written)]
                return outs, state, self.drawn(child), jnp.asarray(self.code(child), np.int32)

            return traced

        self._carried = [m for m in region.merges if not self.is_reference(m.outputs[0])]
        try:
            outs, state, drawn, code = jax.lax.cond(predicate.astype(bool), branch(1), branch(0))
        except TypeError as error:
            raise NeedsChoice(region, f"its branches give different types or shapes ({str(error).splitlines()[0]})") from error
        except errors.InvalidArgumentError as error:
            # What is bound to fail must not, unless its branch is taken.
            raise NeedsChoice(region, f"a branch cannot run ({str(error).splitlines()[0]})") from error
        except NeedsChoice as needs:
            # The conds inside can only be chosen where this one is.
            raise NeedsChoice(region, needs.why) from needs
        values = dict(zip(self._carried, outs))
        taken = predicate.astype(np.int32)
        results: list[Any] = []
        for m in region.merges:
            # The index of a Merge's input: 0 for the false branch.
            index = taken if region.result_of(m, 0) is m._inputs[0] else 1 - taken
            results += [values.get(m, _live()), index]
        return Effects(results, state, drawn, code, self.messages)

    def _branch(self, side: int) -> Frame:
        region = self.region
        child = self.start(self.frame, region.branches[side], self.state(self.frame), self.drawn(self.frame))
        for t, taken in region.pivots.items():
            child.values[t] = np.bool_(taken)
        for inside, outside in region.brought_in:
            if inside.op._context._branch == side:
                child.values[inside] = _live() if self._changes_here(outside) else value_of(self.frame, outside, region)
        child.run_units()
        return child

    def _changes_here(self, t: Tensor) -> bool:
        """Whether `t` reads a reference variable that a branch writes: what consumes it there then finds the value of its own time."""
        return is_alias(t) and not t.dtype.is_ref and self.frame.lookup(t) is None and alias_key(t) in self.region.writes

    def _alike(self, new: Any, old: Any, key: VariableKey) -> Any:
        if key.kind in RUN_KINDS:
            new = run_state.fitted(new, old)
            if new is None and old is not None:
                raise NeedsChoice(self.region, f"what its branches leave in {key.name} is not alike")
            return new
        if np.shape(new) != np.shape(old):
            raise NeedsChoice(self.region, f"variable {key.name} changes its shape in a branch")
        return jnp.asarray(new)

    def _taken(self, side: int) -> Effects:
        """Runs the branch that is known to be taken."""
        region = self.region
        child = self._branch(side)
        results: list[Any] = []
        for m in region.merges:
            chosen = region.result_of(m, side)
            results += [value_of(child, chosen, m), np.int32(list(m._inputs).index(chosen))]
        return Effects(results, self.state(child), self.drawn(child), self.code(child), self.messages)


# -- loops -----------------------------------------------------------------------------------------------
class _Carry(NamedTuple):
    """What goes from one iteration to the next."""

    values: list[Any]
    state: list[Any]
    drawn: list[Any]
    goes_on: Any
    shared: list[Any]
    code: Any


class _Loop(_Run):
    def __init__(self, frame: Frame, region: Region):
        super().__init__(frame, region)
        self.carried: list[LoopVariable] = [v for v in region.variables if not self.is_reference(v.merged)]
        self.inside: dict[Tensor, Any] = {}
        for inside, outside in region.constants:
            # What reads a variable through it sees what the loop has written.
            live = is_alias(outside) and outside not in frame.values and alias_key(outside) in region.writes
            self.inside[inside] = _live() if live else value_of(frame, outside, region)
        for v in region.variables:
            if self.is_reference(v.merged):
                found = value_of(frame, v.enters, region)
                self.inside.update({t: found for t in (v.merged, v.inside) if t is not None})

    def effects(self) -> Effects:
        region, frame = self.region, self.frame
        initial = [value_of(frame, v.enters, region) for v in self.carried]
        if frame.host:
            return self._python(initial)
        count = self._count(initial)
        if count == 0:
            return self._python(initial)
        try:
            return self._compiled(initial, count)
        except NeedsKnown as error:
            why = f"{error.why} ({error.op.name})"
        except _Varies as error:
            why = str(error)
        except NeedsChoice as error:
            if frame.differentiated:
                raise
            raise NeedsHost(region, error.why) from error
        if count is not None and count <= UNROLL_LIMIT:
            self.messages.clear()
            return self._python(initial)
        if self.frame.differentiated:
            raise errors.UnimplementedError(
                None, region.ops[0], f"No gradient can be taken through the loop {region.name}: {why}, and the number of its iterations is "
                f"not known before it runs. Give it maximum_iterations or a constant bound.{describe(region)}"
            )  # fmt: skip
        raise NeedsHost(region, why)

    # -- one iteration ---------------------------------------------------------------------------
    def _test(self, carry: _Carry) -> _Carry:
        """Asks the condition."""
        child = self.start(self.frame, self.region.test, carry.state, carry.drawn)
        child.values.update(self.inside)
        child.values.update(zip([v.merged for v in self.carried], carry.values))
        child.run_units()
        goes_on = child.value(self.region.condition, self.region)
        shared = [value_of(child, t, self.region) for t in self.region.shared]
        return carry._replace(
            state=self.state(child), drawn=self.drawn(child), goes_on=goes_on, shared=shared, code=self.code(child, carry.code)
        )

    def _step(self, carry: _Carry) -> _Carry:
        """Runs the body."""
        child = self.start(self.frame, self.region.body, carry.state, carry.drawn)
        child.values.update(self.inside)
        child.values.update(zip(self.region.shared, carry.shared))
        for v, value in zip(self.carried, carry.values):
            child.values[v.merged] = value
            if v.inside is not None:
                child.values[v.inside] = value
        child.run_units()
        values = [value_of(child, v.back, self.region) for v in self.carried]
        return carry._replace(values=values, state=self.state(child), drawn=self.drawn(child), code=self.code(child, carry.code))

    def _finish(self, carry: _Carry) -> Effects:
        last = {v.leaves: value for v, value in zip(self.carried, carry.values) if v.leaves is not None}
        outputs = [last.get(t, _live()) for t in self.region.outputs]
        return Effects(outputs, carry.state, carry.drawn, carry.code, self.messages)

    # -- as a loop of Python's ----------------------------------------------------------------------
    def _python(self, initial: list[Any]) -> Effects:
        carry = self._test(_Carry(initial, self.state(self.frame), self.drawn(self.frame), None, [], 0))
        while True:
            if not isinstance(carry.goes_on, (np.ndarray, np.generic, bool)):
                raise NeedsHost(self.region, "its condition is not known")
            if np.ndim(carry.goes_on):
                raise errors.InvalidArgumentError(
                    None, self.region.ops[0], f"The loop condition must be a scalar, has shape {np.shape(carry.goes_on)}"
                )
            if not bool(carry.goes_on):
                return self._finish(carry)
            carry = self._test(self._step(carry))

    # -- compiled --------------------------------------------------------------------------------------
    def _compiled(self, initial: list[Any], count: int | None) -> Effects:
        self.require_state()
        bound = count if count is not None else self._bound(initial)
        values = self._settled([_array(v, t.merged) for v, t in zip(initial, self.carried)], bound)
        self.settle(lambda: [self._once(values)], bound)
        state = self.state(self.frame)
        start = self._test(_Carry(values, state, self.drawn(self.frame), None, [], jnp.zeros((), np.int32)))
        if isinstance(start.goes_on, (np.ndarray, np.generic)) and not bool(start.goes_on):
            return self._finish(start)
        start = self._as_arrays(start)

        def step(carry: _Carry) -> _Carry:
            self.messages.clear()
            return self._fitting(self._as_arrays(self._test(self._step(carry))), start)

        def goes_on(carry: _Carry) -> Any:
            return carry.goes_on & (carry.code == 0)

        first_messages = list(self.messages)
        if first_messages:
            # Checks of the first test keep their numbers, those of the iterations follow.
            plain_step = step

            def step(carry: _Carry) -> _Carry:
                out = plain_step(carry)
                fresh = (carry.code == 0) & (out.code != 0)
                self.messages[:0] = first_messages
                return out._replace(code=jnp.where(fresh, out.code + len(first_messages), out.code).astype(np.int32))

        if count is not None:
            last = jax.lax.scan(lambda c, _: (step(c), None), start, None, length=count)[0]
        elif self.frame.differentiated:
            room = bound if bound is not None else self.frame.room

            def maybe(carry: _Carry, _: Any) -> Any:
                return jax.lax.cond(goes_on(carry), step, lambda c: c, carry), None

            last = jax.lax.scan(maybe, start, None, length=room)[0]
            if bound is None:
                self.messages.append(GROW)
                last = last._replace(code=jnp.where(goes_on(last), len(self.messages), last.code).astype(np.int32))
        else:
            last = jax.lax.while_loop(goes_on, step, start)
        if not self.messages:
            last = last._replace(code=0)
        return self._finish(last)

    def _as_arrays(self, carry: _Carry) -> _Carry:
        return carry._replace(
            values=[_array(v, t.merged) for v, t in zip(carry.values, self.carried)],
            state=[v if k.kind in RUN_KINDS else jnp.asarray(v) for v, k in zip(carry.state, self.written)],
            goes_on=jnp.asarray(carry.goes_on, bool),
            shared=[_array(v, t) for v, t in zip(carry.shared, self.region.shared)],
            code=jnp.asarray(carry.code, np.int32),
        )

    def _fitting(self, new: _Carry, old: _Carry) -> _Carry:
        """`new`, which must have the shapes of `old`."""
        values = [self._fitted(n, o, v.merged) for n, o, v in zip(new.values, old.values, self.carried)]
        shared = [self._fitted(n, o, t) for n, o, t in zip(new.shared, old.shared, self.region.shared)]
        state = []
        for n, o, key in zip(new.state, old.state, self.written):
            if key.kind in RUN_KINDS:
                n = run_state.fitted(n, o)
                if n is None and o is not None:
                    raise _Varies(f"what it keeps in {key.name} is not alike in all iterations")
            elif np.shape(n) != np.shape(o):
                raise _Varies(f"variable {key.name} changes its shape in it")
            state.append(n)
        return new._replace(values=values, shared=shared, state=state)

    def _once(self, values: list[Any]) -> list[Any]:
        """The state after one iteration."""
        carry = self._test(_Carry(values, self.state(self.frame), self.drawn(self.frame), None, [], 0))
        return self._step(carry).state

    def _fitted(self, new: Any, old: Any, t: Tensor) -> Any:
        if isinstance(new, ArrayState) or isinstance(old, ArrayState):
            if isinstance(new, ArrayState) and isinstance(old, ArrayState):
                if old.is_list != new.is_list and not old.is_list:
                    new = new.as_buffer()
                if not old.is_list:
                    new = new.replace(written=jnp.asarray(new.written))
                    if not isinstance(old.size, int):
                        new = new.replace(size=jnp.asarray(new.size, np.int32))
            if jax.tree_util.tree_structure(new) != jax.tree_util.tree_structure(old):
                raise _Varies(f"the elements of a TensorArray ({t.name}) are not alike in all iterations")
            if new.shape != old.shape:
                raise _Varies(f"the elements of a TensorArray ({t.name}) change their shape")
            return new
        if np.shape(new) != np.shape(old):
            raise _Varies(f"{t.name} changes its shape from {np.shape(old)} to {np.shape(new)}")
        return new

    def _settled(self, values: list[Any], bound: int | None) -> list[Any]:
        """TensorArrays as buffers, whose elements' shapes are found out by running an iteration abstractly."""
        if not any(isinstance(v, ArrayState) for v in values):
            return values
        out = list(values)
        for i, v in enumerate(out):
            if isinstance(v, ArrayState):
                out[i] = self._buffer(v, v.known_element_dims(), bound)
        for _ in range(len(out)):
            if not any(isinstance(v, ArrayState) and v.is_list and v.capacity + v.grows for v in out):
                break
            found = self._element_shapes(out)
            changed = False
            for i, v in enumerate(out):
                if isinstance(v, ArrayState) and v.is_list and found[i] is not None:
                    out[i] = self._buffer(v, found[i], bound)
                    changed = True
            if not changed:
                break
        return out

    def _buffer(self, array: ArrayState, dims: tuple[int, ...] | None, bound: int | None) -> ArrayState:
        if dims is None:
            return array
        room = self.room(bound) if array.grows else 0
        made = array.as_buffer(dims, room)
        size = jnp.asarray(made.size, np.int32) if array.grows else made.size
        return made.replace(elements=jnp.asarray(made.elements), written=jnp.asarray(made.written), size=size)

    def _element_shapes(self, values: list[Any]) -> list[Any]:
        def once(values: list[Any]) -> list[Any]:
            carry = self._test(_Carry(values, self.state(self.frame), self.drawn(self.frame), None, [], 0))
            out = self._step(carry).values
            shapes[:] = [v.known_element_dims() if isinstance(v, ArrayState) and not v.is_list else None for v in out]
            return [v for v, w in zip(out, values) if not isinstance(w, ArrayState)]

        shapes: list[Any] = []
        jax.eval_shape(once, values)
        self.messages.clear()
        return shapes

    # -- how many iterations ---------------------------------------------------------------------------
    def _count(self, initial: list[Any]) -> int | None:
        """The number of iterations, if it follows from what is known; None if not."""
        return _Counting(self, initial).count(self.region.condition)

    def _bound(self, initial: list[Any]) -> int | None:
        """A number of iterations that is not exceeded, from the parts of the condition that are known."""
        return _Counting(self, initial).bound(self.region.condition)


class _Varies(Exception):
    """The loop is not one that XLA can express: something changes its shape."""


class _Counting:
    """Finds out how often a loop runs, by running those of its variables that follow from known values."""

    def __init__(self, loop: _Loop, initial: list[Any]):
        self.known: dict[Tensor, np.ndarray] = {
            t: np.asarray(v) for t, v in loop.inside.items() if isinstance(v, (np.ndarray, np.generic)) and np.size(v) <= 64
        }
        self.variables = loop.carried
        self.by_inside = {v.inside: v for v in loop.carried}
        self.by_merged = {v.merged: v for v in loop.carried}
        self.initial = {
            v.merged: np.asarray(x)
            for v, x in zip(loop.carried, initial)
            if isinstance(x, (np.ndarray, np.generic)) and np.size(x) <= 64 and np.asarray(x).dtype != object
        }
        self.region = loop.region
        self._memo: dict[Tensor, Any] = {}
        self.following = set(self.initial)
        while True:
            lost = {m for m in self.following if not self._follows(self.by_merged[m].back)}
            if not lost:
                break
            self.following -= lost
            self._memo.clear()

    def _follows(self, t: Tensor) -> bool:
        """True if the tensor depends only on constants and on variables that follow."""
        found = self._memo.get(t)
        if found is None:
            self._memo[t] = False
            found = self._memo[t] = self._follows_now(t)
        return found

    def _follows_now(self, t: Tensor) -> bool:
        if t in self.known or t in self.following:
            return True
        if t in self.by_inside:
            return self.by_inside[t].merged in self.following
        op = t.op
        if op not in self.region.inside or op._context is not self.region.contexts[0]:
            return False
        if op.type == "Const":
            return True
        spec = op.spec
        if spec is None or spec.kernel is None or spec.stateful or spec.host or spec.jax_only or spec.reads or spec.dynamic_rule:
            return False
        if any(u.dtype.base_dtype.np_dtype.kind in "OV" for u in (*op._inputs, *op.outputs)):
            return False
        return bool(op._inputs) and all(self._follows(u) for u in op._inputs)

    def _value(self, t: Tensor, values: dict[Tensor, np.ndarray]) -> np.ndarray:
        found = values.get(t)
        if found is None:
            if t in self.by_inside:
                return values[self.by_inside[t].merged]
            op = t.op
            out = [op.attrs["value"]] if op.type == "Const" else run_kernel(op, [self._value(u, values) for u in op._inputs])
            values.update(zip(op.outputs, out))
            found = values[t]
        return found

    def count(self, condition: Tensor) -> int | None:
        if not self._follows(condition):
            return None
        # Only what the condition depends on is run.
        needed = self._variables_of(condition)
        now = {m: self.initial[m] for m in needed}
        for n in range(COUNT_LIMIT):
            values = {**self.known, **now}
            if not bool(self._value(condition, values)):
                return n
            now = {m: self._value(self.by_merged[m].back, values) for m in needed}
        return None

    def _variables_of(self, condition: Tensor) -> list[Tensor]:
        needed: dict[Tensor, None] = {}
        seen: set[Tensor] = set()
        todo = [condition]
        while todo:
            t = todo.pop()
            if t in seen or t in self.known:
                continue
            seen.add(t)
            if t in self.by_inside:
                t = self.by_inside[t].merged
            if t in self.by_merged:
                if t not in needed:
                    needed[t] = None
                    todo.append(self.by_merged[t].back)
                continue
            todo += t.op._inputs
        return list(needed)

    def bound(self, condition: Tensor) -> int | None:
        found = self.count(condition)
        if found is None and condition.op.type == "LogicalAnd":
            parts = [b for t in condition.op._inputs if (b := self.bound(t)) is not None]
            return min(parts) if parts else None
        return found
