"""Every benchmark, one after the other: `make bench`. Compare ratios within a table only."""

import runpy
import sys
from pathlib import Path

ORDER = (
    "append", "catch_up", "past", "read_your_writes", "clients", "due_dates", "sweep", "push",
    "looks", "exports", "hand_over", "texts",
)  # fmt: skip

for name in ORDER:
    print(f"\n== bench/{name}.py", flush=True)
    sys.argv = [name]
    runpy.run_path(str(Path(__file__).with_name(f"{name}.py")), run_name="__main__")
