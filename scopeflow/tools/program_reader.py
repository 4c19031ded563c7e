"""Reads programs without running them: which TensorFlow names each file and notebook uses, where, and with which arguments."""

from __future__ import annotations

import ast
import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

_GUARDS = {"ImportError", "ModuleNotFoundError", "AttributeError", "Exception", "BaseException"}
_SKIPPED_FOLDERS = {".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__", ".ipynb_checkpoints", "site-packages"}


class Call(NamedTuple):
    """How a name is called."""

    #: positional arguments; None where `*args` may add more
    positional: int | None
    keywords: tuple[str, ...]


class Use(NamedTuple):
    """One use of a TensorFlow name."""

    #: `tensorflow.contrib.slim.conv2d`; `tensorflow.compat.v1` is written `tensorflow`
    symbol: str
    file: str
    #: of a notebook: the line in its cell
    line: int
    #: of a notebook: the code cell, counted from 1
    cell: int | None
    #: the import statement fails without it
    imported: bool
    #: inside a try that survives its absence
    guarded: bool
    call: Call | None

    @property
    def place(self) -> str:
        """`model.py:12`, or `intro.ipynb:3:12` for line 12 of code cell 3."""
        return f"{self.file}:{self.line}" if self.cell is None else f"{self.file}:{self.cell}:{self.line}"


class Unread(NamedTuple):
    """A file that could not be read."""

    file: str
    why: str


def programs(paths: Iterable[str | Path]) -> Iterator[Path]:
    """The Python files and notebooks at `paths`: files as given, folders searched. Raises FileNotFoundError."""
    for path in map(Path, paths):
        if path.is_dir():
            for folder, below, names in os.walk(path):
                below[:] = sorted(b for b in below if b not in _SKIPPED_FOLDERS)
                yield from (Path(folder, n) for n in sorted(names) if n.endswith((".py", ".ipynb")))
        elif path.exists():
            yield path
        else:
            raise FileNotFoundError(f"there is no file or folder {str(path)!r}")


def read(path: Path) -> list[Use] | Unread:
    """The uses of TensorFlow in a file, in order."""
    try:
        if path.suffix == ".ipynb":
            return _read_notebook(path)
        reader = _Reader(str(path), None)
        reader.read(ast.parse(path.read_bytes(), str(path)))
        return reader.uses
    except SyntaxError as error:
        hint = " (Python 2?)" if re.search(r"print|exec|except|octal|0o", str(error)) else ""
        return Unread(str(path), f"line {error.lineno}: {error.msg}{hint}")
    except (OSError, UnicodeError, ValueError, KeyError, RecursionError) as error:
        return Unread(str(path), str(error) or type(error).__name__)


def _read_notebook(path: Path) -> list[Use]:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = notebook["cells"] if "cells" in notebook else [c for sheet in notebook["worksheets"] for c in sheet["cells"]]
    reader = _Reader(str(path), 0)
    for cell in (c for c in cells if c["cell_type"] == "code"):
        source = cell.get("source", cell.get("input", ""))
        text = source if isinstance(source, str) else "".join(source)
        reader.cell += 1
        if not text.lstrip().startswith("%%"):
            # IPython's own lines (%matplotlib, !pip) are not Python
            text = re.sub(r"^(\s*)[%!?].*$", r"\1pass", text, flags=re.M)
            try:
                reader.read(ast.parse(text))
            except SyntaxError as error:
                raise SyntaxError(f"code cell {reader.cell}: {error.msg}", (str(path), error.lineno, 0, "")) from None
    return reader.uses


def _dotted(node: ast.AST) -> tuple[ast.Name, list[ast.Attribute]] | None:
    """`a.b.c` as the name `a` and the attributes, innermost first; None for anything else."""
    attributes: list[ast.Attribute] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node)
        node = node.value
    return (node, attributes[::-1]) if isinstance(node, ast.Name) else None


def _plain(path: str) -> str:
    """`tensorflow.compat.v1` is the same namespace as `tensorflow`."""
    return re.sub(r"^tensorflow\.compat\.v1\b", "tensorflow", path)


class _Reader(ast.NodeVisitor):
    """Follows which names stand for which TensorFlow path, scope by scope."""

    def __init__(self, file: str, cell: int | None):
        self.file = file
        self.cell: Any = cell
        self.uses: list[Use] = []
        #: innermost last: name -> TensorFlow path, or None if it is something else there
        self.scopes: list[dict[str, str | None]] = [{}]
        self.guarded = 0

    def read(self, tree: ast.AST) -> None:
        """Reads a module, or one more cell of a notebook."""
        # A function may use what the module binds below it.
        self._bind(tree, self.scopes[0])
        self.visit(tree)

    # -- names ----------------------------------------------------------------------
    def _bind(self, scope: ast.AST, names: dict[str, str | None]) -> None:
        """Notes what the statements of a scope bind, but not those of scopes inside it."""
        todo = list(ast.iter_child_nodes(scope))
        while todo:
            node = todo.pop(0)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                names.setdefault(node.name, None)
                continue
            if isinstance(node, ast.Lambda):
                continue
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names.update({k: v for k, v in _imports(node).items() if v is not None or names.get(k) is None})
            elif isinstance(node, ast.Assign):
                path = self._path(node.value, names)
                for target in node.targets:
                    if isinstance(target, ast.Name) and path is not None:
                        names[target.id] = path
                    else:
                        _shadow(target, names)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.setdefault(node.id, None)
            todo[:0] = ast.iter_child_nodes(node)

    def _path(self, node: ast.AST, local: dict[str, str | None] | None = None) -> str | None:
        """The TensorFlow path that an expression `a.b.c` stands for."""
        found = _dotted(node)
        if found is None:
            return None
        name, attributes = found
        for scope in ([local] if local is not None else []) + self.scopes[::-1]:
            if name.id in scope:
                base = scope[name.id]
                return None if base is None else _plain(".".join([base, *(a.attr for a in attributes)]))
        return None

    # -- scopes ---------------------------------------------------------------------
    def _function(self, node: Any) -> None:
        for outside in (*getattr(node, "decorator_list", ()), *node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(outside)
        names: dict[str, str | None] = {}
        args = node.args
        for a in (*args.posonlyargs, *args.args, *args.kwonlyargs, *filter(None, (args.vararg, args.kwarg))):
            names[a.arg] = None
            if a.annotation is not None:
                self.visit(a.annotation)
        body = node.body if isinstance(node.body, list) else [node.body]
        shared = {n for b in body for inner in ast.walk(b) if isinstance(inner, ast.Global) for n in inner.names}
        self._bind(ast.Module(body, []), names)
        self.scopes.append({k: v for k, v in names.items() if k not in shared})
        for statement in body:
            self.visit(statement)
        self.scopes.pop()

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = _function

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for outside in (*node.bases, *(k.value for k in node.keywords), *node.decorator_list):
            self.visit(outside)
        for statement in node.body:
            self.visit(statement)

    def visit_Try(self, node: ast.Try) -> None:
        caught = {n.id for h in node.handlers if h.type is not None for n in ast.walk(h.type) if isinstance(n, ast.Name)}
        survives = any(h.type is None for h in node.handlers) or bool(caught & _GUARDS)
        self.guarded += survives
        for statement in node.body:
            self.visit(statement)
        self.guarded -= survives
        for rest in (*node.handlers, *node.orelse, *node.finalbody):
            self.visit(rest)

    # -- uses -----------------------------------------------------------------------
    def _used(self, symbol: str, line: int, imported: bool = False, call: Call | None = None) -> None:
        self.uses.append(Use(symbol, self.file, line, self.cell, imported, self.guarded > 0, call))

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            if _is_tensorflow(alias.name):
                self._used(_plain(alias.name), node.lineno, imported=True)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.level == 0 and node.module is not None and _is_tensorflow(node.module):
            for alias in node.names:
                whole = node.module if alias.name == "*" else f"{node.module}.{alias.name}"
                self._used(_plain(whole), node.lineno, imported=True)

    def visit_Call(self, node: ast.Call) -> None:
        path = self._path(node.func)
        if path is None:
            self.visit(node.func)
        else:
            starred = any(isinstance(a, ast.Starred) for a in node.args)
            keywords = tuple(k.arg for k in node.keywords if k.arg is not None)
            self._used(path, node.lineno, call=Call(None if starred else len(node.args), keywords))
        for argument in (*node.args, *(k.value for k in node.keywords)):
            self.visit(argument)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        path = self._path(node)
        if path is None:
            self.visit(node.value)
        elif isinstance(node.ctx, ast.Load):
            self._used(path, node.lineno)

    def visit_Name(self, node: ast.Name) -> None:
        path = self._path(node) if isinstance(node.ctx, ast.Load) else None
        if path is not None:
            self._used(path, node.lineno)


def _is_tensorflow(module: str) -> bool:
    return module == "tensorflow" or module.startswith("tensorflow.")


def _imports(node: ast.Import | ast.ImportFrom) -> dict[str, str | None]:
    """What an import binds: name -> TensorFlow path, None for other modules."""
    out: dict[str, str | None] = {}
    if isinstance(node, ast.Import):
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            whole = alias.name if alias.asname else name
            out[name] = whole if _is_tensorflow(whole) else None
        return out
    ours = node.level == 0 and node.module is not None and _is_tensorflow(node.module)
    return {a.asname or a.name: f"{node.module}.{a.name}" if ours else None for a in node.names if a.name != "*"}


def _shadow(target: ast.AST, names: dict[str, str | None]) -> None:
    for inner in ast.walk(target):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            names.setdefault(inner.id, None)
