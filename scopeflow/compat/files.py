"""tf.gfile and tf.io.gfile on local files."""

from __future__ import annotations

import glob as _glob
import os
import re
import shutil
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..graph import errors
from ..graph.public import public

Path = Any
_MODES = ("r", "w", "a", "r+", "w+", "a+")


def _local(path: Path) -> str:
    """`path` as text. Raises UnimplementedError for file systems other than the local one."""
    path = os.fspath(path)
    if isinstance(path, bytes):
        path = path.decode()
    scheme = re.match(r"([a-zA-Z][a-zA-Z0-9+.-]*)://", path)
    if scheme is None:
        return path
    if scheme[1] == "file":
        return path[len("file://") :]
    raise errors.UnimplementedError(None, None, f"File system scheme '{scheme[1]}' not implemented (file: '{path}')")


def _raise(error: OSError, path: str) -> None:
    kinds = {
        FileNotFoundError: errors.NotFoundError,
        FileExistsError: errors.AlreadyExistsError,
        PermissionError: errors.PermissionDeniedError,
        IsADirectoryError: errors.FailedPreconditionError,
        NotADirectoryError: errors.FailedPreconditionError,
    }
    kind = next((v for k, v in kinds.items() if isinstance(error, k)), errors.UnknownError)
    if isinstance(error, OSError) and error.errno == 39:  # ENOTEMPTY
        kind = errors.FailedPreconditionError
    raise kind(None, None, f"{path}; {error.strerror or error}") from None


@public("io.gfile.GFile", "gfile.GFile", "gfile.Open")
class GFile:
    """A file, opened when it is first read or written.

    Args:
      name: its path.
      mode: "r", "w", "a", "r+", "w+", "a+", with "b" for bytes; without it `read` gives text.

    Raises:
      NotFoundError, PermissionDeniedError, FailedPreconditionError: when first read or written.
    """

    def __init__(self, name: Path, mode: str = "r"):
        self._name, self._mode = name, mode
        self._binary = "b" in mode
        self._file: Any = None

    @property
    def name(self) -> Path:
        return self._name

    @property
    def mode(self) -> str:
        return self._mode

    def _open(self, writing: bool) -> Any:
        plain = self._mode.replace("b", "")
        if plain not in _MODES:
            raise errors.InvalidArgumentError(None, None, "mode is not 'r' or 'w' or 'a' or 'r+' or 'w+' or 'a+'")
        if writing and plain == "r":
            raise errors.PermissionDeniedError(None, None, "File isn't open for writing")
        if not writing and plain in ("w", "a"):
            raise errors.PermissionDeniedError(None, None, "File isn't open for reading")
        if self._file is None:
            path = _local(self._name)
            try:
                self._file = open(path, plain + "b")  # noqa: SIM115
            except OSError as error:
                _raise(error, path)
        return self._file

    def _as_read(self, data: bytes) -> Any:
        return data if self._binary else data.decode()

    def size(self) -> int:
        """Its size in bytes."""
        if self._file is not None and "r" not in self._mode:
            self._file.flush()
        return stat(self._name).length

    def read(self, n: int = -1) -> Any:
        """`n` bytes, or all that is left."""
        return self._as_read(self._open(False).read(n))

    def readline(self) -> Any:
        """The next line with its end; empty at the end of the file."""
        return self._as_read(self._open(False).readline())

    def readlines(self) -> list[Any]:
        """The lines that are left."""
        return [self._as_read(line) for line in self._open(False).readlines()]

    def write(self, file_content: Any) -> None:
        """Appends text or bytes."""
        self._open(True).write(file_content.encode() if isinstance(file_content, str) else bytes(file_content))

    def seek(self, offset: int | None = None, whence: int = 0, position: int | None = None) -> None:
        """Moves to `offset` from the start (whence 0), the place now (1) or the end (2), in bytes."""
        if offset is None:
            if position is None:
                raise TypeError("seek(): offset argument required")
            offset = position
        self._open("r" not in self._mode).seek(offset, whence)

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        """The place now, in bytes."""
        return self._open("r" not in self._mode).tell()

    def flush(self) -> None:
        if self._file is not None:
            self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    next = __next__

    def __enter__(self) -> GFile:
        return self

    def __exit__(self, *unused: Any) -> None:
        self.close()


@public("gfile.FastGFile")
class FastGFile(GFile):
    """The older name of GFile."""


class FileStatistics(NamedTuple):
    """What `stat` gives: size in bytes, time of the last change in nanoseconds."""

    length: int
    mtime_nsec: int
    is_directory: bool


@public("io.gfile.stat")
def stat(path: Path) -> FileStatistics:
    """Size, time and kind of a file. Raises NotFoundError."""
    name = _local(path)
    try:
        found = os.stat(name)
    except OSError as error:
        _raise(error, name)
    return FileStatistics(found.st_size, found.st_mtime_ns, os.path.isdir(name))


@public("io.gfile.exists")
def exists(path: Path) -> bool:
    """Whether there is a file or folder of that name."""
    return os.path.exists(_local(path))


@public("io.gfile.isdir")
def isdir(path: Path) -> bool:
    """Whether it is a folder."""
    return os.path.isdir(_local(path))


@public("io.gfile.listdir")
def listdir(path: Path) -> list[str]:
    """The names in a folder, sorted. Raises NotFoundError."""
    name = _local(path)
    if not os.path.isdir(name):
        raise errors.NotFoundError(None, None, f"Could not find directory {name}")
    return sorted(os.listdir(name))


@public("io.gfile.glob")
def glob(pattern: Any) -> list[str]:
    """The paths that match a pattern, or any pattern of a list."""
    patterns = pattern if isinstance(pattern, (list, tuple)) else [pattern]
    return [p for one in patterns for p in sorted(_glob.glob(_local(one), include_hidden=True))]


@public("io.gfile.mkdir")
def mkdir(path: Path) -> None:
    """Makes a folder. Raises AlreadyExistsError, or NotFoundError if its parent is missing."""
    name = _local(path)
    try:
        os.mkdir(name)
    except OSError as error:
        _raise(error, name)


@public("io.gfile.makedirs")
def makedirs(path: Path) -> None:
    """Makes a folder and its parents; nothing happens if it is there."""
    name = _local(path)
    try:
        os.makedirs(name, exist_ok=True)
    except OSError as error:
        _raise(error, name)


@public("io.gfile.remove")
def remove(path: Path) -> None:
    """Removes a file. Raises NotFoundError."""
    name = _local(path)
    try:
        os.remove(name)
    except OSError as error:
        _raise(error, name)


@public("io.gfile.rmtree")
def rmtree(path: Path) -> None:
    """Removes a folder and all that is in it. Raises NotFoundError."""
    name = _local(path)
    if not os.path.exists(name):
        raise errors.NotFoundError(None, None, f"{name} not found")
    try:
        shutil.rmtree(name)
    except OSError as error:
        _raise(error, name)


@public("io.gfile.copy")
def copy(src: Path, dst: Path, overwrite: bool = False) -> None:
    """Copies a file. Raises NotFoundError, or AlreadyExistsError without `overwrite`."""
    old, new = _local(src), _local(dst)
    _refuse_to_replace(new, overwrite)
    try:
        shutil.copyfile(old, new)
    except OSError as error:
        _raise(error, old)


@public("io.gfile.rename")
def rename(src: Path, dst: Path, overwrite: bool = False) -> None:
    """Renames a file or folder. Raises NotFoundError, or AlreadyExistsError without `overwrite`."""
    old, new = _local(src), _local(dst)
    _refuse_to_replace(new, overwrite)
    try:
        os.replace(old, new)
    except OSError as error:
        _raise(error, old)


def _refuse_to_replace(path: str, overwrite: bool) -> None:
    if not overwrite and os.path.exists(path):
        raise errors.AlreadyExistsError(None, None, "file already exists")


@public("io.gfile.walk")
def walk(top: Path, topdown: bool = True, onerror: Any = None) -> Iterator[tuple[str, list[str], list[str]]]:
    """(folder, its folders, its files) for `top` and every folder below it."""
    for folder, folders, names in os.walk(_local(top), topdown, onerror):
        folders.sort()
        yield folder, list(folders), sorted(names)


# -- the older names ------------------------------------------------------------
@public("gfile.Exists")
def Exists(filename: Path) -> bool:
    """Whether there is a file or folder of that name."""
    return exists(filename)


@public("gfile.IsDirectory")
def IsDirectory(dirname: Path) -> bool:
    """Whether it is a folder."""
    return isdir(dirname)


@public("gfile.ListDirectory")
def ListDirectory(dirname: Path) -> list[str]:
    """The names in a folder, sorted. Raises NotFoundError."""
    return listdir(dirname)


@public("gfile.Glob")
def Glob(filename: Any) -> list[str]:
    """The paths that match a pattern."""
    return glob(filename)


@public("gfile.MkDir")
def MkDir(dirname: Path) -> None:
    """Makes a folder; nothing happens if it is there. Raises NotFoundError if its parent is missing."""
    if not isdir(dirname):
        mkdir(dirname)


@public("gfile.MakeDirs")
def MakeDirs(dirname: Path) -> None:
    """Makes a folder and its parents."""
    makedirs(dirname)


@public("gfile.Remove")
def Remove(filename: Path) -> None:
    """Removes a file. Raises NotFoundError."""
    remove(filename)


@public("gfile.DeleteRecursively")
def DeleteRecursively(dirname: Path) -> None:
    """Removes a folder and all that is in it. Raises NotFoundError."""
    rmtree(dirname)


@public("gfile.Copy")
def Copy(oldpath: Path, newpath: Path, overwrite: bool = False) -> None:
    """Copies a file."""
    copy(oldpath, newpath, overwrite)


@public("gfile.Rename")
def Rename(oldname: Path, newname: Path, overwrite: bool = False) -> None:
    """Renames a file or folder."""
    rename(oldname, newname, overwrite)


@public("gfile.Stat")
def Stat(filename: Path) -> FileStatistics:
    """Size, time and kind of a file."""
    return stat(filename)


@public("gfile.Walk")
def Walk(top: Path, in_order: bool = True) -> Iterator[tuple[str, list[str], list[str]]]:
    """(folder, its folders, its files) for `top` and every folder below it."""
    return walk(top, in_order)
