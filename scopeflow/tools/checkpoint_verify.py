"""`scopeflow verify`: reads every byte of a checkpoint against its checksums and looks at every place in its files."""

from __future__ import annotations

import os
from typing import Any

from rich.console import Console
from rich.text import Text

from ..formats.bundle_reader import BundleReader, data_path
from ..formats.checkpoints import checkpoint_files, open_checkpoint
from ..formats.failures import FormatError
from .checkpoint_tree import size_text


def verify(prefix: str) -> dict[str, Any]:
    """What is wrong with a checkpoint: {"path", "files", "bytes", "tensors", "problems", "notes"}; without problems it is whole."""
    files = checkpoint_files(prefix)
    report: dict[str, Any] = {
        "path": prefix,
        "files": files,
        "bytes": sum(map(os.path.getsize, files)),
        "tensors": 0,
        "problems": [],
        "notes": [],
    }
    try:
        with open_checkpoint(prefix) as reader:
            for name, error in reader.verify():
                report["tensors"] += 1
                if error is not None:
                    report["problems"].append({"tensor": name, "problem": str(error)})
            if isinstance(reader, BundleReader):
                _check_places(reader, report)
    except FormatError as error:
        report["problems"].append({"tensor": None, "problem": str(error)})
    return report


def _check_places(reader: BundleReader, report: dict[str, Any]) -> None:
    """Tensors must not share bytes; bytes that are no tensor's are noted, and entries that no tensor lists."""
    known = reader.slice_keys()
    places: dict[int, list[tuple[int, int, str]]] = {}
    for key, entry in reader.entries.items():
        if entry.slices:
            continue
        name = key.decode(errors="replace") if not key.startswith(b"\0") else known.get(key)
        if name is None:
            report["problems"].append({"tensor": None, "problem": f"{reader.path}: the slice {key!r} belongs to no tensor"})
            continue
        places.setdefault(entry.shard_id, []).append((entry.offset, entry.size, name))
    for shard, rows in places.items():
        path = data_path(reader.path, shard, reader.header.num_shards)
        end = 0
        owner = ""
        for offset, size, name in sorted(rows):
            if size and offset < end:
                text = f"{path}: tensors {owner} and {name} share the bytes {offset} to {min(end, offset + size)}"
                report["problems"].append({"tensor": name, "problem": text})
            if offset + size > end:
                end, owner = offset + size, name
        size = os.path.getsize(path) if os.path.exists(path) else end
        if size > end:
            report["notes"].append(f"{path}: {size - end} bytes at the end are no tensor's")


def print_report(report: dict[str, Any], console: Console) -> None:
    """Prints a report."""
    for row in report["problems"]:
        console.print(Text(row["problem"], "red"))
    for note in report["notes"]:
        console.print(Text(note, "yellow"))
    n = len(report["problems"])
    state = f"{n} problem{'s' if n != 1 else ''}" if n else "all sound"
    console.print(
        Text(f"{report['path']}: {report['tensors']} tensors, {len(report['files'])} files, {size_text(report['bytes'])}: {state}")
    )
