"""用法: the commands of the program, with their help and the errors of a call in Chinese.

The library has both in English, and cuts a Chinese sentence at the edge, since it has no blanks.
"""

import re
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, Final, get_args

import typer
from rich.table import Table
from rich.text import Text
from typer._click import Command, Context, HelpFormatter
from typer._click import exceptions as faults
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import Abort

from bancheng.cli.console import console, errors, readable

Parameter = (
    Any  # the library names no public type for what an argument and an option have in common
)
_HELP: Final = "显示本说明后结束"
_KINDS: Final = {
    bool: "", int: "整数", float: "数", str: "文字", datetime: "年-月-日", Path: "文件",
}  # fmt: skip
# What the library raises as a mere text: its pattern, and what it says.
_SAID: Final = (
    (re.compile(r"No such command '(.*?)'(?:\. Did you mean (.*)\?)?.?"), "没有命令 {}"),
    (re.compile(r"Got unexpected extra argument\(s\) \((.*)\)"), "多出参数 {}"),
    (re.compile(r"Missing command\."), "缺少命令"),
)


class Commands(typer.Typer):
    """命令组: a group of commands; ``text`` is what its help says of it."""

    def __init__(self, text: str) -> None:
        super().__init__(
            help=text,
            cls=_Group,
            no_args_is_help=True,
            add_completion=False,
            pretty_exceptions_enable=False,
        )

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Any], Any]:
        """As that of the library."""
        return super().command(name, cls=_Command, **settings)


class _InChinese(Command):
    def get_help_option(self, ctx: Context) -> Any:
        option: Any = super().get_help_option(ctx)
        if option is not None:
            option.help = _HELP
        return option

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except faults.UsageError as error:
            error.ctx = error.ctx or ctx  # of an option's value the library does not say where
            raise

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        del formatter
        _print_help(self, ctx, list(getattr(self, "commands", {}).values()))


class _Command(_InChinese, TyperCommand):
    pass


class _Group(_InChinese, TyperGroup):
    def main(self, *args: Any, **settings: Any) -> Any:
        """Run the command that the arguments name; what is wrong with them is said in one line."""
        try:
            sys.exit(super().main(*args, **settings | {"standalone_mode": False}))
        except faults.NoArgsIsHelpError as error:
            sys.exit(error.exit_code)  # making the error has printed the help
        except faults.UsageError as error:
            called = error.ctx.command_path if error.ctx else "bancheng"
            called = called.replace("root", "bancheng", 1)  # as the test runner calls it
            said = f"用法有误: {_said_of(error)}(USAGE)。请看 {called} --help"
            errors.print(readable(said, "red"), soft_wrap=True)
            sys.exit(error.exit_code)
        except Abort:
            errors.print(readable("已取消", "red"))
            sys.exit(1)


def _said_of(error: faults.UsageError) -> str:
    match error:
        case faults.NoSuchOption():
            meant = "、".join(sorted(error.possibilities or ()))
            return f"没有选项 {error.option_name}" + (f",是否为 {meant}" if meant else "")
        case faults.MissingParameter():
            return f"缺少{_name(error.param)}"
        case faults.BadParameter():
            return f"{_name(error.param)}的值不对,应为{_rule(error.param)}"
        case faults.BadOptionUsage():
            takes = "须带值" if "requires" in error.message else "不带值"
            return f"选项 {error.option_name} {takes}"
    for pattern, said in _SAID:
        if found := pattern.fullmatch(error.message):
            given, known = (*found.groups(default=""), "", "")[:2]
            known = known.replace("'", "").replace(", ", "、")
            return said.format(given) + (f",是否为 {known}" if known else "")
    return error.message


def _name(parameter: Parameter) -> str:
    kind = "参数" if _is_argument(parameter) else "选项"
    return f"{kind} {_names(parameter)}({parameter.help})"


def _rule(parameter: Parameter) -> str:
    """What a value of ``parameter`` has to be."""
    kind = parameter.type_descriptor.annotation
    kind = (get_args(kind) or (kind,))[0]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return " " + "、".join(f"{one.value} {getattr(one, 'label', '')}".strip() for one in kind)
    if kind is datetime and any(
        "%H" in one for one in parameter.type_descriptor.parameter_info.formats or ()
    ):
        return f"{_KINDS[kind]},或{_KINDS[kind]} 时:分[:秒]"
    bounds = " 至 ".join(str(one) for one in (parameter.min, parameter.max) if one is not None)
    return f" {bounds} 的{_KINDS[kind]}" if bounds else _KINDS.get(kind, "文字")


def _print_help(command: Command, ctx: Context, within: list[Command]) -> None:
    parameters = command.get_params(ctx)
    called = [
        ctx.command_path,
        "[选项]",
        *map(_called, parameters),
        *(["命令 …"] if within else []),
    ]
    console.print(readable(f"用法: {' '.join(filter(None, called))}\n\n{command.help or ''}"))
    named = [(_is_argument(one), _names(one), _about(one)) for one in parameters]
    commands = [(one.name or "", one.help or "") for one in within]
    _print_told("参数", [(name, about) for argument, name, about in named if argument])
    _print_told("选项", [(name, about) for argument, name, about in named if not argument])
    _print_told("命令", commands)


def _print_told(title: str, lines: Sequence[tuple[str, str]]) -> None:
    if not lines:
        return
    table = Table(box=None, show_header=False, padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, about in lines:
        table.add_row(Text(name), Text(about))
    console.print(f"\n{title}:")
    console.print(table)


def _is_argument(parameter: Parameter) -> bool:
    return bool(parameter.param_type_name == "argument")


def _called(parameter: Parameter) -> str:
    if not _is_argument(parameter):
        return ""
    name = _names(parameter) + ("…" if parameter.nargs == -1 else "")
    return name if parameter.required else f"[{name}]"


def _names(parameter: Parameter) -> str:
    if _is_argument(parameter):
        return str(parameter.name).upper()
    return " / ".join((*parameter.opts, *parameter.secondary_opts))


def _about(parameter: Parameter) -> str:
    rule, default = _rule(parameter).strip(), parameter.default
    notes = (
        "" if parameter.name == "help" or rule in ("文字", "文件") else rule,
        "必填" if parameter.required else "",
        "" if default in (None, "") or isinstance(default, bool) else f"默认 {default}",
    )
    told = ";".join(filter(None, notes))
    return (parameter.help or "") + (f"({told})" if told else "")
