"""Times scopeflow, and real TensorFlow 1.15 beside it, on the same scripts in one sitting.

    python benchmarks/run.py                                     scopeflow alone
    python benchmarks/run.py --reference TF115/bin/python        both, with ratios
    python benchmarks/run.py --only mlp conv --repeats 5

Each script in benchmarks/scripts is plain TensorFlow 1 code, run in a process of its own, the two by turns so that the machine's
other work hits both alike. A row is the median over all repetitions in all processes. First runs (which trace and compile) and later
runs are rows of their own.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
SCRIPTS = (
    "import_only",
    "create_variables",
    "reuse_variables",
    "build_ops",
    "one_op",
    "assign",
    "checkpoints",
    "mlp",
    "conv",
    "embedding",
    "initialize",
)
Rows = dict[str, list[float]]


def run_script(command: list[str], script: str) -> Rows:
    """The rows that one process reports. Raises RuntimeError if it fails."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}
    # First steps are compiled, not taken from the disk.
    environment["SCOPEFLOW_CACHE"] = "off"
    # Both import from compiled files, as installed packages do.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if command[1:]:
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(HERE.parent), environment.get("PYTHONPATH")]))
    start = time.perf_counter()
    done = subprocess.run([*command, str(HERE / "scripts" / f"{script}.py")], capture_output=True, text=True, env=environment)
    seconds = time.perf_counter() - start
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} {script} failed:\n{done.stderr[-2000:]}")
    if script == "import_only":
        return {"start_and_import": [seconds]}
    line = next(line for line in done.stdout.splitlines() if line.startswith("BENCHMARK "))
    return json.loads(line.partition(" ")[2])


def measure(commands: dict[str, list[str]], scripts: list[str], repeats: int) -> dict[str, Rows]:
    """Runs every script with every command by turns, after one run each that is not counted."""
    results: dict[str, Rows] = {name: {} for name in commands}
    for script in scripts:
        for turn in range(repeats + 1):
            for name, command in commands.items():
                rows = run_script(command, script)
                if turn:
                    for row, values in rows.items():
                        results[name].setdefault(row, []).extend(values)
        print(f"  {script} done", file=sys.stderr, flush=True)
    return results


def seconds_text(value: float) -> str:
    """Seconds in a readable unit."""
    for unit, factor in (("s ", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if value >= factor:
            return f"{value / factor:.3g} {unit}"
    return f"{value / 1e-9:.3g} ns"


def spread(values: list[float]) -> float:
    """Half the range between the quartiles, as a share of the median."""
    if len(values) < 4:
        return (max(values) - min(values)) / 2 / statistics.median(values)
    low, _, high = statistics.quantiles(values, n=4)
    return (high - low) / 2 / statistics.median(values)


def table(results: dict[str, Rows]) -> str:
    """The results as text."""
    names = list(results)
    head = f"{'':32}" + "".join(f"{name:>22}" for name in names) + (f"{'scopeflow is':>18}" if len(names) > 1 else "")
    lines = [head]
    for row in results["scopeflow"]:
        medians = {name: statistics.median(results[name][row]) for name in names}
        line = f"{row.replace('_', ' '):32}"
        for name in names:
            line += f"{seconds_text(medians[name]) + f' ±{100 * spread(results[name][row]):.0f}%':>22}"
        if len(names) > 1:
            ratio = medians["tensorflow"] / medians["scopeflow"]
            line += f"{f'{ratio:.2f}x faster' if ratio >= 1 else f'{1 / ratio:.2f}x slower':>18}"
        lines.append(line)
    return "\n".join(lines)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reference", help="the Python 3.7 interpreter that has TensorFlow 1.15")
    parser.add_argument("--repeats", type=int, default=3, help="processes for each script, besides one to warm up")
    parser.add_argument("--only", nargs="+", choices=SCRIPTS, default=list(SCRIPTS))
    parser.add_argument("--out", type=Path, default=HERE / "results" / "latest.json", help="where the numbers are saved")
    args = parser.parse_args()

    commands = {"scopeflow": [sys.executable, "-m", "scopeflow", "run"]}
    if args.reference:
        commands["tensorflow"] = [args.reference]
    load_before = os.getloadavg()
    results = measure(commands, args.only, args.repeats)
    machine = {
        "cpu": next((line.partition(":")[2].strip() for line in _cpuinfo() if line.startswith("model name")), platform.processor()),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_before": load_before,
        "load_after": os.getloadavg(),
        "date": time.strftime("%Y-%m-%d %H:%M"),
    }
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps({"machine": machine, "seconds": results}, indent=1))
    print(table(results))
    load = f"load {load_before[0]:.1f} before and {machine['load_after'][0]:.1f} after"
    print(f"\n{machine['cpu']}, {machine['cores']} cores, {load}; saved in {args.out}")
    print("± is half the range between the quartiles. Compare numbers of one sitting only:")
    print("on a shared machine the same row can move by a third from one to the next.")
    if load_before[0] > 0.5 * (os.cpu_count() or 1):
        print("The machine was busy when this started: take the ratios with care.")


def _cpuinfo() -> list[str]:
    try:
        return Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return []


if __name__ == "__main__":
    main()
