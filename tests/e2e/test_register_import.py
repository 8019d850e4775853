"""`bancheng import units`, `windows` and `staff`: a hall is set up from tables."""

from pathlib import Path

from support.item_tables import write_xlsx
from support.program import bancheng

UNITS = "序号,编码,名称\n1,ZWZX,政务服务中心\n2,RSJ,人社局\n"
STAFF = (
    "工号,姓名,岗位,部门,角色\n"
    "zhao,赵敏,工单处理岗,政务服务中心,工单处理员\n"
    "wang,王芳,窗口岗,ZWZX,窗口人员、核查员\n"
)


def test_a_hall_is_set_up_from_tables_and_a_second_run_changes_nothing(database, tmp_path):
    units, staff = tmp_path / "units.csv", tmp_path / "staff.csv"
    units.write_text(UNITS, encoding="gb18030")
    staff.write_text(STAFF, encoding="utf-8")
    assert (
        "登记或更改 2,没有变化 0,有误 0" in bancheng(database, "import", "units", str(units)).stdout
    )
    assert (
        "登记或更改 2,没有变化 0,有误 0" in bancheng(database, "import", "staff", str(staff)).stdout
    )
    listed = bancheng(database, "user", "list").stdout
    for one in ("赵敏", "ZWZX", "窗口人员、核查员"):
        assert one in listed

    units.write_text(UNITS.replace("人社局", "人力资源和社会保障局"), encoding="utf-8")
    assert (
        "登记或更改 1,没有变化 1,有误 0" in bancheng(database, "import", "units", str(units)).stdout
    )
    assert "没有变化 2" in bancheng(database, "import", "staff", str(staff)).stdout
    assert "人力资源和社会保障局" in bancheng(database, "unit", "list").stdout


def test_a_bad_row_of_staff_is_listed_with_all_that_is_wrong(database, tmp_path: Path):
    bancheng(database, "unit", "add", "ZWZX", "政务服务中心")
    write_xlsx(
        tmp_path / "staff.xlsx",
        ("工号", "姓名", "岗位", "单位", "角色"),
        ("zhao", "赵敏", "处理岗", "ZWZX", "处理员"),
        ("赵 敏", "", "处理岗", "ZWZX", "工单处理员"),
        ("li", "李雷", "处理岗", "没有的局", "工单处理员"),
        ("he", "何平", "核查岗", "ZWZX", "核查员、单位承办人"),
        ("xi", "席明", "系统岗", "ZWZX", "系统自动"),
        ("qian", "钱进", "处理岗", "ZWZX", "工单处理员"),
        ("qian", "钱多", "处理岗", "ZWZX", "工单处理员"),
        ("sun", "", "处理岗", "没有的局", "处理员、监督、核查员"),
    )
    done = bancheng(database, "import", "staff", str(tmp_path / "staff.xlsx"), fails=True)
    assert "登记或更改 1,没有变化 0,有误 7" in done.stdout
    said = [
        (cells[0], cells[2], cells[5])
        for line in done.stdout.splitlines()
        if len(cells := [cell.strip() for cell in line.strip("│ ").split("│")]) == 6 and cells[0]
    ]
    assert said == [
        ("3", "角色", "ROLE_UNKNOWN"),
        ("4", "工号", "FIELD_INVALID"),
        ("4", "姓名", "FIELD_INVALID"),
        ("5", "单位", "UNIT_UNKNOWN"),
        ("6", "角色", "ROLES_INCOMPATIBLE"),
        ("7", "角色", "ROLE_NOT_FOR_STAFF"),
        ("9", "工号", "ROW_LISTED_TWICE"),
        ("10", "姓名", "FIELD_INVALID"),
        ("10", "角色", "ROLE_UNKNOWN"),
        ("10", "角色", "ROLE_UNKNOWN"),
        ("10", "单位", "UNIT_UNKNOWN"),
    ]


def test_the_windows_of_a_hall_come_from_a_table_with_their_units(database, tmp_path: Path):
    bancheng(database, "unit", "add", "ZWZX", "政务服务中心")
    windows = tmp_path / "windows.csv"
    windows.write_text(
        "编号,名称,单位\nA01,综合一,政务服务中心\nA02,综合二,ZWZX\nA03,综合三,没有的局\n",
        encoding="utf-8",
    )
    done = bancheng(database, "import", "windows", str(windows), fails=True)
    assert "登记或更改 2,没有变化 0,有误 1" in done.stdout
    assert "UNIT_UNKNOWN" in done.stdout
    listed = bancheng(database, "window", "list").stdout
    assert "综合一" in listed
    assert "综合二" in listed
    again = bancheng(database, "import", "windows", str(windows), fails=True)
    assert "登记或更改 0,没有变化 2,有误 1" in again.stdout


def test_an_old_table_brings_back_no_closed_unit_and_nobody_who_was_dismissed(database, tmp_path):
    units, staff = tmp_path / "units.csv", tmp_path / "staff.csv"
    units.write_text(UNITS, encoding="utf-8")
    staff.write_text(STAFF, encoding="utf-8")
    for register, file in (("units", units), ("staff", staff)):
        bancheng(database, "import", register, str(file))
    bancheng(database, "unit", "close", "RSJ")
    bancheng(database, "user", "dismiss", "zhao")
    for register, file, name in (("units", units, "RSJ"), ("staff", staff, "zhao")):
        again = bancheng(database, "import", register, str(file), fails=True)
        assert "没有变化 1,有误 1" in again.stdout
        assert f"「{name}」已停用" in again.stdout
        assert "REGISTERED_ENDED" in again.stdout
