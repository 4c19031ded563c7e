"""A folder imports only from floors below it. Read from the syntax tree of every file, so imports inside functions count too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "scopeflow"
FLOORS = {
    "graph": 1,
    "formats": 1,
    "op": 2,
    "lower": 3,
    "ops": 4,
    "runtime": 4,
    "variables": 5,
    "ragged": 5,
    "scopes": 6,
    "train": 7,
    "layers": 7,
    "losses": 7,
    "metrics": 7,
    "distributions": 7,
    "data": 7,
    "summary": 7,
    "feature_columns": 7,
    "contrib": 8,
    "bridge": 8,
    "compat": 9,
    "tools": 9,
    "viewer": 9,
}
#: (from, to) on one floor that may be: the command line starts programs under the import hook; linear models of columns are made of layers
SAME_FLOOR = {("tools", "compat"), ("tools", "viewer"), ("feature_columns", "layers")}
#: modules of the package itself that any floor may read: they import nothing of it
ROOT_ONLY = {"__init__", "__main__", "namespace"}


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name below `scopeflow`) of everything that a file imports from the package."""
    inside = ("scopeflow", *path.relative_to(ROOT).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "scopeflow":
                    yield node.lineno, alias.name.partition(".")[2]
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                base = ".".join(inside[: len(inside) - node.level + 1])
            elif node.module and node.module.split(".")[0] == "scopeflow":
                base = ""
            else:
                continue
            full = ".".join(filter(None, [base, node.module]))
            for alias in node.names:
                yield node.lineno, f"{full}.{alias.name}".partition(".")[2]


def violations(path: Path) -> list[str]:
    """What a file imports that it may not."""
    here = path.relative_to(ROOT).parts[0]
    out = []
    for line, name in imports(path):
        there = name.split(".")[0]
        if there == here or there not in FLOORS:
            if there not in FLOORS and (ROOT / f"{there}.py").exists() is False and there not in ("", "__version__", "VERSION"):
                out.append(f"{path}:{line}: scopeflow.{name} is on no floor")
            elif there in ("", "__version__", "VERSION") and FLOORS[here] < 9:
                out.append(f"{path}:{line}: {here}/ imports the whole of scopeflow")
            continue
        if FLOORS[there] > FLOORS[here] or (FLOORS[there] == FLOORS[here] and (here, there) not in SAME_FLOOR):
            out.append(f"{path}:{line}: {here}/ (floor {FLOORS[here]}) imports {there}/ (floor {FLOORS[there]}): {name}")
    return out


FILES = sorted(p for p in ROOT.rglob("*.py") if p.parent != ROOT)


@pytest.mark.parametrize("folder", sorted({p.relative_to(ROOT).parts[0] for p in FILES}))
def test_folder_imports_only_from_below(folder: str) -> None:
    assert folder in FLOORS, f"scopeflow/{folder} is on no floor: a new folder starts with a note on the design page"
    wrong = [v for p in FILES if p.relative_to(ROOT).parts[0] == folder for v in violations(p)]
    assert not wrong, "\n".join(wrong)


def test_the_package_root_only_assembles() -> None:
    assert {p.stem for p in ROOT.glob("*.py")} == ROOT_ONLY


def test_graph_and_formats_need_no_jax() -> None:
    for path in FILES:
        if path.relative_to(ROOT).parts[0] in ("graph", "formats"):
            names = {a.name for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Import) for a in n.names}
            names |= {n.module or "" for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.ImportFrom)}
            assert not [n for n in names if n.split(".")[0] in ("jax", "jaxlib")], path


def test_tensorflow_is_never_imported() -> None:
    for path in [*FILES, *ROOT.glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            assert not [n for n in names if n.split(".")[0] == "tensorflow"], f"{path}:{node.lineno}"


def test_the_check_sees_an_upward_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "op").mkdir()
    bad = tmp_path / "op" / "bad.py"
    lines = ["from ..scopes.variable_scope import get_variable", "from ..graph import graph", "import scopeflow.runtime.session"]
    bad.write_text("def f():\n    " + "\n    ".join(lines) + "\n")
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    assert [v.rsplit(": ", 1)[1] for v in violations(bad)] == ["scopes.variable_scope.get_variable", "runtime.session"]
