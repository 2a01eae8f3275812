"""Sentences of a heading, word for word, and which of them answers what kind of question."""

import re

from kb.cards import ITEM

END = re.compile(r"(?<=[。！？；!?])(?=[^”」）)】])|\n+")
NUMBER = r"[0-9零一二三四五六七八九十百两半]"
TIME = re.compile(
    rf"{NUMBER}+\s*(?:分钟|小时|个?工作日|日|天|周|个月|月|年|点)|当[天日场]|立即|次日|：\d\d|:\d\d"
)
MONEY = re.compile(rf"{NUMBER}+\s*(?:元|块|%|折|倍)|免费|收费|不收|费用|价格|报价|押金|比例|公示|标准")
WHO = re.compile(
    r"主管|经理|管家|工程|维保|建设单位|开发|业委会|业主大会|居委|街道|派出所|公安|110|119|120|12345|住建|城管|消防|燃气公司|供电|供水|法务|品牌|财务|前台|客服|业主|师傅|法院|物业"
)
CAN = re.compile(
    r"不[得能会行用要准许必该等是]|没有|可以|应当|必须|都?不行|无[需权]|有权|^能|^要|^[可会该]|照[办给]|禁止|^配合|算"
)
BASIS = re.compile(r"《[^》]+》(?:第[零〇一二三四五六七八九十百千\d]+条)?")
# Question forms, each with what a sentence must hold to answer it.
ASKS: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = (
    ("how-long", re.compile(r"多久|多长|几(?:天|个?小时|个?钟头|分钟|点|年|个?月|日|期|周)|多少(?:天|年|期|小时)|什么时候|啥时候|何时|哪天|期限|时限|多快|最晚|最早|提前"), TIME),
    ("how-much", re.compile(r"多少(?!天|年|期|小时|人|业主)|收费|几折|怎么收|贵|费用|要钱|收钱|掏钱|比例|百分之|罚"), MONEY),
    ("who", re.compile(r"谁|[找往跟朝向归]哪|哪(?:个部门|里|家|个电话|个热线)|打给|报给|报警"), WHO),
    ("basis", re.compile(r"依据|法律|哪一?条|凭什么|规定|法条|违法|合法"), BASIS),
    ("can", re.compile(r"能不能|可不可以|可以.{0,12}吗|能.{0,14}吗|要不要|用不用|行不行|该不该|是不是|必须|允许|可否|能否|准不准|让不让|[行成]不?[吗么]?$|可以[吗么不]?$|[吗么不][?？]?$|合[理规]|非.{1,6}不可|凭[啥什]"), CAN),
)  # fmt: skip
# What tells a question from a report or a cry for help.
QUESTION = re.compile(r"[吗呢?？谁哪几啥]|什么|怎么|咋|多[少久长]|[能会要是]不|该不该")
WANTED_HEADINGS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"不能说|不要说|别说|忌|禁止说|说错|不该说"), ("不要说", "错误应对", "忌讳")),
    (re.compile(r"先(?:问|核实|查|确认)|核实什么|要问什么|问清"), ("先核实",)),
    (re.compile(r"升级|上报|报给|找谁|谁来处理|报告谁"), ("升级路径", "升级", "升级与例外")),
    (re.compile(r"依据|哪一?条|法律|法条"), ("依据",)),
    (re.compile(r"怎么说|怎么回|怎么答|话术|怎么跟|如何回复|咋说|咋回|怎么解释|怎么安抚|说什么"), ("可以这样说", "正确应对", "开场", "回答")),
    (re.compile(r"步骤|流程|怎么办理|手续|怎么走|程序"), ("步骤", "怎么做", "规定")),
    (re.compile(r"保存|存多久|留存|保管"), ("保存期限",)),
    (re.compile(r"填|字段|哪些栏"), ("字段", "填写说明")),
)  # fmt: skip


def plain(text: str) -> str:
    """The text without bold marks: what a reader sees."""
    return text.replace("**", "")


def sentences(text: str) -> list[str]:
    """The sentences of a heading, each an exact part of its plain text."""
    found = []
    for line in plain(text).split("\n"):
        if line.startswith("|") or not line.strip():
            continue
        body = ITEM.sub("", line).strip()
        found += [part.strip() for part in END.split(body) if part and len(part.strip()) > 3]
    return found


def asked_for(query: str) -> list[tuple[str, re.Pattern[str]]]:
    return [(name, holds) for name, asks, holds in ASKS if asks.search(query)]


def wanted_headings(query: str) -> tuple[str, ...]:
    return next((names for asks, names in WANTED_HEADINGS if asks.search(query)), ())
