"""``python -m bench [parser] [state] [size] [delivery] [demo] [console]``: measure, and print one table.

Ends with status 1 when something that is required does not hold. To add a row, write a function that returns
rows, and name it in ``_measurements``.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterable, Mapping

from bench.console import measure_console
from bench.delivery import measure_delivery
from bench.demo import measure_demo
from bench.parser import measure_parser
from bench.rows import Row
from bench.size import measure_size
from bench.state import measure_state

_WIDTHS = (50, 11, 12, 7, 38, 4, 0)


def main(wanted: list[str]) -> int:
    """Print the table and return the exit status.

    Args:
        wanted: Which measurements to take; none means all.
    """
    measurements = _measurements()
    if unknown := set(wanted) - set(measurements):
        print(f"no such measurement: {', '.join(sorted(unknown))}; there are: {', '.join(measurements)}")
        return 2
    print(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {_cpu()}")
    print(_line("measurement", "figure", "unit", "ratio", "required", "held", "detail"))
    held = True
    for name, measure in measurements.items():
        if wanted and name not in wanted:
            continue
        for row in measure():
            print(_format(row), flush=True)
            held = held and row.passed is not False
    return 0 if held else 1


def _measurements() -> Mapping[str, Callable[[], Iterable[Row]]]:
    return {
        "parser": measure_parser,
        "state": measure_state,
        "size": measure_size,
        "delivery": measure_delivery,
        "demo": measure_demo,
        "console": measure_console,
    }


def _format(row: Row) -> str:
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    passed = {None: "", True: "yes", False: "NO"}[row.passed]
    return _line(row.name, _format_figure(row.figure), row.unit, ratio, row.required, passed, row.detail)


def _format_figure(figure: float | None) -> str:
    if figure is None:
        return ""
    return f"{figure:,.0f}" if figure >= 1000 else f"{figure:.1f}"


def _line(*cells: str) -> str:
    name, figure, unit, ratio, required, passed, detail = _WIDTHS
    widths = (f"<{name}", f">{figure}", f"<{unit}", f">{ratio}", f"<{required}", f"<{passed}", f"<{detail}")
    return "  ".join(f"{cell:{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()


def _cpu() -> str:
    """Return the processor's name where the system tells it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123
            return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
