"""Numbers with their units, in any writing, as comparable values."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

HANZI = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "仨": 3}
SCALE = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
NUM = r"(?:\d[\d,]*(?:\.\d+)?|[零〇一二三四五六七八九两十百千万]+(?:点[零〇一二三四五六七八九]+)?)"
# unit → (dimension, factor). Running time is in seconds; months are a calendar measure of their own.
UNITS = {
    "秒钟": ("time", 1), "秒": ("time", 1), "分钟": ("time", 60), "刻钟": ("time", 900), "个小时": ("time", 3600),
    "小时": ("time", 3600), "个钟头": ("time", 3600), "钟头": ("time", 3600), "个钟": ("time", 3600), "h": ("time", 3600),
    "min": ("time", 60), "个工作日": ("workday", 1), "工作日": ("workday", 1), "个工作天": ("workday", 1), "工作天": ("workday", 1), "个上班日": ("workday", 1), "上班日": ("workday", 1), "个年头": ("month", 12),
    "个自然日": ("time", 86400), "自然日": ("time", 86400), "个日历日": ("time", 86400), "日": ("time", 86400), "天": ("time", 86400),
    "昼夜": ("time", 86400), "个星期": ("time", 604800), "星期": ("time", 604800), "个礼拜": ("time", 604800), "礼拜": ("time", 604800),
    "周": ("time", 604800), "个月": ("month", 1), "月": ("month", 1), "个季度": ("month", 3), "季度": ("month", 3), "年": ("month", 12),
    "周年": ("month", 12), "元": ("money", 1), "块钱": ("money", 1), "块": ("money", 1), "万元": ("money", 10_000), "角": ("money", 0.1),
    "次": ("times", 1), "回": ("times", 1), "遍": ("times", 1), "趟": ("times", 1), "人": ("people", 1), "名": ("people", 1), "位": ("people", 1),
    "户": ("homes", 1), "家": ("homes", 1), "条": ("item", 1), "项": ("item", 1), "款": ("clause", 1), "声": ("rings", 1), "分": ("points", 1),
    "学时": ("hours", 1), "课时": ("hours", 1), "倍": ("multiple", 1), "楼": ("floor", 1), "层": ("floor", 1), "米": ("metre", 1),
    "厘米": ("metre", 0.01), "公里": ("metre", 1000), "平方米": ("area", 1), "平米": ("area", 1), "㎡": ("area", 1), "度": ("degree", 1),
    "摄氏度": ("degree", 1), "℃": ("degree", 1), "分贝": ("decibel", 1), "级": ("level", 1), "份": ("copies", 1), "张": ("copies", 1),
    "期": ("period", 1), "步": ("step", 1), "轮": ("round", 1), "场": ("session", 1), "节": ("section", 1), "轮次": ("round", 1), "折": ("discount", 1),
    "毫克/升": ("mg/l", 1), "毫克每升": ("mg/l", 1), "mg/l": ("mg/l", 1), "克/升": ("mg/l", 1000), "克每升": ("mg/l", 1000),
    "毫米": ("metre", 0.001), "mm": ("metre", 0.001), "cm": ("metre", 0.01), "kg": ("weight", 1), "公斤": ("weight", 1), "千克": ("weight", 1),
    "斤": ("weight", 0.5), "兆帕": ("pressure", 1), "mpa": ("pressure", 1), "°c": ("degree", 1), "周岁": ("age", 1), "岁": ("age", 1), "个人": ("people", 1), "伏": ("volt", 1), "勒克斯": ("lux", 1), "lx": ("lux", 1),
}  # fmt: skip
UNITS |= dict.fromkeys("个具只台辆把支件盏部套本封页处盒根棵桶瓶", ("count", 1))
UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
# A length of time that is said without a number, or with one: 每年, 半年, 两个月.
PERIOD = rf"(?:每隔?|隔)?个?(?:({NUM})个?|(半)个?)?(年|季度|月|周|星期|礼拜|天|日|小时|钟头)"
# Days of one unit of the measures of length.
DAYS = {"time": 1 / 86400, "month": 30, "nth-day": 1}
PATTERNS = (
    ("majority", re.compile(r"过半数?|半数以上|(?:超过|大于)(?:一半|半数)|一半以上")),
    ("rate", re.compile(rf"{PERIOD}(?!前|后)(?:之?内)?[^,，。；;\d]{{0,6}}?(?:至少|最少|不少于)?({NUM})(?:次|回|遍|趟)")),
    ("weekday", re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])(?![次回遍趟轮场份篇个名条])")),
    ("nth-day", re.compile(rf"次日|翌日|隔天|第({NUM})[天日]")),
    ("date", re.compile(rf"(?<=月)({NUM})[日号]|({NUM})号(?![楼门线机梯车岗]|单元|通知)")),
    ("article", re.compile(rf"第?({NUM})条(?!以上|件|约|款项)")),
    ("clock", re.compile(rf"(上午|早上|早晨|早|凌晨|中午|下午|傍晚|晚上|晚|夜里)?({NUM})(?:[:：](\d{{1,2}})|(?:点(?![零一二三四五六七八九]+(?:个?平|米|元|万|倍|公|吨|升|毫|厘|[%％]))|时(?![间候段限效常刻期]))(?:钟|整)?(?:(半)|({NUM})分)?)")),
    ("ratio", re.compile(rf"({NUM})\s*[%％]|百分之({NUM})|({NUM})分之({NUM})|(\d+)\s*/\s*(\d+)|({NUM})成(半|[一二三四五六七八九])?")),
    ("half-hour", re.compile(rf"(?:({NUM})个)?半(?:个)?(?:多)?(?:小时|钟头|钟)|半(?:天|日)|半年|半个月|({NUM})年半|({NUM})个半(?:小时|钟头|月)|半(?:个)?(?:工作日)")),
    ("unit", re.compile(rf"({NUM})\s*({UNIT})")),
    ("same-day", re.compile(r"当[天日]")),
    ("every", re.compile(r"每个?(年(?!度)|月|周(?![一二三四五六日末])|星期(?![一二三四五六日天])|季度|天|日)")),
    ("bare", re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)(?![\d.%％])")),
)  # fmt: skip
MORE = re.compile(r"不(?:得)?(?:少于|低于|小于|短于)|至少|最少|最低|起码|以上|(?:及|或)以上")
LESS = re.compile(
    r"不(?:得)?(?:超过|高于|多于|大于|晚于|迟于)|至多|最多|最高|以下|以内|之内|(?:及|或)以下|内|之前|以前|前(?!台|期|物)"
)
ABOVE = re.compile(r"(?<!不)(?<!不得)(?:超过|大于|多于|高于|超出|过)")
BELOW = re.compile(r"(?<!不)(?<!不得)(?:低于|少于|小于|不足|不到|未满|不满)")
AFTER = re.compile(r"^(?:之|以)?后")
# A bound that is put as a ban: 不得少于 = 不少于.
BOUND = re.compile(r"不(?:得|能|可以?|许|准|应)(?=少于|低于|小于|短于|高于|超过|多于|大于|晚于|迟于)")
# A day and a night.
ROUND_CLOCK = re.compile(r"一天一[夜宿]|一整天一[夜宿]|一个?昼夜")
# 一一〇, 一一九, 一二〇 are numbers to call.
CALLED = str.maketrans("一二〇零九", "12009")
# 曰 typed for 日.
SLIP = re.compile(r"(?<=[0-9一二三四五六七八九十工作])曰")
# One of somebody, which is no quantity of its own.
ONE = {"条", "项", "家", "位", "名", "人", "个人", "次", "份", "级", "回", "期", "步"}
ONE_OF = re.compile(r"[一1]([条项家位名人份级期])([一-鿿]{2})")
# Ranges that name the unit, or the half of the day, only once: 8-12点, 下午两点到六点.
RANGE = re.compile(rf"({NUM})(\s*[-—–~～至到]+\s*)(?=({NUM})\s*({UNIT}|点))")
LATER = re.compile(rf"(下午|傍晚|晚上|晚|夜里)({NUM}点(?:钟|整|半|{NUM}分)?\s*[-—–~～至到]+\s*)(?={NUM}点)")


@dataclass(frozen=True)
class Quantity:
    """`side`: more, less, after, or empty when the text gives no bound."""

    dimension: str
    value: float
    side: str
    start: int
    end: int

    @property
    def days(self) -> float | None:
        """Length in days, or days between two times of a rate; None for what is no length."""
        if self.dimension == "rate":
            return 1 / self.value if self.value else None
        return self.value * DAYS[self.dimension] if self.dimension in DAYS else None


def number(text: str) -> float:
    text = text.replace(",", "")
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        return float(text)
    whole, _, part = text.partition("点")
    total = section = digit = 0.0
    if not any(c in SCALE for c in whole) and len(whole) > 1:
        return float("".join(str(HANZI[c]) for c in whole if c in HANZI) or 0)
    for char in whole:
        if char in HANZI:
            digit = HANZI[char]
        elif char in "万亿":
            total, section, digit = (total + section + digit or 1) * SCALE[char], 0.0, 0.0
        elif char in SCALE:
            section += (digit or 1) * SCALE[char]
            digit = 0.0
    decimals = "".join(str(HANZI[c]) for c in part if c in HANZI)
    return total + section + digit + (float(f"0.{decimals}") if decimals else 0.0)


@lru_cache(maxsize=20_000)
def quantities(text: str) -> tuple[Quantity, ...]:
    """Every quantity of a folded text, in order, none inside another."""
    found: list[Quantity] = []
    taken: list[tuple[int, int]] = []
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            value = read(kind, match)
            if value is None:
                continue
            taken.append(match.span())
            found.append(Quantity(*value, side_of(text, match.start(), match.end()), *match.span()))
    return tuple(sorted(found, key=lambda q: q.start))


def read(kind: str, match: re.Match[str]) -> tuple[str, float] | None:
    groups = match.groups()
    if kind == "article":
        return ("article", number(groups[0])) if match[0].startswith("第") or number(groups[0]) > 99 else None
    if kind in ("majority", "rate", "weekday", "nth-day", "date"):
        return read_calendar(kind, groups)
    if kind == "clock":
        return read_clock(*groups)
    if kind == "ratio":
        return "ratio", read_ratio(groups)
    if kind == "half-hour":
        return read_half(match[0], groups)
    if kind == "unit":
        return read_unit(match, *groups)
    if kind == "same-day":
        return "same-day", 1.0
    if kind == "every":
        dimension, factor = UNITS[groups[0]]
        return dimension, factor
    return "number", float(groups[0])


def read_calendar(kind: str, groups: tuple) -> tuple[str, float]:
    """A half of all, times a day, the day of a week, the day after a day, the day of a month."""
    if kind == "majority":
        return "ratio", 0.5
    if kind == "rate":
        many, half, unit, times = groups
        dimension, factor = UNITS[unit]
        return "rate", number(times) / (
            factor * DAYS[dimension] * (0.5 if half else number(many) if many else 1)
        )
    if kind == "weekday":
        return "weekday", float("一二三四五六日".find(groups[0].replace("天", "日")))
    if kind == "nth-day":
        return "nth-day", number(groups[0]) if groups[0] else 2.0
    return "date", number(groups[0] or groups[1])


def read_clock(part: str | None, hour: str, minute: str | None, half: str | None, minutes: str | None):
    value = number(hour) * 60
    value += float(minute) if minute else 30 if half else number(minutes) if minutes else 0
    if part in ("下午", "傍晚", "晚上", "晚", "夜里") and value < 720:
        value += 720
    return ("clock", value) if number(hour) <= 24 else None


def read_ratio(groups: tuple) -> float:
    percent, hundredth, below, above, top, bottom, tenths, half = groups
    if percent or hundredth:
        return number(percent or hundredth) / 100
    if below:
        return number(above) / number(below) if number(below) else 0.0
    if top:
        return float(top) / float(bottom) if float(bottom) else 0.0
    return number(tenths) / 10 + (0.05 if half == "半" else number(half) / 100 if half else 0)


def read_half(text: str, groups: tuple) -> tuple[str, float]:
    whole = next((number(g) for g in groups if g), 0.0)
    if "年" in text:
        return "month", 12 * whole + 6
    if "月" in text:
        return ("month", whole + 0.5) if whole else ("time", 15 * 86400)
    if "工作日" in text:
        return "workday", 0.5
    if "天" in text or "日" in text:
        return "time", 43200
    return "time", 3600 * (whole + 0.5)


def read_unit(match: re.Match[str], amount: str, unit: str) -> tuple[str, float] | None:
    text = match.string
    if unit in ("日", "月", "年", "号") and re.search(r"[年月]$", text[: match.start()]):
        return "date", number(amount)
    if (
        amount in ("一", "1")
        and (UNITS[unit][0] == "count" or unit in ONE)
        and not re.match(r"[内以]", text[match.end() :])
    ):
        return None
    dimension, factor = UNITS[unit]
    return dimension, number(amount) * factor


def other_count(key: str, said: str) -> bool:
    """Whether the key counts one of somebody and the text another number of the same: 一名管家, 三名管家."""
    for unit, noun in ONE_OF.findall(key):
        given = re.findall(rf"({NUM})(?:{unit}|个){noun}", said)
        if given and not any(number(g) == 1 for g in given):
            return True
    return False


def side_of(text: str, start: int, end: int) -> str:
    before, after = text[max(0, start - 5) : start], text[end : end + 4]
    if AFTER.search(after):
        return "after"
    near = re.match(r"(?:及|或)?以?(?:上|下)|之?内|以内|之前|以前|前(?!台|期|物)", after)
    if near:
        return "more" if near[0].endswith("上") else "less"
    for pattern, side in ((MORE, "more"), (LESS, "less"), (ABOVE, "more"), (BELOW, "less")):
        hits = list(pattern.finditer(before))
        if hits and hits[-1].end() >= len(before) - 1:
            return side
    return ""


def fold(text: str) -> str:
    """Width, case and traditional characters folded; bounds and ranges written out; spaces between Chinese removed."""
    import zhconv

    text = zhconv.convert(unicodedata.normalize("NFKC", text).lower(), "zh-cn")
    text = text.replace("≤", "不超过").replace("≥", "不少于")
    text = BOUND.sub("不", SLIP.sub("日", text))
    text = ROUND_CLOCK.sub("24小时", text)
    text = re.sub(r"一[一二][〇零九]", lambda found: found[0].translate(CALLED), text)
    text = RANGE.sub(r"\1\4\2", text)
    text = LATER.sub(r"\1\2\1", text)
    return re.sub(r"(?<=[一-鿿\d])[ \t]+(?=[一-鿿\d])", " ", text).strip()
