"""Where rule books are read from: those shipped with the package, and files of a hall."""

from importlib.resources import files
from pathlib import Path

from bancheng.domain.time_limits.rulebook import RuleBook, base_of, override, parse_rulebook
from bancheng.infra.files import read_text

_SHIPPED = files("bancheng") / "rulebooks"
_SUFFIX = ".toml"
_BYTES_MAX = 1_000_000


def load_rulebook(id_or_path: str | Path) -> RuleBook:
    """规则库: a shipped one by its id, or one from a file; either may extend a shipped one.

    Raises as `rulebook_text` does, and ``RuleBookError`` if the text is at fault.
    """
    text = rulebook_text(id_or_path)
    base = base_of(text)
    return override(load_rulebook(base), text) if base else parse_rulebook(text)


def shipped_book(id_: str) -> RuleBook | None:
    """随附规则库: the one of that id, if it ships with the package."""
    return load_rulebook(id_) if id_ in _shipped_ids() else None


def rulebook_text(id_or_path: str | Path) -> str:
    """The text of a rule book, shipped or in a file.

    Raises ``FileNotFoundError`` if there is neither, ``TableError`` if it can not be read as text.
    """
    if str(id_or_path) in _shipped_ids():
        return (_SHIPPED / f"{id_or_path}{_SUFFIX}").read_text(encoding="utf-8")
    path = Path(id_or_path)
    if path.is_file():
        return read_text(path, bytes_max=_BYTES_MAX)
    known = "、".join(_shipped_ids())
    raise FileNotFoundError(f"没有规则库「{id_or_path}」; 随附的有: {known}; 也可给出文件路径")


def _shipped_ids() -> list[str]:
    names = (entry.name for entry in _SHIPPED.iterdir())
    return sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX))
