"""The order in which a run's ops take effect: as they were made, reads before unordered writes, what waits for others last."""

from __future__ import annotations

import collections
import heapq
from collections.abc import Mapping
from typing import Any

from ..graph import errors
from ..graph.operation import Operation, Tensor
from .state import VariableKey, alias_key, is_alias, reads_of, writes_of

#: types of op that write what may be a count
_COUNTING = frozenset({"Assign", "AssignVariableOp", "AssignAddVariableOp", "AssignSubVariableOp"})


def schedule(ops: list[Any], feeds: frozenset[Tensor], owner: Mapping[Operation, Any]) -> list[Any]:
    """`ops` in an order that the reference could have taken, always the same one.

    They are operations and regions; `owner` says which region an op belongs to.

    Ops run as they were made, after their inputs and control inputs. An op that writes a variable waits for every op
    that reads it and does not itself depend on the write; but one that only counts the variable on goes first (`_counts`).
    Where ops put something where other threads may wait for it, an op that waits comes after all that need nothing of it:
    two runs that each give to the other and then take must not both wait.

    Raises:
      InvalidArgumentError: the ops depend on each other in a cycle.
    """
    inside = set(ops)
    waiting: dict[Operation, int] = {}
    followers: dict[Operation, list[Operation]] = {op: [] for op in ops}
    held = _locks(ops)
    for op in ops:
        before = {t.op for t in op._inputs if t not in feeds}
        before.update(op._control_inputs)
        before.update(held.get(op, ()))
        if owner:
            before = {owner.get(b, b) for b in before}
        before &= inside
        before.discard(op)
        waiting[op] = len(before)
        for b in before:
            followers[b].append(op)
    writes: dict[Operation, set[VariableKey]] = {}
    for op in ops:
        keys = writes_of(op)
        if keys:
            writes[op] = keys
    takers = _takers(ops)
    if not writes and not owner and not held and not takers and all(op._id > t.op._id for op in ops for t in op._inputs):
        return ops if _ordered(ops) else _run(ops, waiting, followers, writes, {}, takers)
    readers: dict[VariableKey, set[Operation]] = {}
    for op in ops:
        for key in reads_of(op) - writes.get(op, set()):
            readers.setdefault(key, set()).add(op)
    _put_counts_first(writes, readers, feeds, waiting, followers)
    return _run(ops, waiting, followers, writes, readers, takers)


def _takers(ops: list[Any]) -> frozenset[Any]:
    """The ops that may wait for what other threads give, in a run that also gives."""
    blocking = [op for op in ops if op.spec is not None and op.spec.blocking]
    if all(op.outputs for op in blocking):
        return frozenset()
    return frozenset(op for op in blocking if op.outputs)


def _put_counts_first(
    writes: dict[Operation, set[VariableKey]],
    readers: dict[VariableKey, set[Operation]],
    feeds: frozenset[Tensor],
    waiting: dict[Operation, int],
    followers: dict[Operation, list[Operation]],
) -> None:
    """Lets what reads a variable wait for the one write of the run that counts it on."""
    writers = collections.Counter(key for keys in writes.values() for key in keys)
    for op, keys in writes.items():
        for key in keys:
            own = _counts(op, key, feeds) if len(keys) == 1 and writers[key] == 1 and readers.get(key) else None
            if own is None:
                continue
            for reader in readers[key] - own - _descendants(op, followers):
                followers[op].append(reader)
                waiting[reader] += 1
            readers[key] &= own


def _counts(op: Operation, key: VariableKey, feeds: frozenset[Tensor]) -> set[Operation] | None:
    """The ops of `v.assign(v + 1)` and the like, which wait for nothing but the variable; None if `op` is not the last of such.

    Nothing orders that with what else reads the variable, and the reference leaves it open. Its executor, as it works, has the
    write done before others come to read, in nearly all runs: BERT's training has the learning rate of the step that it counts
    to. With `assign_add` of a reference variable, one op and no read, it is the other way round.
    """
    if op.type not in _COUNTING:
        return None
    own = {op}
    found = op.type != "Assign" and op.type != "AssignVariableOp"
    todo = [op]
    while todo:
        at = todo.pop()
        if at._control_inputs or (at is not op and (at.spec is None or at.spec.stateful and not at.spec._has_state_inputs)):
            return None
        for i, t in enumerate(at._inputs):
            if t in feeds:
                return None
            if is_alias(t) or t.dtype.base_dtype.name == "resource":
                if alias_key(t) != key or _waits(t):
                    return None
                found = found or at is not op or i > 0
            elif t.op.type == "Const":
                if t.op._control_inputs:
                    return None
            elif t.op not in own:
                own.add(t.op)
                todo.append(t.op)
    return own if found else None


def _waits(reference: Tensor) -> bool:
    """True if what passes a variable on waits for anything else: a control input, a branch."""
    op = reference.op
    while op.spec is None or not op.spec.variable:
        if op.type != "Identity" or op._control_inputs:
            return True
        op = op._inputs[0].op
    return False


def _locks(ops: list[Any]) -> dict[Operation, list[Operation]]:
    """For each op that takes a lock: those that let go of the same lock as taken by ops made before it."""
    held: dict[Operation, list[Operation]] = {}
    frees: dict[Tensor, list[Operation]] = {}
    for op in sorted((op for op in ops if op.type == "MutexLock"), key=lambda op: op._id):
        earlier = frees.setdefault(op._inputs[0], [])
        if earlier:
            held[op] = list(earlier)
        earlier += [c for c in op.outputs[0].consumers() if c.type == "ConsumeMutexLock"]
    return held


def _ordered(ops: list[Operation]) -> bool:
    return all(c._id < op._id for op in ops for c in op._control_inputs)


def _run(
    ops: list[Operation],
    waiting: dict[Operation, int],
    followers: dict[Operation, list[Operation]],
    writes: dict[Operation, set[VariableKey]],
    readers: dict[VariableKey, set[Operation]],
    takers: frozenset[Operation],
) -> list[Operation]:
    plain: list[tuple[int, Operation]] = []
    writers: list[tuple[int, Operation]] = []
    waiters: list[tuple[int, Operation]] = []
    reads: dict[Operation, list[VariableKey]] = {}
    for key, rs in readers.items():
        for op in rs:
            reads.setdefault(op, []).append(key)

    def push(op: Operation) -> None:
        heapq.heappush(writers if op in writes else waiters if op in takers else plain, (op._id, op))

    for op in ops:
        if waiting[op] == 0:
            push(op)
    out: list[Operation] = []
    while plain or writers or waiters:
        if plain:
            op = heapq.heappop(plain)[1]
        elif (found := _unread_writer(writers, writes, readers, followers)) is not None:
            op = found
        else:
            op = heapq.heappop(waiters or writers)[1]
        out.append(op)
        for key in reads.get(op, ()):
            readers[key].discard(op)
        for f in followers[op]:
            waiting[f] -= 1
            if waiting[f] == 0:
                push(f)
    if len(out) != len(ops):
        stuck = next(op for op in ops if waiting[op])
        raise errors.InvalidArgumentError(
            None, stuck, f"The graph couldn't be sorted in topological order: op {stuck.name!r} is part of a cycle."
        )
    return out


def _unread_writer(
    writers: list[tuple[int, Operation]],
    writes: dict[Operation, set[VariableKey]],
    readers: dict[VariableKey, set[Operation]],
    followers: dict[Operation, list[Operation]],
) -> Operation | None:
    """Takes out the first writer that no unordered reader still waits for."""
    for entry in sorted(writers):
        op = entry[1]
        pending = set().union(*(readers.get(k, set()) for k in writes[op]))
        if not pending or pending <= _descendants(op, followers):
            writers.remove(entry)
            heapq.heapify(writers)
            return op
    return None


def _descendants(op: Operation, followers: dict[Operation, list[Operation]]) -> set[Operation]:
    seen: set[Operation] = set()
    todo = [op]
    while todo:
        for f in followers[todo.pop()]:
            if f not in seen:
                seen.add(f)
                todo.append(f)
    return seen
