"""Units, windows and staff as the registers have them."""

from bancheng.graphql.types.shown import shown_type
from bancheng.projections.office import MemberRow, UnitRow, WindowRow
from bancheng.projections.publications import RuleBookRow

Unit = shown_type(UnitRow, "Unit", "单位: 大厅的承办单位。")
Window = shown_type(WindowRow, "Window", "窗口: 大厅的窗口及其所属单位。")
Member = shown_type(MemberRow, "Member", "工作人员: 现在的岗位、单位与角色。")
RuleBookVersion = shown_type(RuleBookRow, "RuleBookVersion", "规则库版本: 发布过的一版规则。")
