"""Personal information found by rule and masked before a text is stored, logged or sent."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LABELS = {
    "phone": "电话", "id": "证件号", "plate": "车牌", "bank": "卡号", "email": "邮箱", "wechat": "微信号",
    "room": "房号", "name": "姓名",
}  # fmt: skip
# One character for one, so that spans found in the folded text hold in the original.
HALF_WIDTH = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F) if chr(c) not in "，；：（）！？"} | {
    ord("—"): ord("-")
}
DIGIT = "[0-9]"
SPOKEN = "[零〇一二三四五六七八九幺两]"
GAP = r"[\s\-—－ ]?"
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗方俞任袁柳"
    "史唐费廉岑薛雷贺倪汤殷罗毕郝安常乐于傅齐康伍余顾孟黄穆萧尹姚邵汪祁毛禹狄米戴宋庞熊纪舒屈项祝董梁杜阮蓝闵季贾路"
    "江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍虞万柯管卢莫房解应丁邓单洪包左石崔吉龚程邢裴陆翁侯宁武刘龙叶司黎白赖卓蔺"
    "屠乔闻党翟谭申冉曲向易廖耿满欧沙丰关查红游肖温晏车岳聂辛阎闫涂代曾"
)
LONG_TITLES = "先生|女士|小姐|太太|阿姨|叔叔|大爷|大妈|大哥|大姐|师傅|老师|经理|主任|主管|管家|队长|奶奶|爷爷"
# Words that end in a surname character and stand before a title without naming anyone.
NOT_NAMES = re.compile(
    "(?:保安|治安|公安|消防安|工程|对方|双方|我方|甲方|乙方|各方|官方|警方|地方|校方|开发商|厂商|承包商|供应商|物管|主管|分管|接管|只管|房管|立管|支管|总管|"
    "燃气管|托管|监管|施工|员工|职工|民工|单元楼|前任|现任|历任|责任|上任|担任|片区|项目|属于|关于|对于|由于|住房|租房|门房|泵房|机房|正常|日常|"
    "平常|经常|非常|停车|汽车|校车|固定车|水管|应|这位|那位|您的|单|成都|辅导|指向|方向|意向|分钟|刻钟|师傅|环卫|环境卫|公司|收费|缴费|物业费|园林|"
    "登高|测温|外包|承包|排查|抽查|巡查|检查|核查|花钱|给钱|收钱|付钱|迷路|每周|[一二三四两几]周|下周|上周|穿戴|谢谢)$"
)
# Words that begin with a surname character and stand before a title, or after 业主, without naming anyone.
COMMON = re.compile(
    "(?:项目|安排|安装|安保|安防|安全|安检|安静|管道|管理|管家|管网|施工|卫生|万一|马桶|马上|谢谢|白天|白跑|于是|任何|解决|解释|应急|应该|应当|应配|"
    "单位|单元|单独|单号|方案|方便|宁可|周[一二三四五六日天末]|车场|车间|车队|车位|车被|车里|车主|代替|代行|代班|代理|代表|代收|代办|高级|高空|高压|金属|金额|房管|"
    "房东|房产|房屋|房号|房间|常驻|申请|申诉|查[阅验完表询看]|关键|关系|关心|关于|路灯|龙头|石材|温控|党员|满意|连同|向(?!先生|女士|师傅|老师|阿姨|奶奶|爷爷))"
)
FUNCTION = re.compile("[的了和或与由向给到转报请跟要让就内后前里被把这那您我你他她们还先最接是]")
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email", re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")),
    ("id", re.compile(rf"(?<![0-9A-Za-z])[1-9](?:{GAP}{DIGIT}){{16}}{GAP}[0-9XxＸｘ](?![0-9A-Za-z])")),
    ("plate", re.compile(rf"[{PROVINCES}][A-HJ-NP-Za-hj-np-z][·・\s\-]?[A-HJ-NP-Za-hj-np-z0-9]{{4,5}}"
                         r"[A-HJ-NP-Za-hj-np-z0-9学警港澳挂](?![A-Za-z0-9])")),
    ("phone", re.compile(rf"(?<![0-9A-Za-z])(?:(?:\+|00)?86{GAP})?1[3-9](?:{GAP}{DIGIT}){{9}}(?![0-9])")),
    ("phone", re.compile(rf"(?<![0-9])(?:[（(]?0{DIGIT}{{2,3}}[)）]?{GAP})[2-9]{DIGIT}{{2,3}}{GAP}{DIGIT}{{4}}"
                         rf"(?:\s*(?:转|分机|ext\.?|#|-)\s*{DIGIT}{{1,5}})?(?![0-9])")),
    ("phone", re.compile(rf"[一幺]{GAP}[三四五六七八九](?:{GAP}{SPOKEN}){{9}}")),
    ("phone", re.compile(rf"(?<=[电话座机拨打号码是])[:： 是]{{0,3}}(?P<v>[2-9]{DIGIT}{{2,3}}{GAP}{DIGIT}{{4}}"
                         rf"(?:\s*(?:转|分机)\s*{DIGIT}{{1,5}})?)(?![0-9])")),
    ("wechat", re.compile(r"(?:微信号?|V信|vx|VX|wx|WX|wechat|WeChat|薇信|加V|加v|QQ号?|qq号?)(?:号码?|账号|id|ID)?"
                          r"[:： 是为叫加]{0,3}(?P<v>[A-Za-z0-9][-_A-Za-z0-9]{4,19})")),
)  # fmt: skip
BANK = re.compile(rf"(?<![0-9A-Za-z])[3-6９3-6](?:{GAP}{DIGIT}){{14,18}}(?![0-9])")
NUMERAL = r"(?:[0-9]{1,3}|[一二三四五六七八九十百]{1,3})"
DOOR = r"(?:[0-9]{3,4}|[一二三四五六七八九零〇]{3,4})"
BUILDING = (
    rf"(?:{NUMERAL}|[A-Za-zＡ-Ｚ]{NUMERAL}?|[甲乙丙丁东西南北])\s*(?:号楼|栋楼?|幢|座|#楼?|号院{NUMERAL}号楼)"
)
ROOMS = (
    re.compile(rf"{BUILDING}\s*(?:[东西中]?{NUMERAL}?\s*[单][元]|{NUMERAL}门)?\s*(?:{NUMERAL}[楼层])?\s*{DOOR}(?:[室号房户]|(?![0-9]))(?!号楼|元|块|平|年|人|户)"),
    re.compile(rf"{BUILDING}\s*(?:[东西中]?{NUMERAL}?\s*单元)?\s*{NUMERAL}\s*[楼层]\s*(?:{NUMERAL}[号室户]|[东西中]户|[左右][手边])"),
    re.compile(rf"{NUMERAL}\s*单元\s*{DOOR}(?:[室号房户]|(?![0-9元块平年]))"),
    re.compile(r"(?<![0-9\-.])[A-Za-z]?[0-9]{1,2}[-－—/][0-9]{1,2}[-－—/][0-9]{3,4}(?![0-9\-])"),
    re.compile(r"(?<![0-9\-.A-Za-z])(?:[A-Za-z]|[A-Za-z]?[0-9]{1,2})[-－][0-9]{3,4}(?=室|房|的?业主|住户|户|家|号)室?"),
    re.compile(rf"(?:房号|门牌号?|房间号|室号)[:： 是为]{{0,3}}(?P<v>[A-Za-z0-9一二三四五六七八九十\-]{{1,4}}?{DOOR}室?)"),
)  # fmt: skip
NAMES = (
    re.compile(rf"(?:(?:欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙)|[{SURNAMES}])[一-龥]{{0,2}}?(?:{LONG_TITLES})"),
    re.compile(rf"(?:姓名|业主|户主|联系人|收件人|租客|租户|房东|经办人|报修人|投诉人|当事人|我叫|叫做|名叫|名字是|名字叫|本人)[:： 是叫为]{{0,2}}"
               rf"(?P<v>(?:欧阳|上官|司马|诸葛|[{SURNAMES}])[一-龥]{{1,2}})(?=[，,。；;、：:\s（(的和与及电手住在联身,]|$)"),
    re.compile(rf"(?:免贵|我)姓(?P<v>[{SURNAMES}])(?![名氏])"),
    re.compile(rf"姓(?P<v>[{SURNAMES}])(?=的(?:\w)?(?:{LONG_TITLES}))"),
)  # fmt: skip
NOT_BANK = re.compile(
    r"(?:订单|单号|发票|税号|识别号|设备|工单|快递|编号|流水|序列|票据|合同)[^，。；,;]{0,8}$"
)
BANK_CUE = re.compile(r"(?:卡号|银行卡|账号|账户|帐号|储蓄卡|信用卡|打到|转到|汇到|卡)[^，。；,;]{0,10}$")
OTHER_NUMBER = re.compile(
    r"(?:订单|单号|发票|税号|识别号|设备|工单|快递|运单|流水|序列号|票据|合同)(?:号码?|编号|代码)?[^，。；,;0-9]{0,4}$"
)


@dataclass(frozen=True)
class Span:
    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Masked:
    masked: str
    spans: tuple[Span, ...]


def mask(text: str) -> Masked:
    """The text with every personal datum replaced by its kind; label words such as 电话 stay."""
    spans = without_overlaps(found(text))
    out, at = [], 0
    for span in spans:
        out += [text[at : span.start], f"〔{LABELS[span.kind]}〕"]
        at = span.end
    return Masked("".join([*out, text[at:]]), tuple(spans))


def found(text: str) -> Iterator[Span]:
    text = text.translate(HALF_WIDTH)
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(text):
            if kind in ("phone", "id") and OTHER_NUMBER.search(text[: match.start()]):
                continue
            yield span_of(match, kind)
    for match in BANK.finditer(text):
        before = text[: match.start()]
        if not NOT_BANK.search(before) and (BANK_CUE.search(before) or luhn(match[0])):
            yield span_of(match, "bank")
    for pattern in ROOMS:
        for match in pattern.finditer(text):
            yield span_of(match, "room")
    for pattern in NAMES:
        yield from names(pattern, text)


def names(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    """Names that a pattern finds; what is none may still hold one, as 项目王经理 does."""
    at = 0
    while match := pattern.search(text, at):
        span = span_of(match, "name")
        named = names_somebody(text, span)
        at = match.end() if named else match.start() + 1
        if named:
            yield span


def names_somebody(text: str, span: Span) -> bool:
    """Whether what looks like surname and given name is none of the everyday words that only begin or end like one."""
    said = re.sub(rf"(?:{LONG_TITLES})$", "", text[span.start : span.end])
    return not (
        NOT_NAMES.search(text[: span.start + 1]) or COMMON.match(text[span.start :]) or FUNCTION.search(said[1:])
    )


def span_of(match: re.Match[str], kind: str) -> Span:
    group = "v" if "v" in match.re.groupindex else 0
    return Span(match.start(group), match.end(group), kind)


def without_overlaps(spans: Iterator[Span]) -> list[Span]:
    """Spans in order; where two overlap, the one that starts first and is longer stays."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, s.start - s.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def luhn(number: str) -> bool:
    """ISO/IEC 7812-1 check digit, which every bank card has."""
    digits = [int(c) for c in number if c.isdigit()][::-1]
    return sum(d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits)) % 10 == 0
