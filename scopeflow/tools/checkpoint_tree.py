"""`scopeflow vars`: what is in a checkpoint, as a tree by scope."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from .tensor_files import Info, TensorFile

#: what optimizers of TensorFlow 1 call the variables they keep for each of the model's
_SLOTS = {
    "AdaMax", "Adadelta", "Adagrad", "AdagradDA", "Adam", "AddSign", "ExponentialMovingAverage", "Ftrl", "LazyAdam", "Momentum", "Nadam",
    "PowerSign", "ProximalAdagrad", "RMSProp", "gradient_accumulator", "gradient_squared_accumulator",
}  # fmt: skip
_POWERS = ("beta1_power", "beta2_power")


def slot_of(name: str, tensors: dict[str, Info]) -> tuple[str, str] | None:
    """(variable, what is kept for it) if a tensor is an optimizer's: `w/Adam_1` for `w`, of the same shape."""
    path, _, last = name.rpartition("/")
    stem, _, number = last.rpartition("_")
    kind = stem if number.isdigit() and stem else last
    shape = tensors[name].shape
    if path in tensors and tensors[path].shape == shape:
        return path, kind
    # The optimizer may have run in a scope of its own, whose name comes first.
    while kind in _SLOTS and path:
        if path in tensors and tensors[path].shape == shape:
            return path, kind
        path = path.partition("/")[2]
    return None


def is_optimizer_state(name: str, tensors: dict[str, Info]) -> bool:
    """Whether a tensor is an optimizer's, for one variable or for all."""
    last = name.rpartition("/")[2]
    return slot_of(name, tensors) is not None or any(last == p or last.rpartition("_")[0] == p for p in _POWERS)


class Scope:
    """A scope, or a variable with what hangs below it: its tensor, its children, and what it holds altogether."""

    def __init__(self, name: str):
        self.name = name
        self.tensor: Info | None = None
        self.children: dict[str, Scope] = {}
        self.tensors = self.elements = self.nbytes = 0


def scopes_of(tensors: dict[str, Info]) -> Scope:
    """The tree of scopes."""
    root = Scope("")
    for name, info in tensors.items():
        here = root
        path = [root]
        for part in name.split("/"):
            here = here.children.setdefault(part, Scope(part))
            path.append(here)
        here.tensor = info
        for scope in path:
            scope.tensors += 1
            scope.elements += info.elements
            scope.nbytes += info.nbytes
    return root


def size_text(nbytes: int) -> str:
    """Bytes in a readable unit."""
    value = float(nbytes)
    for unit in ("B", "KB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:.3g} TB"


def as_json(file: TensorFile) -> dict[str, Any]:
    """Everything that `print_tree` shows."""
    rows = []
    for name, info in file.tensors.items():
        slot = slot_of(name, file.tensors)
        row: dict[str, Any] = {"name": name, "dtype": info.dtype.name, "shape": list(info.shape), "bytes": info.nbytes}
        if info.slices:
            row["slices"] = info.slices
        row["optimizer"] = is_optimizer_state(name, file.tensors)
        if slot:
            row["slot_of"], row["slot"] = slot
        rows.append(row)
    scopes: dict[str, Any] = {}

    def walk(scope: Scope, path: str) -> None:
        if scope.children:
            scopes[path] = {"tensors": scope.tensors, "elements": scope.elements, "bytes": scope.nbytes}
        for child in scope.children.values():
            walk(child, f"{path}/{child.name}" if path else child.name)

    walk(scopes_of(file.tensors), "")
    return {"path": file.path, "kind": file.kind, "tensors": rows, "scopes": scopes}


def print_tree(file: TensorFile, console: Console) -> None:
    """Prints the tree, with totals for each scope, and what the optimizer keeps dimmed."""
    root = scopes_of(file.tensors)
    kept = {n for n in file.tensors if is_optimizer_state(n, file.tensors)}
    title = Text.assemble((file.path, "bold"), f" ({file.kind}): ", _totals(root))
    if kept:
        optimizer = scopes_of({n: file.tensors[n] for n in kept})
        title.append(f", of these the optimizer's: {optimizer.tensors}, {size_text(optimizer.nbytes)}")
    tree = Tree(title, guide_style="dim")
    _add(tree, root, "", file.tensors)
    console.print(tree)


def _totals(scope: Scope) -> str:
    return f"{scope.tensors} tensor{'s' if scope.tensors != 1 else ''}, {scope.elements:,} elements, {size_text(scope.nbytes)}"


def _add(tree: Tree, scope: Scope, path: str, tensors: dict[str, Info]) -> None:
    for child in sorted(scope.children.values(), key=lambda c: (c.tensor is not None, c.name)):
        full = f"{path}/{child.name}" if path else child.name
        if child.tensor is None:
            label = Text.assemble((child.name + "/", "bold blue"), ("  " + _totals(child), "dim"))
        else:
            label = _tensor_label(child.name, full, child.tensor, tensors)
        _add(tree.add(label), child, full, tensors)


def _tensor_label(name: str, full: str, info: Info, tensors: dict[str, Info]) -> Text:
    slot = slot_of(full, tensors)
    quiet = "dim" if is_optimizer_state(full, tensors) else ""
    label = Text.assemble((name, quiet or "bold"), " ", (str(list(info.shape)), quiet or "cyan"), " ", (info.dtype.name, quiet or "green"))
    if info.nbytes:
        label.append("  " + size_text(info.nbytes), "dim")
    if info.slices:
        label.append(f"  in {info.slices} slices", "dim")
    if slot:
        label.append(f"  ({slot[1]} of {slot[0]})", "dim")
    elif quiet:
        label.append("  (optimizer)", "dim")
    return label
