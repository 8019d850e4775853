"""Every fault of an input at once: each field is read by itself where the whole can not be."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from bancheng.app.shapes import ImpossibleTime, NaiveInstant, in_utc
from bancheng.domain.errors import InvalidInput
from bancheng.domain.people import Personal

E = TypeVar("E")
# From the struct, what the library said as of the root of the input, and the error that said it.
Explain = Callable[[type[msgspec.Struct], str, BaseException], E]


class NotPersonal(ValueError):
    """Carries text that is not the kind it should be to where the field is known."""

    def __init__(self, cls: type[Personal], text: Any) -> None:
        super().__init__(cls.__name__)
        self.cls = cls
        self.text = text


def personal(cls: type, text: Any) -> Any:
    if not issubclass(cls, Personal):
        raise NotImplementedError(f"{cls.__name__} in a command")
    if not isinstance(text, str):
        raise NotPersonal(cls, text)
    try:
        return cls.checked(text, "")
    except InvalidInput as error:
        raise NotPersonal(cls, text) from error


def faults_of(cls: type[msgspec.Struct], data: Mapping[str, Any], explain: Explain[E]) -> list[E]:
    """What is wrong with ``data`` as a ``cls``, in the order of its fields, each explained."""
    return [explain(cls, said, error) for said, error in _faults(cls, data, "$")]


def _faults(
    cls: type[msgspec.Struct], data: Mapping[str, Any], at: str
) -> Iterator[tuple[str, BaseException]]:
    hints = get_type_hints(cls, include_extras=True)
    for field in msgspec.structs.fields(cls):
        if field.name in data:
            yield from _of_value(hints[field.name], data[field.name], f"{at}.{field.name}")
        elif field.required:
            error = msgspec.ValidationError(f"Object missing required field `{field.name}`")
            yield _placed(error, at), error
    for name in data:
        if name not in hints:
            error = msgspec.ValidationError(f"Object contains unknown field `{name}`")
            yield _placed(error, at), error


def _of_value(hint: Any, value: Any, at: str) -> Iterator[tuple[str, BaseException]]:
    if (struct := struct_in(hint)) is not None and isinstance(value, Mapping):
        yield from _faults(struct, value, at)
        return
    if isinstance(value, Sequence) and not isinstance(value, str) and struct_in(hint):
        for place, one in enumerate(value):
            yield from _of_value(struct_in(hint), one, f"{at}[{place}]")
    try:
        in_utc(msgspec.convert(value, hint, dec_hook=personal))
    except (NaiveInstant, ImpossibleTime) as error:
        yield _placed(error, f"{at}.{error.path}".removesuffix(".")), error
    except msgspec.ValidationError as error:
        inner = str(error).partition(" - at `$")[2].rstrip("`")
        if inner and struct_in(hint):
            return  # what stands deeper in a list of structs was told of each of them
        if inner and isinstance(value, list | tuple):
            yield from _of_each(hint, value, at)
        else:
            yield _placed(error, f"{at}{inner}"), error


def _of_each(hint: Any, values: Sequence[Any], at: str) -> Iterator[tuple[str, BaseException]]:
    for place, one in enumerate(values):
        try:
            msgspec.convert([one], hint, dec_hook=personal)
        except msgspec.ValidationError as error:
            yield _placed(error, f"{at}[{place}]"), error


def _placed(error: BaseException, at: str) -> str:
    reason = str(error).partition(" - at `$")[0]
    return reason if at == "$" else f"{reason} - at `{at}`"


def struct_in(hint: Any) -> type[msgspec.Struct] | None:
    """The struct that a value of ``hint`` is, or holds."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return hint
    return next((found for part in get_args(hint) if (found := struct_in(part))), None)
