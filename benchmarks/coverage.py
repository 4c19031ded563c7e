"""How much of what TensorFlow 1 programs use scopeflow has: `python benchmarks/coverage.py usage.tsv`.

The table has a row for each symbol, with columns `symbol` ("tf.layers.dense"), `kind` and `uses_not_in_tests`; rows of kind "absent"
(not in TensorFlow 1.15) do not count. Prints the share of uses whose symbol resolves, then those that do not, most used first.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

from scopeflow.tools.check import resolve


def missing_symbols(table: Path) -> tuple[int, list[tuple[int, str]]]:
    """(all uses, [(uses, symbol)] of the missing symbols, most used first)."""
    total, missing = 0, []
    with table.open() as f:
        for row in csv.DictReader(f, delimiter="\t"):
            if row["kind"] == "absent":
                continue
            uses = int(row["uses_not_in_tests"])
            total += uses
            path = row["symbol"]
            if path == "tf" or path.startswith("tf."):
                path = "tensorflow" + path[2:]
            if not resolve(path)[0]:
                missing.append((uses, row["symbol"]))
    return total, sorted(missing, key=lambda m: (-m[0], m[1]))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table", type=Path)
    parser.add_argument("--at-least", type=float, default=0, help="exit with 1 below this share, in percent")
    args = parser.parse_args()
    total, missing = missing_symbols(args.table)
    share = 100 * (1 - sum(uses for uses, _ in missing) / total)
    print(f"{share:.2f}% of {total} uses resolve; {len(missing)} symbols do not:")
    for uses, symbol in missing:
        print(f"{uses:5} {symbol}")
    sys.exit(share < args.at_least)


if __name__ == "__main__":
    main()
