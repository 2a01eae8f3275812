"""The three file formats by name, and what each of them cannot hold."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from quiz.exchange import gift
from quiz.exchange.gift import write_gift
from quiz.exchange.moodle import write_moodle
from quiz.exchange.sheets import write_sheet
from quiz.questions import Question


@dataclass(frozen=True)
class Format:
    name: str
    suffixes: tuple[str, ...]
    write: Callable[[Iterable[Question]], bytes]
    cannot: str
    media: str


FORMATS = {
    "xlsx": Format("Excel 模板", (".xlsx",), write_sheet, "全部题型和字段都装得下。",
                   "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "gift": Format("GIFT", (".gift", ".txt"), write_gift,
                   "装得下单选、多选、判断、连线和只有一个要点的填空；排序、简答、案例分析、几个要点的填空装不下，不会写进文件。"
                   "难度、出处、红线、依据写在 Moodle 认得的 [tag:…] 里。", "text/plain; charset=utf-8"),
    "xml": Format("Moodle XML", (".xml",), write_moodle,
                  "八种题型都装得下；简答、案例分析和几个要点的填空在 Moodle 里是问答题，要点写在“评分人须知”里，由人判分。"
                  "Moodle 的标签最长 50 字，更长的出处会被它截短。", "application/xml"),
}  # fmt: skip


def write(name: str, questions: Iterable[Question]) -> bytes:
    return FORMATS[name].write(questions)


def left_out(name: str, questions: Iterable[Question]) -> list[Question]:
    """Questions that this format cannot hold."""
    return [q for q in questions if name == "gift" and not gift.holds(q)]
