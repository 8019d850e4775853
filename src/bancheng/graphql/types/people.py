"""Who asks, as they see themselves."""

import strawberry

from bancheng.domain.people import Actor, Role
from bancheng.graphql.enums import enum_of
from bancheng.projections.sight import labels


@strawberry.type(description="当前用户: 持有令牌的工作人员。")
class Me:
    """The member of staff who asks."""

    staff_id: str = strawberry.field(description="工号。")
    name: str = strawberry.field(description="姓名。")
    post: str = strawberry.field(description="岗位。")
    unit: str = strawberry.field(description="单位编码。")
    roles: list[enum_of(Role)] = strawberry.field(description="角色。")  # type: ignore[valid-type]
    roles_label: str = strawberry.field(description="角色的名称。")


def me_of(actor: Actor) -> Me:
    """How ``actor`` sees themselves."""
    return Me(
        staff_id=actor.id,
        name=actor.name,
        post=actor.post,
        unit=actor.unit,
        roles=[enum_of(Role)(role.value) for role in actor.roles],
        roles_label=labels(frozenset(actor.roles)),
    )
