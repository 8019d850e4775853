"""What graphql-core finds wrong with a query or its variables, in Chinese.

Its own messages are English and repeat what was sent, and what was sent may be a name or a
telephone number. So none of their words is passed on but names of the schema and of the document.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from graphql import GraphQLError

from bancheng.domain.people import mask_text

_OTHERWISE: Final = "不合本接口的文档"
_N = r"'?([^'\"]*)'?"  # a name; what stands behind it is mostly a value
_FORMS: Final = {
    "Int": "整数(-2147483648 至 2147483647)",
    "Float": "数字",
    "String": "文字",
    "Boolean": "true 或 false",
    "ID": "标识(文字)",
    "Date": "日期,如 2026-03-02",
    "DateTime": "时间,须注明时区,如 2026-03-02T09:00:00+08:00",
}
_TOKENS: Final = {
    "Name": "名称", "String": "文字", "BlockString": "文字", "Int": "整数", "Float": "小数",
    "<EOF>": "结尾", "<SOF>": "开头", "Comment": "注释",
}  # fmt: skip
# What each message begins with, and what is said instead. In its words {0}, {1} are the names that
# it tells of; {form} is how a value of the type {0} is written.
_SAID: Final = tuple(
    (re.compile(begins), said)
    for begins, said in (
        (rf"Expected a value of non-null type {_N} to be provided", "缺少必填的值"),
        (rf"Expected value of non-null type {_N} not to be None", "必填,不能为空"),
        (rf"Expected value of type {_N} to be an object", "应为 {0} 的各项,写在花括号内"),
        (rf"Expected value of type {_N} to include required field {_N}", "缺少必填项 {1}"),
        (rf"Expected value of type {_N} not to include unknown field {_N}", "{0} 没有 {1} 这一项"),
        (r"Value .*does not exist in '(\w+)' enum", "{0} 没有这一选项"),
        (rf"Enum {_N} cannot represent", "应为 {0} 的选项之一"),
        (rf"Expected value of type {_N}", "应为{form}"),
        (r"(?:Value|Expected) ?cannot represent a (\w+)", "应为{form}"),
        (r"(\w+) cannot represent", "应为{form}"),
        (rf"Cannot query field {_N} on type {_N}", "{1} 没有字段 {0}"),
        (rf"Unknown argument {_N} on (?:field|directive|fragment) {_N}", "{1} 没有参数 {0}"),
        (rf"Argument {_N} of type {_N} is required", "参数 {0} 必填"),
        (rf"Directive {_N} argument {_N} of type {_N} is required", "指令 {0} 的参数 {1} 必填"),
        (rf"Unknown directive {_N}", "没有指令 {0}"),
        (rf"Directive {_N} may not be used on", "指令 {0} 不能用在此处"),
        (rf"The directive {_N} can only be used once", "指令 {0} 在此处只能用一次"),
        (rf"Unknown fragment {_N}", "没有片段 {0}"),
        (rf"Unknown type {_N}", "没有类型 {0}"),
        (rf"Field {_N} must not have a selection", "字段 {0} 没有下级字段,不能带花括号"),
        (rf"Field {_N} of type {_N} must have", "字段 {0} 须在花括号内选取下级字段"),
        (rf"Fields {_N} conflict because", "两处字段 {0} 不同,须各取别名"),
        (rf"Spreads {_N} conflict because", "两处片段 {0} 的参数不同"),
        (rf"Variable {_N} is not defined", "变量 {0} 没有声明"),
        (rf"Variable {_N} is never used", "变量 {0} 声明而未用"),
        (rf"Variable {_N} of type {_N} used in position expecting type {_N}",
         "变量 {0} 声明为 {1},所用之处须为 {2}"),
        (rf"Variable {_N} cannot be non-input type {_N}", "变量 {0} 不能是类型 {1}"),
        (r"There can be only one (?:\w+ )+named '([^']*)'", "{0} 重名"),
        (rf"Fragment {_N} is never used", "片段 {0} 没有用到"),
        (r"Fragment (?:'(\w+)' )?cannot be spread here", "此处的对象不会是该片段的类型"),
        (r"Fragment (?:'(\w+)' )?cannot condition", "片段不能以此类型为条件"),
        (rf"Cannot spread fragment {_N} within itself", "片段 {0} 引用了自身"),
        (r"This anonymous operation must be the only", "有多个操作时每个都要有名称"),
        (r"The .* is not executable", "只能发送查询、办理与订阅,不能发送定义"),
        (r"The (\w+) operation is not supported", "不支持 {0} 操作"),
        (r".*must not select an introspection", "订阅不能选取接口说明"),
        (r".*must not use `@skip`", "订阅的第一层不能用 @skip 或 @include"),
        (r".*must select (?:only )?one top level field", "每次订阅只能选取一项"),
        (r"Maximum introspection depth", "接口说明嵌套过深"),
        (r"Too many", "问题过多,其余未列出"),
        (r"(?:Variable v|V)alues? .*nested too deeply", "变量嵌套过深"),
        (r"Syntax Error: Expected (.+), found (.+)\.$", "此处应为 {token},却是 {token1}"),
        (r"Syntax Error: Unexpected single quote", "文字要用双引号"),
        (r"Syntax Error: Unexpected variable", "此处不能用变量"),
        (r"Syntax Error: Unexpected description", "此处不能写说明"),
        (r"Syntax Error: Unexpected character|Syntax Error: Invalid character:", "有不认识的字符"),
        (r"Syntax Error: Unterminated", "文字没有结束的引号"),
        (r"Syntax Error: Invalid number", "数字写法有误"),
        (r"Syntax Error: Invalid (?:character|Unicode) escape", "文字中的转义写法有误"),
        (r"Syntax Error: Invalid character within", "文字中不能换行或含控制字符"),
        (r"Syntax Error: Unexpected (.+)\.$", "此处不应有 {token}"),
        (r"Syntax Error", "语法有误"),
    )
)  # fmt: skip
_OF_VARIABLE: Final = re.compile(
    r"Variable '\$(\w+)' has invalid (?:default )?value(?: at \.?([^:]*))?: (.*)", re.DOTALL
)


class Said(NamedTuple):
    """What is told of an error, and the variable or the part of it that is at fault."""

    message: str
    field: str | None


def said_of(error: GraphQLError) -> Said:
    """``error`` of graphql-core as people are told of it."""
    where = ",".join(f"第 {at.line} 行第 {at.column} 列" for at in error.locations or ())
    named = _OF_VARIABLE.match(error.message)
    if named is None:
        return Said(f"查询有误{f'({where})' if where else ''}: {_in_chinese(error.message)}", None)
    path = f"{named[1]}.{named[2]}" if named[2] else named[1]
    return Said(f"变量 {path} 有误: {_in_chinese(named[3])}", path)


def _in_chinese(message: str) -> str:
    for pattern, said in _SAID:
        if found := pattern.match(message):
            return said.format(*_names(found), **_spelt(found))
    return _OTHERWISE


def _names(found: re.Match[str]) -> Iterator[str]:
    # A name may hold a number that is somebody's, too; and a key of a variable any text.
    for name in found.groups(""):
        is_name = re.fullmatch(r"[@$]?[\w.!\[\]():]{1,80}", name, re.ASCII)
        yield mask_text(name) if is_name else "所填的"


def _spelt(found: re.Match[str]) -> dict[str, str]:
    groups = found.groups("")
    first, second = (*groups, "", "")[:2]
    kind = first.strip("![]")
    return {
        "form": _FORMS.get(kind, f" {kind} 的值" if kind.isascii() else "另一种值"),
        "token": _token(first),
        "token1": _token(second),
    }


def _token(described: str) -> str:
    """The kind of a token alone, or the sign that it is: its text may be somebody's name."""
    kind = described.partition(" ")[0]
    return _TOKENS.get(kind, kind if re.fullmatch(r"'[^\w\s]+'|'\w{1,12}'", kind) else "别的内容")
