"""Write the golden file of each registered event that has none. Never changes an old one."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from golden.machinery import load_topics, write_missing

if __name__ == "__main__":
    for path in write_missing(load_topics()):
        print(f"new: {path.name}")  # noqa: T201
