"""Names moved into and out of name scopes, as when a part of a graph is exported or imported."""

from __future__ import annotations

import re

from .public import public


@public("contrib.framework.prepend_name_scope", "python.framework.ops.prepend_name_scope")
def prepend_name_scope(name: str, import_scope: str | None) -> str:
    """A name (also "^name" or "loc:@name") moved into `import_scope`."""
    if not import_scope:
        return name
    try:
        return re.sub(r"([\^]|loc:@|^)(.*)", r"\1" + import_scope.rstrip("/") + r"/\2", str(name), count=1)
    except TypeError:
        return name


@public("contrib.framework.strip_name_scope", "python.framework.ops.strip_name_scope")
def strip_name_scope(name: str, export_scope: str | None) -> str:
    """A name (also "^name" or "loc:@name") moved out of `export_scope`; unchanged if it is not in it."""
    if not export_scope:
        return name
    try:
        return re.sub(r"([\^]|loc:@|^)" + export_scope.rstrip("/") + r"[\/]+(.*)", r"\1\2", str(name), count=1)
    except TypeError:
        return name
