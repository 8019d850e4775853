"""What joins items of several units of the simulated district. Data, no behaviour."""

from typing import Final, NamedTuple


class Theme(NamedTuple):
    """一件事: several items as one.

    Each of ``parts`` is a unit and the name of its item, as the catalogue makes it of a title and
    a deed; a pair that it does not make is a ``KeyError`` when the catalogue is read.
    """

    name: str
    parts: tuple[tuple[str, str], ...]


THEMES: Final = (
    Theme("开办餐饮店一件事", (
        ("SCJG", "个体工商户登记办理"), ("SCJG", "食品经营许可首次申请"),
        ("CGJ", "户外广告设置许可首次申请"), ("XFJY", "公众聚集场所消防检查首次申请"),
    )),
    Theme("新生儿出生一件事", (
        ("WJW", "出生医学证明办理"), ("GAJ", "户口登记办理"), ("RSJ", "社会保障卡申请"),
        ("YBJ", "医保参保登记申请"),
    )),
    Theme("二手房过户一件事", (
        ("ZJJ", "房屋交易网签办理"), ("ZRZY", "不动产转移登记办理"), ("SWSJ", "纳税申报申请"),
    )),
    Theme("退役军人返乡一件事", (
        ("TYJ", "退役军人身份办理"), ("GAJ", "户口登记办理"), ("RSJ", "就业补贴申领"),
        ("YBJ", "医保关系转移申请"),
    )),
    Theme("残疾人服务一件事", (
        ("CLJ", "残疾人证办理"), ("CLJ", "困难残疾人生活补贴申领"), ("MZJ", "最低生活保障申领"),
        ("YBJ", "医疗救助申领"),
    )),
)  # fmt: skip
