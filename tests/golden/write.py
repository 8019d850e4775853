"""Write the golden file of each registered event that has none, the shape of each new version of a
read model, and the meaning of each new definition. Never changes what an old one said."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from golden import definitions, shapes
from golden.machinery import load_topics, write_missing

if __name__ == "__main__":
    for path in write_missing(load_topics()):
        print(f"new: {path.name}")  # noqa: T201
    try:
        for path in shapes.write():
            print(f"new: tables/{path.name}")  # noqa: T201
        for path in definitions.write():
            print(f"new: reports/{path.name}")  # noqa: T201
    except (shapes.SameVersionError, definitions.SameDefinitionError) as error:
        sys.exit(str(error))
