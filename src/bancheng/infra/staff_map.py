"""人员对应表: which claim of a provider tells what of a person, and what its words mean here.

[claims]                       # of the ID token or of the user info; in CAS, attributes
name = "name"
post = "position"
unit = "department"
roles = "groups"               # a text or a list of texts; "a.b" is b within a

[units]                        # what the provider writes -> the code in the register of units
"市人社局" = "RS"               # without a line, what it writes is taken for the code itself

[roles]                        # what the provider writes -> roles of the hall
"zwfw-blr" = ["handler"]       # what has no line gives no role
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from bancheng.app.inputs import to_command
from bancheng.domain.errors import InvalidInput, NotAllowed
from bancheng.domain.office.staff import RegisterStaff
from bancheng.domain.people import Role
from bancheng.domain.time_limits.toml_reading import Problems, TextError, load_toml, read_table
from bancheng.infra.outer_sign_in import Told, claim

BYTES_MAX: Final = 1_000_000
_Claim = Annotated[str, Meta(min_length=1, max_length=100)]


class StaffMapError(TextError):
    """人员对应表有误: what is wrong with one."""

    title = "人员对应表有误"


class _Claims(msgspec.Struct, frozen=True, kw_only=True):
    name: _Claim
    post: _Claim
    unit: _Claim
    roles: _Claim


class StaffMap(msgspec.Struct, frozen=True, kw_only=True):
    """人员对应表: of one hall."""

    claims: _Claims
    units: Mapping[str, str]
    roles: Mapping[str, tuple[Role, ...]]

    @property
    def asked(self) -> tuple[str, ...]:
        """The claims that it takes."""
        return (self.claims.name, self.claims.post, self.claims.unit, self.claims.roles)

    def registration(self, told: Told) -> RegisterStaff:
        """How whom the provider tells of stands in the register.

        ``NotAllowed``: ``STAFF_CLAIM_NOT_TOLD``, ``STAFF_CLAIM_UNFIT`` or ``STAFF_WITHOUT_ROLE``.
        """
        unit = _text(told, self.claims.unit, "单位")
        fields = {
            "staff_id": told.staff_id,
            "name": _text(told, self.claims.name, "姓名"),
            "post": _text(told, self.claims.post, "岗位"),
            "unit": self.units.get(unit, unit),
            "roles": self._roles_of(claim(told.says, self.claims.roles)),
        }
        try:
            return to_command(RegisterStaff, fields)
        except InvalidInput as error:
            raise unfit(error) from error

    def _roles_of(self, said: Any) -> tuple[Role, ...]:
        words = [said] if isinstance(said, str) else said
        if not isinstance(words, list):
            words = []
        known = (self.roles.get(word, ()) for word in words if isinstance(word, str))
        # In one order, or another order of the provider's would be other roles.
        found = tuple(sorted({role for roles in known for role in roles}))
        if not found:
            raise NotAllowed(
                "STAFF_WITHOUT_ROLE",
                f"登录平台告知的身份({self.claims.roles})在本厅没有对应的角色",
                remedy="请系统管理员核对平台的授权与本厅的人员对应表",
            )
        return found


def _text(told: Told, name: str, term: str) -> str:
    found = claim(told.says, name)
    if not isinstance(found, str) or not found:
        raise NotAllowed(
            "STAFF_CLAIM_NOT_TOLD",
            f"登录平台没有告知{term}({name})",
            remedy="请系统管理员核对平台给出的属性与本厅的人员对应表",
        )
    return found


def unfit(error: InvalidInput) -> NotAllowed:
    """What the provider tells can not stand in the register."""
    told = ";".join(one.message for one in error.each())
    return NotAllowed(
        "STAFF_CLAIM_UNFIT",
        f"登录平台告知的人员信息不能登记: {told}",
        remedy="请系统管理员核对平台的人员信息与本厅的人员对应表",
    )


def parse_staff_map(text: str) -> StaffMap:
    """The map that ``text`` is; `StaffMapError` with all that is wrong with it."""
    table = load_toml(text, StaffMapError)
    problems = Problems(StaffMapError)
    for name in sorted(table.keys() - {"claims", "units", "roles"}):
        problems.add(name, "未知的项", "请删去, 可用的项有: claims、units、roles")
    claims = read_table(_Claims, table.get("claims", {}), "claims", problems)
    units = dict(_lines(table, "units", problems))
    roles = dict(_lines(table, "roles", problems))
    for word, one in units.items():
        if not isinstance(one, str) or not one:
            problems.add(f"units.{word}", f"值 {one!r} 不合要求", "应为单位编码")
    for word, names in roles.items():
        if not isinstance(names, list) or not names or any(one not in _ROLES for one in names):
            problems.add(f"roles.{word}", f"值 {names!r} 不合要求", _ROLES_RULE)
    if not roles:
        problems.add("roles", "没有任何角色的对应", "请至少写一行")
    problems.raise_if_any()
    assert claims is not None, "what is not read is a problem"
    given = {word: tuple(_ROLES[name] for name in names) for word, names in roles.items()}
    return StaffMap(claims=claims, units=units, roles=given)


_ROLES: Final = {role.value: role for role in Role if role is not Role.SYSTEM}
_ROLES_RULE: Final = f"应为角色的列表, 可用的有: {'、'.join(_ROLES)}"


def _lines(table: Mapping[str, Any], name: str, problems: Problems) -> Iterable[tuple[str, Any]]:
    lines = table.get(name, {})
    if isinstance(lines, Mapping):
        return lines.items()
    problems.add(name, "应为表(键 = 值)", "请改写为 [表]")
    return ()
