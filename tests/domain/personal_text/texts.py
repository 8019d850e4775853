"""Invented reports as people write them, each with what in it is about a person, and decoys.

Everything is drawn by a seed; nobody of them exists.
"""

from random import Random
from typing import NamedTuple

from bancheng.domain.identity_numbers import credit_check, resident_check
from bancheng.domain.personal_text.marks import Mark, MarkKind

SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡"
GIVEN = (
    "伟", "芳", "建国", "秀英", "敏", "静怡", "丽华", "强", "磊", "志军", "洋", "勇", "艳红", "杰",
    "雨欣", "明", "玉兰", "海燕", "国庆", "子涵",
)  # fmt: skip
CITIES = (
    "长沙市岳麓区",
    "湖南省株洲市天元区",
    "通辽市科尔沁区",
    "",
    "成都市高新区",
    "济南市历下区",
)
ROADS = ("人民路", "建设大道", "麓山南路", "明仁大街", "和平路", "解放西路")
YARDS = ("阳光小区", "锦绣花园", "金色家园", "翠湖名城", "东方公寓", "望江苑")
NUMERALS = "零一二三四五六七八九"
# `{kind}` stands for something about a person, `{x:...}` for what looks like it and is none.
TEMPLATES = (
    "我叫{name},电话{phone},去年在{x_window}办理过户,跑了{x_count}趟没办成。",
    "反映人:{name},身份证号:{id_number},联系电话 {phone}。办件编号{x_case}至今未办结。",
    "您好,我住在{address},楼下餐馆油烟扰民,请回电{phone}。",
    "本人{name},家住{address},{x_date}提交材料,窗口让补{x_law}要求的证明。",
    "请向{titled}先生了解情况,他的手机是{phone},微信号:{account}。",
    "{x_doc}规定{x_days}个工作日办结,公司统一社会信用代码{x_credit},缴费{x_amount}元未开票。",
    "车牌{plate}的车长期占道,车主{titled}女士说已向{x_unit}投诉,受理单号{x_case}。",
    "退款请打到卡号{bank_card},户名:{name},邮箱{mail}。",
    "{x_unit}王主任态度差,咨询热线12345转了{x_count}次,事项编码{x_item}。",
    "联系人:{name}({phone}),地址:{address}。缴费{x_amount}元,发票号码{x_number}。",
    "我母亲{name},{x_year}年生,社保卡办了{x_count}次;我的QQ{account}。",
    "依据{x_law}和{x_doc},应在{x_date}前答复,合同编号{x_number},金额{x_amount}元。",
)  # fmt: skip
_NAMED = {"titled": MarkKind.NAME}


class Report(NamedTuple):
    """An invented report and where in it somebody is told of."""

    text: str
    truth: tuple[Mark, ...]


def reports(count: int, seed: int = 7) -> list[Report]:
    """So many of them, the same ones for the same seed."""
    chance = Random(seed)
    return [_report(chance) for _ in range(count)]


def _report(chance: Random) -> Report:
    text, truth = "", []
    for part in "".join(chance.sample(TEMPLATES, 2)).split("{"):
        name, _, rest = part.partition("}") if "}" in part else ("", "", part)
        if name:
            value = DRAWN[name.removeprefix("x_")](chance)
            if not name.startswith("x_"):
                kind = _NAMED.get(name) or MarkKind(name)
                truth.append(Mark(len(text), len(text) + len(value), kind))
            text += value
        text += rest
    return Report(text, tuple(truth))


def _name(chance: Random) -> str:
    return chance.choice(SURNAMES) + chance.choice(GIVEN)


def _phone(chance: Random) -> str:
    digits = f"1{chance.choice('35789')}{chance.randrange(10**9):09d}"
    area, line = chance.choice(("0731", "010", "0531")), f"8{chance.randrange(10**7):07d}"
    return chance.choice((
        digits, *(mark.join((digits[:3], digits[3:7], digits[7:])) for mark in " -"),
        f"+86 {digits}", "".join(chr(ord(one) + 0xFEE0) for one in digits),
        "".join(NUMERALS[int(one)] for one in digits), f"{area}-{line}", f"({area}){line}",
        f"{area} {line}转{chance.randrange(100, 999)}", f"400-{line[1:4]}-{line[4:8]}",
    ))  # fmt: skip


def _id_number(chance: Random) -> str:
    first = f"430102{chance.randrange(1950, 2005)}{chance.randrange(1, 13):02d}"
    first += f"{chance.randrange(1, 29):02d}{chance.randrange(1000):03d}"
    new = first + resident_check(first)
    return chance.choice((new, f"{new[:6]} {new[6:14]} {new[14:]}", new.lower(),
                          first[:6] + first[8:17]))  # fmt: skip


def _address(chance: Random) -> str:
    number = chance.randrange
    return chance.choice(CITIES) + chance.choice((
        f"{chance.choice(ROADS)}{number(1, 900)}号",
        f"{chance.choice(YARDS)}{number(1, 30)}栋{number(1, 5)}单元{number(101, 999)}室",
        f"{chance.choice(ROADS)}{number(1, 900)}号望江苑{number(1, 30)}栋{number(101, 999)}",
        f"{chance.choice(YARDS)}三栋二单元五零一室",
    ))  # fmt: skip


def _plate(chance: Random) -> str:
    head = chance.choice(("湘A", "粤B", "京N", "蒙G"))
    return head + chance.choice((
        f"{chance.randrange(10**5):05d}", f"D{chance.randrange(10**5):05d}",
        f"·{chance.randrange(10**3):03d}KQ", f"{chance.randrange(10**5):05d}F",
    ))  # fmt: skip


def _bank_card(chance: Random) -> str:
    digits = f"6222{chance.randrange(10**15):015d}"
    spaced = " ".join(digits[at : at + 4] for at in range(0, 19, 4))
    return chance.choice((digits, spaced))


def _credit(chance: Random) -> str:
    first = f"91430100MA4L{chance.randrange(10**5):05d}"
    return first + credit_check(first)


DRAWN = {
    "name": _name,
    "titled": lambda chance: chance.choice((chance.choice(SURNAMES), _name(chance))),
    "phone": _phone,
    "id_number": _id_number,
    "address": _address,
    "plate": _plate,
    "bank_card": _bank_card,
    "account": lambda chance: chance.choice((f"zhang_{chance.randrange(10**4)}",
                                             f"{chance.randrange(10**8, 10**9)}")),
    "mail": lambda chance: f"user{chance.randrange(10**4)}@example.com",
    "case": lambda chance: chance.choice((f"BCSKEQ{chance.randrange(10**10):010d}",
                                          f"FJPT{chance.randrange(10**11):011d}-01")),
    "doc": lambda chance: f"长政发〔2024〕{chance.randrange(1, 99)}号",
    "law": lambda chance: f"《行政许可法》第{chance.choice(('三十二', '四十二'))}条",
    "date": lambda chance: chance.choice(("2024年3月5日", "2024-03-05", "20240305", "3月5日14:30")),
    "days": lambda chance: str(chance.randrange(1, 45)),
    "year": lambda chance: str(chance.randrange(1940, 1980)),
    "count": lambda chance: str(chance.randrange(2, 9)),
    "amount": lambda chance: chance.choice(("13800", "1380013.80", "4200000", "15万")),
    "number": lambda chance: f"{chance.randrange(10**11):012d}",
    "item": lambda chance: f"11430100MB0001000{chance.randrange(10)}4430112001000",
    "credit": _credit,
    "unit": lambda chance: chance.choice(("区市场监管局", "不动产登记中心", "住建局")),
    "window": lambda chance: f"{chance.randrange(1, 40)}号窗口",
}  # fmt: skip
