"""A mapping that is wrong says in Chinese what is wrong with it, and where."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bancheng.domain.errors import InvalidInput
from bancheng.domain.steps import Step
from bancheng.importing.logs.mapping import ROWS_MAX, read_mapping

EXAMPLES = Path(__file__).parents[2] / "docs" / "mappings"
SOURCE, NUMBER = 'source_system = "old"', 'external_id = "编号"'
FORMATS = f"{SOURCE}\ntime_formats ="
SMALL = f"""
{SOURCE}
[case]
{NUMBER}
[step]
activity = "环节"
occurred_at = "时间"
"""


def test_a_small_mapping_has_defaults():
    mapping = read_mapping(SMALL)
    assert mapping.columns == {
        "case.external_id": "编号", "step.activity": "环节", "step.occurred_at": "时间",
    }  # fmt: skip
    assert mapping.rows_max == ROWS_MAX
    assert mapping.tzinfo(ZoneInfo("Asia/Shanghai")) == ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.name)
def test_the_mappings_in_the_documents_can_be_read(path):
    mapping = read_mapping(path.read_text(encoding="utf-8"))
    assert mapping.indispensable <= set(mapping.columns.values())
    assert set(mapping.steps.values()) <= set(Step)


@pytest.mark.parametrize(
    ("old", "new", "code", "field", "said"),
    [
        ("[case]", "[case", "MAPPING_MALFORMED", None, "TOML"),
        (NUMBER, f"{NUMBER}\n{NUMBER}", "MAPPING_MALFORMED", None, "TOML"),
        (SOURCE, "", "FIELD_INVALID", "source_system", "来源系统:不能缺少"),
        (NUMBER, "", "FIELD_INVALID", "case.external_id", "办件编号列:不能缺少"),
        (NUMBER, 'external_id = ""', "FIELD_INVALID", "case.external_id", "长度不得少于 1"),
        (NUMBER, f'{NUMBER}\nnumber = "x"', "FIELD_INVALID", "case.number", "不是可填"),
        ('时间"', '环节"', "COLUMN_MAPPED_TWICE", "step.occurred_at", "「环节」"),
        (SOURCE, f'{SOURCE}\nzone = "Mars/Base"', "ZONE_UNKNOWN", "zone", "Mars/Base"),
        (SOURCE, f'{SOURCE}\nzone = "../etc"', "ZONE_UNKNOWN", "zone", "../etc"),
        (SOURCE, f'{FORMATS} ["%H:%M"]', "TIME_FORMAT_INVALID", "time_formats", "%H:%M"),
        (SOURCE, f'{FORMATS} ["%Y%!"]', "TIME_FORMAT_INVALID", "time_formats", "%!"),
        (SOURCE, f"{SOURCE}\nrows_max = 0", "FIELD_INVALID", "rows_max", "行数上限"),
        ('时间"', '时间"\n[steps]\n"收件" = "x"', "FIELD_INVALID", "steps[...]", "没有 'x'"),
    ],
)
def test_what_is_wrong_is_named(old, new, code, field, said):
    text = SMALL.replace(old, new)
    assert text != SMALL
    with pytest.raises(InvalidInput) as refusal:
        read_mapping(text)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert said in refusal.value.message
    assert refusal.value.remedy
