"""What the townships of the simulated district offer. Data, no behaviour."""

from collections.abc import Mapping
from typing import Final

from bancheng.simulation.departments import Offer

TOWNSHIPS: Final[Mapping[str, str]] = {
    "CGZ": "城关镇人民政府",
    "HDZ": "河东镇人民政府",
    "SQZ": "石桥镇人民政府",
    "LLX": "柳林乡人民政府",
    "QSX": "青山乡人民政府",
}
TOWNSHIP_OFFER: Final = Offer(
    licences=(
        "乡村建设规划许可 农村宅基地审批 设施农业用地审核 临时救灾用地许可 林木采伐许可 "
        "小型餐饮登记"
    ),
    confirmations=(
        "流动人口登记 生育登记 农村土地承包合同 退役军人信息采集 就业困难人员认定 灵活就业认定 "
        "残疾人证 老年人优待证 集体资产产权 纠纷调解协议"
    ),
    payments=(
        "最低生活保障 特困人员供养 临时救助 高龄津贴 孤儿基本生活费 困难残疾人生活补贴 "
        "重度残疾人护理补贴 耕地地力保护补贴 农机购置补贴 计划生育奖励扶助 优抚对象补助 "
        "医疗救助 自然灾害救助 公益岗位补贴"
    ),
    services=(
        "社会保障卡 城乡居民养老保险 城乡居民医疗保险 就业失业登记 农村危房改造 法律援助 "
        "异地就医 公共租赁住房 义务教育入学 惠农政策 农技推广"
    ),
    filings="农家乐 村级财务",
)
