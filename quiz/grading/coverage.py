"""How much of a key point's content an answer holds: its words, their synonyms, their sounds, or half of them."""

import re
from functools import lru_cache

from kb.search.analysis import synonyms, tokenizer
from quiz.grading import meaning
from quiz.grading.quantities import quantities

FUNCTION = set(
    "的了吗呢吧啊呀么嘛就都也还又很太把被给让和与及或是有在到去来我你您他她它们这那之其所以因为会能要应须可需得等以向对由于从为将即则且并"
)


# Words of bounds, which the quantities carry.
BOUNDS = re.compile(r"不(?:少|低|小|短|高|多|大|晚|迟)于|不超过|至少|最少|至多|最多|起码")


@lru_cache(maxsize=20_000)
def content(text: str) -> tuple[str, ...]:
    """Content words of a text, without quantities, force words and particles."""
    kept = list(text)
    for q in quantities(text):
        kept[q.start : q.end] = " " * (q.end - q.start)
    plain = "".join(kept)
    for pattern in (meaning.NEED_NOT, meaning.MUST_NOT, meaning.MUST, meaning.MAY):
        plain = pattern.sub(" ", plain)
    plain = BOUNDS.sub(" ", plain)
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


def respelled(text: str, key: str) -> str:
    """The text with homophones of the key's words and units written as the key writes them: 包修 → 报修, 30分种 → 30分钟."""
    words = [w for w in (*content(key), "分钟", "小时", "工作日") if len(w) >= 2 and w not in text]
    for word in words:
        spoken = sound(word)
        for at in range(len(text) - len(word) + 1):
            piece = text[at : at + len(word)]
            if re.fullmatch(r"[一-鿿]+", piece) and shares_one(piece, word) and sound(piece) == spoken:
                text = text[:at] + word + text[at + len(word) :]
    return text


def shares_one(piece: str, word: str) -> bool:
    """A slip of the keyboard keeps a character; two words that only sound alike need not."""
    return any(a == b for a, b in zip(piece, word, strict=True))


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
