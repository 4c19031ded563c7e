"""The `scopeflow` command."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from ..compat import program

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


def _start(context: typer.Context, script: str, module: bool) -> Callable[[], None]:
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
