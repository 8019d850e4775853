"""Who offers what in the simulated district: the departments. Data, no behaviour."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from bancheng.domain.item_types import PowerType
from bancheng.simulation.hall import HALL_UNIT, UNITS


class Offer(NamedTuple):
    """服务清单: what one unit decides, confirms, pays or does, as titles of main items."""

    licences: str = ""
    confirmations: str = ""
    payments: str = ""
    services: str = ""
    filings: str = ""

    def titles(self) -> list[tuple[PowerType, str]]:
        """Each title with the family of power it belongs to."""
        return [
            (power, title)
            for power, titles in zip(_POWERS, self, strict=True)
            for title in titles.split()
        ]


_POWERS: Final = (
    PowerType.LICENCE, PowerType.CONFIRMATION, PowerType.PAYMENT, PowerType.PUBLIC_SERVICE,
    PowerType.OTHER_POWER,
)  # fmt: skip

DEPARTMENTS: Final[Mapping[str, str]] = {
    code: name for code, name in UNITS.items() if code != HALL_UNIT
} | {
    "GAJ": "公安局",
    "SFJ": "司法局",
    "CZJ": "财政局",
    "FGW": "发展和改革委员会",
    "GXJ": "工业和信息化局",
    "SWJ": "商务局",
    "WLJ": "文化和旅游局",
    "YJJ": "应急管理局",
    "STHJ": "生态环境局",
    "SLJ": "水利局",
    "NYJ": "农业农村局",
    "LCJ": "林业和草原局",
    "CGJ": "城市管理局",
    "YBJ": "医疗保障局",
    "TYJ": "退役军人事务局",
    "CLJ": "残疾人联合会",
    "GJJ": "住房公积金管理中心",
    "SWSJ": "税务局",
    "XFJY": "消防救援大队",
    "QXJ": "气象局",
    "DAG": "档案馆",
}

OFFERS: Final[Mapping[str, Offer]] = {
    "SCJG": Offer(
        licences=(
            "食品经营许可 食品生产许可 特种设备使用登记 药品零售许可 医疗器械经营许可 计量器具核准"
        ),
        confirmations="企业开办登记 个体工商户登记 农民专业合作社登记",
        services="企业档案",
    ),
    "ZJJ": Offer(
        licences="建筑工程施工许可 商品房预售许可 建筑业企业资质 燃气经营许可 房地产开发企业资质",
        confirmations="房屋交易网签 建设工程竣工验收",
        payments="公租房保障",
        services="住房信息",
        filings="物业服务合同",
    ),
    "RSJ": Offer(
        licences="劳务派遣经营许可 人力资源服务许可 民办职业培训学校许可",
        confirmations="工伤认定 职称评审",
        payments="失业保险金 就业补贴 养老保险待遇",
        services="社会保障卡 劳动用工",
    ),
    "ZRZY": Offer(
        licences="建设用地规划许可 建设工程规划许可 采矿权许可 乡村建设规划许可 临时用地许可",
        confirmations="不动产转移登记 不动产抵押登记 不动产首次登记",
        services="不动产登记信息 测绘成果",
    ),
    "WJW": Offer(
        licences=(
            "医疗机构执业许可 公共场所卫生许可 母婴保健技术服务许可 医师执业注册 护士执业注册 "
            "放射诊疗许可"
        ),
        confirmations="出生医学证明",
        payments="计划生育家庭奖励扶助",
        services="预防接种",
        filings="诊所",
    ),
    "JYJ": Offer(
        licences="民办学校办学许可 校外培训机构许可 教师资格认定 校车使用许可",
        confirmations="学籍登记",
        payments="家庭经济困难学生资助",
        services="义务教育入学 义务教育转学 中考报名 学历信息",
    ),
    "MZJ": Offer(
        licences="社会团体成立登记 民办非企业单位登记 公墓建设许可",
        confirmations="婚姻登记 收养登记",
        payments="高龄津贴 最低生活保障 临时救助 特困人员供养",
        services="养老机构",
    ),
    "JTJ": Offer(
        licences=(
            "道路货物运输经营许可 道路旅客运输经营许可 道路运输从业资格 公路超限运输许可 "
            "涉路施工许可 出租汽车经营许可 港口经营许可"
        ),
        confirmations="船舶登记",
        services="营运车辆信息",
        filings="机动车维修经营",
    ),
    "GAJ": Offer(
        licences="旅馆业特种行业许可 保安服务公司许可 民用爆炸物品购买许可 大型活动安全许可",
        confirmations="户口登记 居民身份证 机动车登记 机动车驾驶证",
        services="无犯罪记录 居住登记",
    ),
    "SFJ": Offer(
        licences="律师执业许可 基层法律服务工作者执业 司法鉴定机构登记",
        confirmations="公证事项",
        payments="法律援助",
        services="法律咨询 人民调解 行政复议",
        filings="律师事务所分所 公证员",
    ),
    "CZJ": Offer(
        licences="会计代理记账许可 非税收入票据领用",
        confirmations="非营利组织免税资格",
        payments="财政补贴",
        services="会计人员信息 政府采购信息 会计资格",
        filings="代理记账机构 资产评估机构 政府采购合同",
    ),
    "FGW": Offer(
        licences="固定资产投资项目节能审查 政府投资项目审批 企业投资项目核准 粮食收购资格",
        confirmations="价格认定",
        payments="企业发展专项资金",
        services="价格信息 重大项目",
        filings="企业投资项目 招标方案",
    ),
    "GXJ": Offer(
        licences="民用爆炸物品销售许可 无线电台设置许可 工业节能审查",
        confirmations="企业技术中心认定 高新产品认定",
        payments="技术改造补助",
        services="中小企业 工业经济信息",
        filings="技术改造项目 软件产品",
    ),
    "SWJ": Offer(
        licences="成品油零售经营许可 拍卖业务许可 对外劳务合作经营",
        confirmations="对外贸易经营者登记",
        payments="商贸流通扶持资金",
        services="家电以旧换新 会展信息",
        filings="单用途预付卡 二手车交易 直销网点",
    ),
    "WLJ": Offer(
        licences=(
            "娱乐场所经营许可 互联网上网服务许可 营业性演出许可 旅行社设立许可 出版物零售许可 "
            "电影放映许可"
        ),
        confirmations="非物质文化遗产传承人",
        payments="文化惠民补贴",
        services="文化场馆",
        filings="艺术品经营单位",
    ),
    "YJJ": Offer(
        licences="危险化学品经营许可 烟花爆竹零售许可 非煤矿矿山安全许可 危险化学品建设项目审查",
        confirmations="特种作业人员资格 安全生产标准化",
        payments="受灾人员救助",
        services="应急预案",
        filings="重大危险源 生产安全预案",
    ),
    "STHJ": Offer(
        licences="建设项目环境影响评价 排污许可 危险废物经营许可 辐射安全许可 入河排污口设置",
        confirmations="环保验收",
        services="环境信息 机动车排放检验",
        filings="环境影响登记表 突发环境事件预案",
    ),
    "SLJ": Offer(
        licences="取水许可 河道管理范围内工程许可 水土保持方案审批 水利工程开工许可 河道采砂许可",
        confirmations="水利工程验收",
        payments="移民后期扶持",
        services="用水计划 水文资料",
        filings="水利工程质量监督",
    ),
    "NYJ": Offer(
        licences="种子生产经营许可 农药经营许可 兽药经营许可 动物防疫条件合格证 生鲜乳收购许可",
        confirmations="农村土地承包经营权 拖拉机登记",
        payments="农机购置补贴 耕地地力保护补贴",
        services="动物检疫",
    ),
    "LCJ": Offer(
        licences=(
            "林木采伐许可 林草种子生产经营许可 占用林地审核 野生动物人工繁育许可 草原征占用审核"
        ),
        confirmations="林权登记",
        payments="退耕还林补助 公益林补偿",
        services="植物检疫 林业技术",
    ),
    "CGJ": Offer(
        licences=(
            "户外广告设置许可 城市道路挖掘许可 建筑垃圾处置核准 城市绿地占用许可 排水许可 "
            "临时占道许可 燃气设施改动许可"
        ),
        services="城市管理热线 停车泊位",
        filings="店招牌匾",
    ),
    "YBJ": Offer(
        confirmations="医保定点机构 门诊慢特病认定",
        payments="生育津贴 医疗费用报销 医疗救助",
        services="医保参保登记 医保关系转移 异地就医 医保信息",
        filings="药品集中采购",
    ),
    "TYJ": Offer(
        confirmations="退役军人身份 残疾军人等级 烈属身份",
        payments="退役军人优待金 烈属抚恤金 自主就业补助 伤残抚恤金",
        services="退役军人就业 优待证 军休服务",
    ),
    "CLJ": Offer(
        confirmations="残疾等级评定 残疾人证",
        payments="困难残疾人生活补贴 重度残疾人护理补贴 残疾儿童康复救助 辅助器具补贴",
        services="残疾人就业 无障碍改造 残疾人培训 托养服务",
    ),
    "GJJ": Offer(
        confirmations="公积金缴存登记",
        payments="购房提取 租房提取 离退休提取 还贷提取",
        services="公积金贷款 公积金账户 异地转移接续 贷款结清 缴存证明",
    ),
    "SWSJ": Offer(
        licences="增值税专用发票最高限额 延期缴纳税款",
        confirmations="纳税人资格登记 税收居民身份",
        services="发票领用 纳税申报 完税证明 涉税信息",
        filings="税收优惠 财务会计制度",
    ),
    "XFJY": Offer(
        licences="公众聚集场所消防检查 消防设计审查 消防技术服务机构资质",
        confirmations="消防验收 火灾事故认定",
        services="消防培训 消防宣传 消防控制室人员",
        filings="建设工程消防验收 微型消防站",
    ),
    "QXJ": Offer(
        licences="防雷装置设计审核 防雷装置竣工验收 升放气球许可 气象台站迁建审批",
        confirmations="气象灾害证明",
        services="气象资料 气象预报 防雷检测",
        filings="气象信息服务单位 气象探测",
    ),
    "DAG": Offer(
        licences="档案移交审批 档案出境审批",
        confirmations="档案鉴定",
        services="婚姻档案 知青档案 林权档案 学籍档案",
        filings="重点项目档案 机关档案 档案中介机构",
    ),
}
