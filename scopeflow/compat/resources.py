"""tf.resource_loader and tf.sysconfig: files beside the program, and how this build was made."""

from __future__ import annotations

import os
import sys

from ..graph.public import export, public


def _callers_folder() -> str:
    return os.path.dirname(os.path.abspath(sys._getframe(2).f_code.co_filename))


@public("resource_loader.get_data_files_path")
def get_data_files_path() -> str:
    """The folder of the calling file."""
    return _callers_folder()


@public("resource_loader.get_path_to_datafile")
def get_path_to_datafile(path: str) -> str:
    """`path` taken from the folder of the calling file."""
    return os.path.join(_callers_folder(), path)


@public("resource_loader.readahead_file_path")
def readahead_file_path(path: str, readahead: str = "128M") -> str:
    """`path` as it is."""
    return path


@public("resource_loader.load_resource")
def load_resource(path: str) -> bytes:
    """The content of a file taken from the folder of the calling file. Raises IOError."""
    with open(os.path.join(_callers_folder(), path), "rb") as f:
        return f.read()


export(0, "sysconfig.CXX11_ABI_FLAG", "CXX11_ABI_FLAG")
export(0, "sysconfig.MONOLITHIC_BUILD", "MONOLITHIC_BUILD")
