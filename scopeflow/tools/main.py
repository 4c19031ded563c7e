"""The `scopeflow` command."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from ..compat import program
from ..compat.compiled_programs import keep_compiled_programs

#: what the command that was given does, called when the command line has been read: the program runs outside typer's error handling
_actions: list[Callable[[], None]] = []

app = typer.Typer(
    name="scopeflow",
    help="TensorFlow 1's scoped variables and graphs on JAX.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_PROGRAM = {"allow_extra_args": True, "ignore_unknown_options": True, "allow_interspersed_args": False}
Module = Annotated[bool, typer.Option("-m", help="SCRIPT is the dotted name of a module, as in python -m.")]
Script = Annotated[str, typer.Argument(help="The program. All that follows is passed on to it.", metavar="SCRIPT")]


def _print_version(wanted: bool) -> None:
    if wanted:
        import scopeflow

        print(f"scopeflow {scopeflow.__version__} (TensorFlow {scopeflow.VERSION} on JAX {metadata.version('jax')})")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the versions.")] = False,
) -> None:
    pass


@app.command(context_settings=_PROGRAM)
def run(context: typer.Context, script: Script, module: Module = False) -> None:
    """Run a TensorFlow 1 program untouched: `import tensorflow` gives it scopeflow."""
    _actions.append(_start(context, script, module))


@app.command(context_settings=_PROGRAM)
def explain(
    context: typer.Context,
    script: Script,
    module: Module = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON; what the program prints goes to standard error.")] = False,
) -> None:
    """Run a program, then show every variable it made: which scope gave which part of its name, and every place that shares it."""
    from .explain import explain_program

    start = _start(context, script, module)
    arguments = list(context.args)
    # `explain script.py --json`: after the program's name too, where everyone writes it
    if "--json" in arguments:
        arguments.remove("--json")
        as_json = True
        context.args[:] = arguments
    _actions.append(lambda: sys.exit(explain_program(start, as_json)))


@app.command(name="check")
def check_programs(
    paths: Annotated[list[Path], typer.Argument(help="Python files, notebooks, and folders of them.", metavar="PATH...")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Read programs without running them: which TensorFlow names and arguments they use that scopeflow lacks.

    The exit status is 1 if something is missing, 2 if a file could not be read.
    """
    from . import check

    try:
        report = check.check(paths)
    except FileNotFoundError as error:
        raise typer.BadParameter(str(error), param_hint="PATH") from None
    print(check.as_json(report) if as_json else check.as_text(report))
    raise typer.Exit(check.exit_status(report))


Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Checkpoint = Annotated[
    str,
    typer.Argument(metavar="CKPT", help="A checkpoint's name, or a folder: its latest one. Also a .safetensors, .npz or Orbax file."),
]


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """What goes wrong with files is told in a line, with exit status 2."""
    from ..formats.failures import FormatError
    from ..graph.errors import OpError
    from .tensor_files import ToolError

    try:
        yield
    except (ToolError, FormatError, OpError, OSError) as error:
        print(f"scopeflow: {error}", file=sys.stderr)
        raise typer.Exit(2) from None


def _console() -> Console:
    """A console that breaks lines at a terminal's width, and none in a file or pipe."""
    return Console() if sys.stdout.isatty() else Console(width=10_000)


def _show(report: dict[str, Any], as_json: bool, printer: Callable[[Any, Console], None]) -> None:
    if as_json:
        print(json.dumps(report, indent=1))
    else:
        printer(report, _console())


@app.command(name="vars")
def list_variables(checkpoint: Checkpoint, as_json: Json = False) -> None:
    """Show what a checkpoint holds: a tree by scope, with shapes, types, sizes and sums; what the optimizer keeps is marked."""
    from . import checkpoint_tree, object_names
    from .tensor_files import opened

    with _told(), opened(checkpoint) as stored:
        file = object_names.by_path(stored)
        if as_json:
            print(json.dumps(checkpoint_tree.as_json(file), indent=1))
        else:
            checkpoint_tree.print_tree(file, _console())


@app.command()
def diff(
    a: Annotated[str, typer.Argument(metavar="A", help="A checkpoint, as for `scopeflow vars`.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another.")],
    tolerance: Annotated[float, typer.Option(help="Differences up to this are none.")] = 0.0,
    names_only: Annotated[bool, typer.Option("--names-only", help="Compare names, shapes and types, not values.")] = False,
    as_json: Json = False,
) -> None:
    """Show how two checkpoints differ: tensors added, removed, reshaped, changed, and by how much.

    The exit status is 1 if they differ.
    """
    from . import checkpoint_diff, object_names
    from .tensor_files import opened

    with _told(), opened(a) as first, opened(b) as second:
        both = object_names.is_object_based(first) and object_names.is_object_based(second)
        named = object_names.by_path if both else object_names.by_variable
        report = checkpoint_diff.diff(named(first), named(second), tolerance, not names_only)
    _show(report, as_json, checkpoint_diff.print_diff)
    raise typer.Exit(1 if checkpoint_diff.differs(report) else 0)


@app.command()
def convert(
    checkpoint: Checkpoint,
    out: Annotated[
        str, typer.Argument(metavar="OUT", help="The file to write; .safetensors, .npz, .orbax say its kind, else a checkpoint.")
    ],
    to: Annotated[str | None, typer.Option(help="The kind, whatever the name: tf, tf-v1, safetensors, npz, orbax.")] = None,
    rename: Annotated[list[str], typer.Option(help="'regex=>replacement' for names; several are done one after the other.")] = [],  # noqa: B006
    include: Annotated[list[str], typer.Option(help="Only what is in this scope, or matches this pattern. May be given again.")] = [],  # noqa: B006
    exclude: Annotated[list[str], typer.Option(help="Not what is in this scope, or matches this pattern. May be given again.")] = [],  # noqa: B006
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace what is there.")] = False,
    as_json: Json = False,
) -> None:
    """Write a checkpoint as safetensors, npz or Orbax, or any of these as a checkpoint; tensors can be renamed or left out."""
    from . import checkpoint_convert as converting
    from . import object_names, tensor_files

    kind = to or tensor_files.kind_for(out)
    if kind not in tensor_files.KINDS:
        raise typer.BadParameter(f"{kind!r} is none of {', '.join(tensor_files.KINDS)}", param_hint="--to")
    with _told(), tensor_files.opened(checkpoint) as stored:
        source = object_names.by_variable(stored)
        moves = converting.plan(list(source.tensors), rename, include, exclude)
        if not dry_run:
            converting.convert(source, out, kind, moves, force)
        report = converting.as_json(source, out, kind, moves, dry_run)
    _show(report, as_json, converting.print_report)


@app.command()
def verify(checkpoint: Checkpoint, as_json: Json = False) -> None:
    """Read every byte of a checkpoint against its checksums and look at every place in its files.

    The exit status is 1 if something is wrong.
    """
    from . import checkpoint_verify
    from .tensor_files import checkpoint_prefix

    with _told():
        report = checkpoint_verify.verify(checkpoint_prefix(checkpoint))
    _show(report, as_json, checkpoint_verify.print_report)
    raise typer.Exit(1 if report["problems"] else 0)


def _start(context: typer.Context, script: str, module: bool) -> Callable[[], None]:
    keep_compiled_programs()
    if module:
        return lambda: program.run_module(script, context.args)
    if not Path(script).exists():
        hint = f": did you mean -m {script}?" if "/" not in script and not script.endswith(".py") else ""
        raise typer.BadParameter(f"there is no file {script!r}{hint}", param_hint="SCRIPT")
    return lambda: program.run_script(script, context.args)


def main() -> None:
    """The entry point of the console script."""
    try:
        app(prog_name="scopeflow")
    except SystemExit as end:
        if end.code or not _actions:
            raise
    _actions.pop()()
