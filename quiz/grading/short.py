"""Short answers: a key point is met when the answer as a whole asserts it, in whatever words."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb.search.analysis import synonyms, tokenizer
from quiz.grading import meaning
from quiz.grading.quantities import Quantity, fold, quantities

# Share of the key's content that a clause must hold; set by hand, not yet measured on labelled answers.
ENOUGH = 0.5
RELATED = 0.4
# A key point that joins two duties wants both; of each this share of the content must be said.
PARTS = re.compile(r"[,，]|并且?(?!不)|且")
LEAST_OF_PART = 0.25
CLAUSE = re.compile(
    r"[。！？!?；;\n]|[,，、](?=(?:但|而|并|同时|然后|再|也|且|不过|如果|否则|由|应|不|可|要|必须|物业|业主|客服))"
)
FUNCTION = set(
    "的了吗呢吧啊呀么嘛就都也还又很太把被给让和与及或是有在到去来我你您他她它们这那之其所以因为会能要应须可需得等以向对由于从为将即则且并"
)
HEAP = re.compile(r"^[^。，,！？；;]{1,8}(?:[ /|+]+[^ 。，,！？；;/|+]{1,8}){3,}$")
Similar = Callable[[str, str], float]


@dataclass(frozen=True)
class Point:
    met: bool
    evidence: str


@dataclass(frozen=True)
class Grade:
    """`score` is the share of points met, 0 to 1."""

    score: float
    points: tuple[Point, ...]


def grade(key: Sequence[Sequence[str]], answer: str, similar: Similar | None = None) -> Grade:
    """Mark an answer against key points, each a list of accepted wordings.

    `similar` gives the cosine of two short texts, when an encoder is at hand.
    """
    text = without_denied(last_version(fold(answer)))
    if HEAP.match(text) or not text:
        points = tuple(Point(False, "") for _ in key)
    else:
        points = tuple(
            mark_point(
                wordings, text, similar, others=[w for j, other in enumerate(key) if j != i for w in other]
            )
            for i, wordings in enumerate(key)
        )
    met = sum(p.met for p in points)
    return Grade(met / len(points) if points else 0.0, points)


def last_version(text: str) -> str:
    """After a self-correction only what follows counts, with the clauses before the corrected one."""
    parts = meaning.CORRECTION.split(text)
    if len(parts) == 1:
        return text
    *kept, corrected = re.split(r"[。；;\n]|[,，]", parts[-2].rstrip("，,。 "))
    return "，".join([*(k for k in kept if k), without_quantities(corrected) + parts[-1]])


def without_quantities(text: str) -> str:
    for found in reversed(quantities(text)):
        text = text[: found.start] + text[found.end :]
    return text


def without_denied(text: str) -> str:
    """Wrong statements that are quoted in order to deny them say nothing."""
    return meaning.DENIED.sub(" ", text)


def mark_point(
    wordings: Sequence[str], text: str, similar: Similar | None, others: Sequence[str] = ()
) -> Point:
    """Mark one point; a clause that asserts one of the `others` does not contradict this one."""
    clauses = [c.strip(" ,，、") for c in CLAUSE.split(text) if c and c.strip(" ,，、")]
    windows = [" ".join(clauses[i : i + n]) for n in (1, 2, 3) for i in range(len(clauses) - n + 1)]
    windows = list(dict.fromkeys([*windows, text]))
    met = next((w for w in wordings if said_as_written(fold(w), text)), "")
    for wording in wordings if not met else ():
        key = fold(wording)
        for window in windows:
            if asserts(key, window, similar):
                met = met or window
                break
        if met:
            break
    if met and any(taken_back(fold(w), text) for w in wordings[:1]):
        return Point(False, "")
    own = bare(fold(met))
    doubtful = [
        c
        for c in clauses
        if met and bare(c) not in own and any(contradicts(fold(w), c, met) for w in wordings[:1])
    ]
    if any(not any(asserts(fold(o), c, similar) for o in others) for c in doubtful):
        return Point(False, "")
    return Point(bool(met), met)


def taken_back(key: str, text: str) -> bool:
    """Whether an exception to the duty or figure of the key is granted after it."""
    if meaning.force(key) == "may" or meaning.CONCESSION.search(key):
        return False
    found = meaning.CONCESSION.search(text)
    return bool(found) and (
        content_share(key, found[0]) >= 0.15 or bool(quantities(found[0]) and quantities(key))
    )


def said_as_written(key: str, text: str) -> bool:
    """Whether the wording itself stands in the answer, whole and not denied by the character before it."""
    found = re.search(rf"(?<![不没未非无勿0-9.]){re.escape(bare(key))}(?![0-9.])", bare(text))
    return bool(key and found)


def bare(text: str) -> str:
    return re.sub(r"[\s，,、。；;：:！!？?“”\"'（）()]", "", text)


def asserts(key: str, said: str, similar: Similar | None) -> bool:
    wanted, given = quantities(key), quantities(said)
    if wanted and not quantities_agree(wanted, given):
        return False
    if meaning.HEDGE.search(said) and not meaning.HEDGE.search(key):
        return False
    if not meaning.force_agrees(meaning.force(key), meaning.force(near(key, said))):
        return False
    if meaning.excluded(key, said) or meaning.other_actor(key, said) or wrong_order(key, said):
        return False
    return covers(key, said, bool(wanted), similar)


def quantities_agree(wanted: Sequence[Quantity], given: Sequence[Quantity]) -> bool:
    """Every quantity of the key is said, on the same side, and no rival of its dimension stands beside it."""
    for quantity in wanted:
        same = [g for g in given if same_size(g, quantity)]
        if not same or not any(sides_agree(quantity.side, g.side) for g in same):
            return False
    sizes = {q.size for q in wanted}
    dimensions = {q.dimension for q in wanted}
    rivals = [
        g
        for g in given
        if g.dimension in dimensions and g.size not in sizes and g.dimension not in ("article", "number")
    ]
    return not rivals


def same_size(a: Quantity, b: Quantity) -> bool:
    if a.dimension == b.dimension:
        return abs(a.value - b.value) < 1e-6
    return (
        "number" in (a.dimension, b.dimension)
        and {a.dimension, b.dimension} & {"article"} != set()
        and a.value == b.value
    )


def sides_agree(wanted: str, given: str) -> bool:
    return (
        wanted == given or not wanted or not given
        if "after" not in (wanted, given)
        else wanted == given or (not wanted and given != "after")
    )


def near(key: str, said: str) -> str:
    """The part of the clause that speaks of the key's content: what is far from it has its own force."""
    parts = [p for p in re.split(r"[,，、 ]", said) if p]
    if len(parts) < 2:
        return said
    shared = [p for p in parts if content_share(key, p) > 0.15 or quantities(p)]
    return " ".join(shared) if shared else said


def wrong_order(key: str, said: str) -> bool:
    steps = meaning.order_of(key)
    if not steps:
        return False
    told = meaning.order_of(said)
    if told:
        straight = content_share(steps[0], told[0]) + content_share(steps[1], told[1])
        crossed = content_share(steps[0], told[1]) + content_share(steps[1], told[0])
        return crossed > straight
    first, second = place(steps[0], said), place(steps[1], said)
    return first >= 0 and second >= 0 and first > second


def place(step: str, said: str) -> int:
    """Where a step is named in the text, by its first content pair found, or -1."""
    spots = [said.find(step[i : i + 2]) for i in range(len(step) - 1)]
    return min((s for s in spots if s >= 0), default=-1)


def covers(key: str, said: str, has_numbers: bool, similar: Similar | None) -> bool:
    words = content(key)
    if not words:
        return True
    if any(content(part) and content_share(part, said) < LEAST_OF_PART for part in PARTS.split(key)):
        return False
    share = content_share(key, said)
    if share >= (ENOUGH - 0.1 if has_numbers else ENOUGH):
        return True
    return bool(similar) and share >= RELATED - 0.15 and similar(key, said) >= 0.62


@lru_cache(maxsize=20_000)
def content(text: str) -> tuple[str, ...]:
    """Content words of a text, without quantities, force words and particles."""
    kept = list(text)
    for q in quantities(text):
        kept[q.start : q.end] = " " * (q.end - q.start)
    plain = "".join(kept)
    for pattern in (meaning.NEED_NOT, meaning.MUST_NOT, meaning.MUST, meaning.MAY):
        plain = pattern.sub(" ", plain)
    words = [w for run in re.findall(r"[一-鿿a-z0-9]+", plain) for w in tokenizer().cut(run, HMM=False)]
    return tuple(
        w for w in words if not set(w) <= FUNCTION and w not in ("以内", "之内", "以上", "以下", "内")
    )


def content_share(key: str, said: str) -> float:
    """Share of the key's content words that the text holds, itself, by a synonym, by sound, or half of it."""
    words = content(key)
    if not words:
        return 0.0
    return sum(weight(w) * held(w, said) for w in words) / sum(weight(w) for w in words)


def weight(word: str) -> float:
    return min(len(word), 3) ** 0.7


def held(word: str, said: str) -> float:
    if word in said:
        return 1.0
    if any(s in said for s in (*synonyms().get(word, ()), *CLOSE.get(word, ()))):
        return 0.9
    if len(word) >= 2 and sound(word) in sound(said):
        return 0.8
    shared = sum(c in said for c in word) / len(word)
    return 0.5 * shared if len(word) > 1 and shared >= 0.5 else 0.0


@lru_cache(maxsize=20_000)
def sound(text: str) -> str:
    from pypinyin import lazy_pinyin

    return " " + " ".join(lazy_pinyin(re.sub(r"[^一-鿿]", "", text))) + " "


# Everyday words for what the handbook calls otherwise, beside the synonyms of search.
CLOSE: dict[str, tuple[str, ...]] = {
    "到场": ("到", "赶到", "到达", "到现场", "上门", "抵达", "到位"), "通知": ("告知", "告诉", "联系", "打给", "知会"), "告知": ("通知", "告诉", "说明", "讲清"),
    "上报": ("报告", "汇报", "报给", "反映给"), "报告": ("上报", "汇报", "报给"), "安抚": ("稳住", "安慰", "宽慰", "安心"), "回访": ("回电", "打回访", "电话回"),
    "支付": ("交", "缴", "付"), "交纳": ("交", "缴", "付"), "缴纳": ("交", "缴", "付"), "拒绝": ("不", "拒"), "物业费": ("物业服务费", "管理费", "费用"),
    "承担": ("负责", "担", "出", "负担"), "负责": ("承担", "管", "担"), "维修": ("修", "修理", "检修", "修缮"), "养护": ("保养", "维护"), "立即": ("马上", "立刻", "当即", "即刻", "第一时间"),
    "马上": ("立即", "立刻", "当即"), "书面": ("文字", "书面形式"), "提供": ("给", "出具"), "泄露": ("透露", "外泄", "说出去", "告诉别人"), "业主": ("住户", "房主"),
    "物业服务人": ("物业", "物业公司", "物业企业"), "登记": ("记录", "登"), "记录": ("登记", "记下", "留痕"), "处理": ("办", "处置", "解决"), "制止": ("阻止", "劝阻", "拦"),
    "核实": ("核对", "确认", "查证", "查清"), "核对": ("核实", "确认"), "同意": ("许可", "点头", "答应"), "决定": ("定", "表决"), "查阅": ("看", "查看", "查"), "复制": ("拷贝", "拷"),
    "断电": ("停电", "断开电源", "关电"), "停止": ("停", "中止"), "撤离": ("离开", "疏散", "撤出", "出去"), "疏散": ("撤离", "撤出"), "切断": ("关", "断", "关闭"), "关闭": ("关", "关上"),
    "打开": ("开",), "拨打": ("打", "拨", "呼叫"), "期限": ("时间", "时限"), "办结": ("办完", "完成", "处理完", "结束"), "答复": ("回复", "回话", "回应", "给方案"), "回复": ("答复", "回话"),
    "首响": ("首次响应", "首次回复", "先回应"), "接起": ("接", "接听"), "接听": ("接", "接起"), "催告": ("催缴", "催"), "诉讼": ("起诉", "打官司", "告"), "起诉": ("诉讼", "打官司", "告"),
    "减免": ("减", "免", "优惠"), "审批": ("批准", "批", "审核"), "批准": ("审批", "批", "同意"), "隐私": ("个人信息",), "电话": ("号码",), "公示": ("公开", "张贴", "公布"), "公开": ("公示", "公布"),
    "危险": ("隐患", "风险"), "救援": ("解救", "营救", "施救"), "被困": ("困住", "关在", "困"), "乘客": ("被困人员", "里面的人", "人"), "陪同": ("陪", "一起"), "协商": ("商量", "谈"), "调解": ("调停", "说和"),
}  # fmt: skip


def contradicts(key: str, clause: str, met: str) -> bool:
    """Whether another clause on the same matter says something else: another number, force or actor."""
    if clause in met and len(clause) > 0.9 * len(met):
        return False
    if content_share(key, clause) < 0.6:
        return False
    wanted, given = quantities(key), quantities(clause)
    rival = any(g.dimension == w.dimension and g.size != w.size for w in wanted for g in given)
    said, needed = meaning.force(clause), meaning.force(key)
    turned = not meaning.force_agrees(needed, said) and said != "may"
    return rival or turned or meaning.excluded(key, clause)
