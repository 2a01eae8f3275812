"""Questions: one YAML file per section of the handbook, read into frozen values."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

from kb import taxonomy
from kb.articles import Problem
from kb.yaml_text import read_yaml

CONTENT = Path(__file__).parent / "content"
TYPES = {
    "single": "单选", "multiple": "多选", "judge": "判断", "ordering": "排序", "matching": "连线", "fill": "填空",
    "short": "简答", "case": "案例分析",
}  # fmt: skip
RED_LINES = ("困人", "燃气", "火情", "隐私", "断水断电", "擅自承诺")
KEYED = ("fill", "short", "case")
LETTERS = "ABCDEFGH"
FIELDS = {
    "id", "type", "stem", "options", "answer", "pairs", "key", "explanation", "difficulty", "cites", "red_line", "basis",
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """`answer` holds option numbers (single, multiple), one 0/1 (judge) or the right order; `key` the key points."""

    id: str
    section: str
    type: str
    stem: str
    options: tuple[str, ...]
    answer: tuple[int, ...]
    pairs: tuple[tuple[str, str], ...]
    key: tuple[tuple[str, ...], ...]
    explanation: str
    difficulty: int
    cites: tuple[tuple[str, str], ...]
    red_line: str
    basis: str

    @property
    def chapter(self) -> str:
        return self.section.split("-")[0]

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self), ensure_ascii=False).encode()).hexdigest()[:16]


def load_questions(
    folder: Path = CONTENT, files: str = "*.yaml"
) -> tuple[dict[str, Question], list[Problem]]:
    found: dict[str, Question] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob(files)):
        try:
            rows = read_yaml(path.read_text(encoding="utf-8")) or []
        except yaml.YAMLError as error:
            line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
            problems.append(Problem(path.name, "文件", f"YAML 在第 {line} 行写错了"))
            continue
        for at, row in enumerate(rows, 1):
            question, faults = read_question(path.stem, row)
            name = row.get("id", f"第 {at} 题") if isinstance(row, dict) else f"第 {at} 题"
            if question and question.id in found:
                faults = [*faults, "id 重复"]
            problems += [Problem(path.name, str(name), fault) for fault in faults]
            if question and not faults:
                found[question.id] = question
    return found, problems


def read_question(section: str, row: object) -> tuple[Question | None, list[str]]:
    if not isinstance(row, dict):
        return None, ["应是“字段: 值”"]
    faults = list(shape_faults(section, row))
    if faults:
        return None, faults
    question = Question(
        id=row["id"], section=section, type=row["type"], stem=str(row["stem"]).strip(),
        options=tuple(map(str, row.get("options") or ())), answer=read_answer(row),
        pairs=tuple((str(a), str(b)) for a, b in (row.get("pairs") or {}).items()),
        key=tuple(tuple(str(w) for w in (p if isinstance(p, list) else [p])) for p in row.get("key") or ()),
        explanation=str(row["explanation"]).strip(), difficulty=row["difficulty"],
        cites=tuple(read_cite(c) for c in row.get("cites") or ()),
        red_line=row.get("red_line") or "", basis=str(row.get("basis") or ""),
    )  # fmt: skip
    return question, list(answer_faults(question))


def read_cite(cite: object) -> tuple[str, str]:
    """“article#heading”, or the same as two fields."""
    if isinstance(cite, dict):
        return str(cite.get("article", "")), str(cite.get("heading", ""))
    article, _, heading = str(cite).partition("#")
    return article.strip(), heading.strip()


def shape_faults(section: str, row: Mapping) -> Iterator[str]:
    if section not in taxonomy.SECTIONS:
        yield f"文件名“{section}”不是节号"
    if not re.fullmatch(rf"{section}-q\d\d+", str(row.get("id", ""))):
        yield f"id 应写成 {section}-q01 这样"
    if row.get("type") not in TYPES:
        yield f"type “{row.get('type')}”不是题型"
    for name in ("stem", "explanation"):
        if not str(row.get(name) or "").strip():
            yield f"{name} 没有填写"
    if row.get("difficulty") not in (1, 2, 3):
        yield "difficulty 应是 1、2 或 3"
    if row.get("red_line") and row["red_line"] not in RED_LINES:
        yield f"red_line 只用:{'、'.join(RED_LINES)}"
    for name in sorted(set(row) - FIELDS, key=str):
        yield f"没有“{name}”这个字段"
    yield from field_faults(row)


def field_faults(row: Mapping) -> Iterator[str]:
    """Fields that YAML read as something else than the author meant."""
    for name in ("options", "key", "cites"):
        value = row.get(name)
        if value is not None and not isinstance(value, list):
            yield f"{name} 应是列表"
    for option in row.get("options") or () if isinstance(row.get("options"), list) else ():
        if not isinstance(option, str | int | float) or isinstance(option, bool):
            yield f"选项 {option!r} 不是文字，含冒号或 yes/no 时请加引号"
    for point in row.get("key") or () if isinstance(row.get("key"), list) else ():
        wordings = point if isinstance(point, list) else [point]
        if not wordings or not all(isinstance(w, str | int | float) and str(w).strip() for w in wordings):
            yield f"要点 {point!r} 应是几种说法的列表，含冒号时请加引号"
    if row.get("type") == "matching" and not isinstance(row.get("pairs"), dict):
        yield "pairs 应是“左: 右”"
    if row.get("type") == "judge" and row.get("answer") not in (True, False, "对", "错", "正确", "错误"):
        yield "判断题的 answer 写“对”或“错”"
    if row.get("type") in ("single", "multiple") and not re.fullmatch(
        f"[{LETTERS}]+", "".join(map(str, letters_of(row)))
    ):
        yield "answer 写选项字母，如 B 或 ACD"


def letters_of(row: Mapping) -> list[str]:
    answer = row.get("answer")
    return [str(x) for x in answer] if isinstance(answer, list) else list(str(answer or ""))


def read_answer(row: Mapping) -> tuple[int, ...]:
    """Letters to numbers: “AC” is (0, 2); a judge answer is (1,) for right and (0,) for wrong."""
    kind, answer = row["type"], row.get("answer")
    if kind == "judge":
        return (1,) if answer in (True, "对", "正确") else (0,)
    if kind == "ordering":
        return tuple(range(len(row.get("options") or ())))
    if kind in ("single", "multiple"):
        return tuple(sorted({LETTERS.index(x) for x in letters_of(row)}))
    return ()


def answer_faults(q: Question) -> Iterator[str]:
    if q.type in ("single", "multiple") and not 3 <= len(q.options) <= 6:
        yield "选项应有 3 到 6 个"
    if q.type in ("single", "multiple", "ordering") and len(set(q.options)) < len(q.options):
        yield "有相同的选项"
    if q.type == "single" and len(q.answer) != 1:
        yield "单选要有且只有一个答案"
    if q.type == "multiple" and len(q.answer) < 2:
        yield "多选至少两个答案"
    if q.type in ("single", "multiple") and any(a >= len(q.options) for a in q.answer):
        yield "答案指向不存在的选项"
    if q.type == "ordering" and not 3 <= len(q.options) <= 8:
        yield "排序应有 3 到 8 项，按正确顺序写"
    if q.type == "matching" and not 3 <= len(q.pairs) <= 8:
        yield "连线应有 3 到 8 对"
    if q.type == "matching" and len({right for _, right in q.pairs}) < len(q.pairs):
        yield "连线右边有相同的"
    if q.type in KEYED and not q.key:
        yield "没有写要点 key"


def of_section(questions: Mapping[str, Question], section: str) -> Sequence[Question]:
    return [q for q in questions.values() if q.section == section]
