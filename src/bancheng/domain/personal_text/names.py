"""姓名: names of people, where what stands beside them says that they are one.

A name without such a neighbour is not found: every other sign of Chinese can be part of one. What
the office calls its own by their posts (王主任) stays: the unit has to know of whom is spoken.
"""

import re
from collections.abc import Iterator
from typing import Final

_SINGLE: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
    "姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤"
    "康易乔赖文樊兰殷施洪翟安颜倪牛温芦季俞章鲁葛伍申尤毕聂柴焦柳邢岳齐梅庄辛管祝左涂谷时舒耿牟卜路詹关苗"
    "凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍霍翁隋甘景薄单包司柏宁柯阮桂闵解强柴车冉房边尚詹祁娄晏"
)
_DOUBLE: Final = "欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|端木|夏侯|长孙|宇文|闻人"
# Surnames that are words as well: before another surname they are the word (向李女士了解).
_WORDS: Final = "向于和同从时关成单解强包"
_SURNAME: Final = rf"(?:{_DOUBLE}|[{_SINGLE}])"
_GIVEN: Final = r"[一-鿿]{1,2}?"
_NOT_GIVEN: Final = (
    "的了是在有某和与及或等来去说到向对把被让给因于就都也还要能会可不没先女士同小老大"
)
_PARTED: Final = r"(?=$|[^一-鿿]|男|女|住|系|电话|手机|身份证|同志|联系|家住|现住)"
# What only a stranger is called, and what a neighbour is: before that a surname stands alone.
_TITLE: Final = re.compile(r"先生|女士|小姐|太太")
_WHOLE: Final = re.compile(rf"{_SURNAME}(?:[一-鿿]{{1,2}})?")
_LONGEST: Final = 4
_NEIGHBOUR: Final = re.compile(
    rf"(?:(?<![一-鿿])|(?<=[找向是叫和与跟由请的]))(?P<name>{_SURNAME})"
    r"(?=师傅|大爷|大妈|大叔|大姐|大哥|奶奶|爷爷|阿姨|叔叔|同学|老人)"
)
_PEOPLE: Final = (
    r"(?:反映人|投诉人|举报人|诉求人|来电人|来访人|信访人|申请人|联系人|当事人|受害人|被害人|收件人|收款人"
    r"|持有人|购买人|委托人|监护人|代理人|代办人|证人|死者|患者|法人|法定代表人|法人代表|负责人|房东|租客)"
)
_KIN: Final = (
    r"(?:业主|户主|学生|家长|村民|居民|妻子|丈夫|老公|老婆|儿子|女儿|父亲|母亲|爸爸|妈妈|哥哥|弟弟|姐姐|妹妹"
    r"|老板|邻居)"
)
_IS: Final = r"(?:姓名)?(?:是|为|叫|[::])? ?[(「“\"]?"
_INTRODUCED: Final = (
    re.compile(
        rf"(?:我叫|名叫|叫做|叫作|本人叫|本人姓名|姓名|户名){_IS}(?P<name>{_SURNAME} ?{_GIVEN})"
        r"(?=$|[^一-鿿]|男|女|住|系|电话|手机|身份证|同志|联系|是|于|在|的|和|与|因|今年|家住|现住)"
    ),
    re.compile(rf"{_PEOPLE}{_IS}(?P<name>{_SURNAME}{_GIVEN}){_PARTED}"),
    re.compile(rf"(?:{_KIN}(?:是|叫|[::]| )*|本人)(?P<name>{_SURNAME}{_GIVEN}){_PARTED}"),
    re.compile(r"(?:我叫|姓名|名叫)(?:是|为|[::])? ?(?P<name>[A-Z][a-z]+(?: [A-Z][a-z]+){1,2})"),
)
# Words that begin like a name, where one would stand.
_COMMON: Final = re.compile(
    r"高中|高速|高层|高质|高校|常年|常住|常常|方便|方面|方式|安全|安置|安装"
    r"|安排|金额|白天|任何|何时|何地|余额|成年|成立|成绩|路上|路过|程序|房子"
    r"|房屋|房产|房款|车主|车子|车位|车辆|车费|车对|包括|单位|单独|关于|文化"
    r"|文件|时间|时候|管理|管部|项目|康复|毕业|万元|石材|史上|任职|于是|于今"
    r"|于上|于去|强烈|解决|解释|游客|游行|向上|向您|易地|庄严|计划|许多|申请"
    r"|申诉|查询|严重|马上|曾经|应该|边上|全家|同意|尤其|左右|曲折|连续|谢谢"
    r"|盛世|龙头|钱款|施工|席位|章程|甘愿|黄金|白色|水电|周边|周围|周末|周一"
    r"|周二|周三|周四|周五|周六|周日|段时|陈述|费用|司机|司真|孙子$|顾问|顾客"
    r"|纪的|叶子|温水|明确|阳台|方案|龙门|党员|党费|盛夏|家属|解惑|房内|房门"
    r"|关切|查看"
)


def names(plain: str) -> Iterator[tuple[int, int]]:
    """Where names stand in a folded text, from and up to."""
    for title in _TITLE.finditer(plain):
        yield from _before(plain, title.start())
    yield from (found.span("name") for found in _NEIGHBOUR.finditer(plain))
    for form in _INTRODUCED:
        for found in form.finditer(plain):
            if _is_name(found["name"]):
                yield found.span("name")


def _before(plain: str, end: int) -> Iterator[tuple[int, int]]:
    """The longest name that stands before a title, if one does."""
    for start in range(max(0, end - _LONGEST), end):
        name = plain[start:end]
        is_word = name[0] in _WORDS and len(name) > 1
        if _WHOLE.fullmatch(name) and not is_word and not _COMMON.match(name):
            yield start, end
            return


def _is_name(name: str) -> bool:
    given = re.sub(rf"^{_SURNAME} ?", "", name)
    return bool(given) and given[0] not in _NOT_GIVEN and not _COMMON.match(name)
