"""Units and staff as the registers have them."""

from bancheng.graphql.types.shown import Words, shown_type
from bancheng.projections.registers import StaffRow, UnitRow

Unit = shown_type(
    UnitRow,
    Words(
        name="Unit",
        description="单位: 大厅的承办单位。",
        fields={"code": "单位编码", "name": "单位名称", "closed": "是否已停用"},
    ),
)
Member = shown_type(
    StaffRow,
    Words(
        name="Member",
        description="工作人员: 现在的岗位、单位与角色。",
        fields={
            "staff_id": "工号",
            "name": "姓名",
            "post": "岗位",
            "unit": "所在单位编码",
            "roles": "角色",
            "active": "是否在用",
        },
    ),
)
