"""Runs every snippet and every command of the README and the docs, and compares what they print.

- ```python: run in a process of its own; a ```text block right after it is what it must print. `# file: name.py` in the first line saves
  it instead, for the commands that follow.
- ```console: lines that start with `$ ` are commands; the lines below are what it prints, where a line `...` stands for any lines, and
  `...` for any text.
- ```sh: commands that set the project up. They would start this test again, so only their Makefile targets are checked.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGES = ["README.md", "CONTRIBUTING.md", *sorted(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)


class Block(NamedTuple):
    """A fenced block."""

    kind: str
    text: str
    line: int
    #: of a python block: what it must print
    prints: str | None
    #: files that blocks before it save
    files: dict[str, str]


def blocks(page: str) -> list[Block]:
    """The blocks of a page that can be run."""
    text = (ROOT / page).read_text()
    found = list(_BLOCK.finditer(text))
    files: dict[str, str] = {}
    out = []
    for i, match in enumerate(found):
        kind, body = match[1], match[2]
        line = text[: match.start()].count("\n") + 1
        if kind == "python" and body.startswith("# file: "):
            name, _, rest = body.removeprefix("# file: ").partition("\n")
            files = files | {name.strip(): rest}
        elif kind in ("python", "console", "sh"):
            follows = i + 1 < len(found) and found[i + 1][1] == "text" and not text[match.end() : found[i + 1].start()].strip()
            out.append(Block(kind, body, line, found[i + 1][2] if follows else None, files))
    return out


def parameters(kind: str) -> list[object]:
    """The blocks of a kind in all pages."""
    return [pytest.param(b, id=f"{Path(page).name}:{b.line}") for page in PAGES for b in blocks(page) if b.kind == kind]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as a user has it: the examples, and a `scopeflow` command."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    command = tmp_path / "bin" / "scopeflow"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m scopeflow "$@"\n')
    command.chmod(0o755)
    return tmp_path


def environment(folder: Path) -> dict[str, str]:
    """The environment of a command."""
    path = os.pathsep.join([str(folder / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PYTHONPATH": str(ROOT), "PATH": path, "COLUMNS": "150", "NO_COLOR": "1", "TERM": "dumb"}


def tidy(text: str) -> str:
    """Without blanks at line ends."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def pattern(expected: str) -> str:
    """A regular expression for expected output with `...` in it."""
    parts = []
    for line in tidy(expected).splitlines():
        parts.append(r"(?:.*\n)*?" if line == "..." else ".*".join(re.escape(p) for p in line.split("...")) + r"\n")
    return "".join(parts)


@pytest.mark.parametrize("block", parameters("python"))
def test_snippet(block: Block, folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", block.text], capture_output=True, text=True, cwd=folder, env=environment(folder))
    assert done.returncode == 0, done.stderr
    assert tidy(done.stdout) == tidy(block.prints or "")


@pytest.mark.parametrize("block", parameters("console"))
def test_commands(block: Block, folder: Path) -> None:
    for name, text in block.files.items():
        (folder / name).write_text(text)
    for part in re.split(r"^\$ ", block.text, flags=re.M)[1:]:
        command, _, expected = part.partition("\n")
        done = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=folder, env=environment(folder))
        printed = tidy(done.stdout + done.stderr)
        assert re.fullmatch(pattern(expected), printed + "\n"), f"$ {command}\n{printed}\n--- expected:\n{expected}"


@pytest.mark.parametrize("block", parameters("sh"))
def test_setup_commands(block: Block) -> None:
    for command in block.text.splitlines():
        assert command.startswith("make ")
        subprocess.run(["make", "-n", *command.split()[1:]], check=True, capture_output=True, cwd=ROOT)


def test_links_lead_somewhere() -> None:
    for page in [*PAGES, "tests/golden/README.md"]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / page).read_text()):
            assert ((ROOT / page).parent / target).exists(), f"{page} links to {target}"
