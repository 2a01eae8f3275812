"""Questions as Moodle XML: all eight types; what is marked by key points becomes an essay with notes for the marker."""

import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from quiz.exchange.drafts import (
    Draft,
    Fault,
    Misread,
    clean,
    plain_text,
    put_apart,
    put_together,
    read_tags,
    section_of,
    tags_of,
)  # fmt: skip
from quiz.exchange.gift import category
from quiz.questions import KEYED, LETTERS, Question

KINDS = {"multichoice", "truefalse", "matching", "shortanswer", "essay", "ordering"}
ELEMENT = {
    "single": "multichoice",
    "multiple": "multichoice",
    "judge": "truefalse",
    "ordering": "ordering",
    "matching": "matching",
}


def write_moodle(questions: Iterable[Question]) -> bytes:
    root, section = Element("quiz"), ""
    for q in questions:
        if q.section != section:
            section = q.section
            place = SubElement(SubElement(root, "question", type="category"), "category")
            SubElement(place, "text").text = f"$course$/top/{section}"
        add(root, q)
    indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8") + b"\n"


def short_answer(q: Question) -> bool:
    return q.type == "fill" and len(q.key) == 1


def add(root: Element, q: Question) -> None:
    kind = "shortanswer" if short_answer(q) else ELEMENT.get(q.type, "essay")
    node = SubElement(root, "question", type=kind)
    text(node, "name", q.id)
    text(node, "questiontext", q.stem, format="plain_text")
    text(node, "generalfeedback", q.explanation, format="plain_text")
    SubElement(node, "defaultgrade").text = "1"
    SubElement(node, "idnumber").text = q.id
    {"multichoice": add_choices, "truefalse": add_verdict, "ordering": add_order, "matching": add_pairs,
     "shortanswer": add_wordings, "essay": add_points}[kind](node, q)  # fmt: skip
    tags = SubElement(node, "tags")
    for tag in tags_of(q, with_type=True):
        text(tags, "tag", tag)


def text(parent: Element, name: str, words: str, **attributes: str) -> Element:
    node = SubElement(parent, name, attributes)
    SubElement(node, "text").text = words
    return node


def add_choices(node: Element, q: Question) -> None:
    SubElement(node, "single").text = "true" if q.type == "single" else "false"
    SubElement(node, "shuffleanswers").text = "true"
    SubElement(node, "answernumbering").text = "ABCD"
    share, wrong = f"{100 / len(q.answer):.5f}".rstrip("0").rstrip("."), "0" if q.type == "single" else "-100"
    for i, option in enumerate(q.options):
        text(node, "answer", option, fraction=share if i in q.answer else wrong, format="plain_text")


def add_verdict(node: Element, q: Question) -> None:
    for value, word in ((1, "true"), (0, "false")):
        text(
            node, "answer", word, fraction="100" if q.answer == (value,) else "0", format="moodle_auto_format"
        )


def add_order(node: Element, q: Question) -> None:
    for name, value in (("layouttype", "VERTICAL"), ("selecttype", "ALL"), ("selectcount", "0"),
                        ("gradingtype", "RELATIVE_NEXT_EXCLUDE_LAST")):  # fmt: skip
        SubElement(node, name).text = value
    for at, option in enumerate(q.options, 1):
        text(node, "answer", option, fraction=f"{at}.0000000", format="plain_text")


def add_pairs(node: Element, q: Question) -> None:
    SubElement(node, "shuffleanswers").text = "true"
    for left, right in q.pairs:
        text(text(node, "subquestion", left, format="plain_text"), "answer", right)


def add_wordings(node: Element, q: Question) -> None:
    SubElement(node, "usecase").text = "0"
    for wording in q.key[0]:
        text(node, "answer", wording, fraction="100", format="plain_text")


def add_points(node: Element, q: Question) -> None:
    SubElement(node, "responseformat").text = "plain"
    text(node, "graderinfo", "\n".join(put_together(p) for p in q.key), format="plain_text")


def read_moodle(data: bytes) -> tuple[list[Draft], list[Fault]]:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Misread("XML 里有 DTD 或实体，不收；请从 Moodle 重新导出") from error
    except ParseError as error:
        raise Misread(f"XML 在第 {error.position[0]} 行写错了") from error
    if root.tag != "quiz":
        raise Misread("不是 Moodle 题目 XML，最外层应是 <quiz>")
    drafts, faults, section, number = [], [], "", 0
    for node in root:
        if node.tag != "question":
            faults.append(Fault(f"<{node.tag}>", "最外层里只能有 <question>"))
            continue
        if node.get("type") == "category":
            section = category(f"$CATEGORY: {said(node, 'category')[0]}")
            continue
        number += 1
        where = f"第 {number} 题“{clean(node.findtext('name/text') or '')[:20]}”"
        try:
            drafts.append(read_node(where, node, section))
        except Misread as error:
            faults.append(Fault(where, str(error)))
    return drafts, faults


def said(node: Element, path: str) -> tuple[str, list[str]]:
    """The words of a text element, whatever its format, and what they lost."""
    found = node.find(path)
    return words_of(found) if found is not None else ("", [])


def words_of(node: Element) -> tuple[str, list[str]]:
    inner = node.findtext("text") or ""
    form = node.get("format") or ""
    if form == "html" or (
        form in ("", "moodle_auto_format") and re.search(r"</?(p|br|div|span|b|i)\b", inner)
    ):
        return plain_text(inner)
    return clean(inner), []


def read_node(where: str, node: Element, section: str) -> Draft:
    kind = node.get("type") or ""
    if kind not in KINDS:
        raise Misread(f"题型 {kind} 收不了")
    row, other = read_tags([clean(t.findtext("text") or "") for t in node.findall("tags/tag")])
    stem, lost = said(node, "questiontext")
    explanation, more = said(node, "generalfeedback")
    notes = [f"标签“{t}”用不上，没有收" for t in other] + [f"文字里的 {t} 没有收" for t in (*lost, *more)]
    if any((f.findtext("text") or "").strip() for f in node.findall("answer/feedback")):
        notes.append("选项的单独反馈没有收")
    name = clean(node.findtext("idnumber") or node.findtext("name/text") or "")
    row["id"] = name if re.fullmatch(r"(ch\d\d-s\d|app\d)-q\d\d+", name) else ""
    row |= {"stem": stem, "explanation": explanation}
    row |= READ[kind](node, row.get("type", ""))
    return Draft(where, row, section_of(row["id"]) or section, tuple(notes))


def fractions(node: Element) -> Iterator[tuple[str, float]]:
    for a in node.findall("answer"):
        try:
            yield words_of(a)[0], float(a.get("fraction") or 0)
        except ValueError as error:
            raise Misread(f"fraction “{a.get('fraction')}”不是数字") from error


def read_choices(node: Element, _: str) -> dict:
    items = list(fractions(node))
    right = [i for i, (_, share) in enumerate(items) if share > 0]
    single = (node.findtext("single") or "true").strip() in ("true", "1")
    if single and [items[i][1] for i in right] != [100]:
        raise Misread("单选要有且只有一个 100% 的选项")
    if not single and any(abs(items[i][1] * len(right) - 100) > 1 for i in right):
        raise Misread("多选各个正确项要平分 100%")
    return {"type": "single" if single else "multiple", "options": [o for o, _ in items],
            "answer": "".join(LETTERS[i] for i in right if i < len(LETTERS))}  # fmt: skip


def read_verdict(node: Element, _: str) -> dict:
    right = [word.lower() for word, share in fractions(node) if share == 100]
    if right not in (["true"], ["false"]):
        raise Misread("判断题要有且只有一个 100% 的答案")
    return {"type": "judge", "answer": "对" if right == ["true"] else "错"}


def read_order(node: Element, _: str) -> dict:
    return {"type": "ordering", "options": [o for o, _ in sorted(fractions(node), key=lambda x: x[1])]}


def read_pairs(node: Element, _: str) -> dict:
    return {"type": "matching", "pairs": [[words_of(s)[0], clean(s.findtext("answer/text") or "")]
                                          for s in node.findall("subquestion")]}  # fmt: skip


def read_wordings(node: Element, _: str) -> dict:
    if any(share != 100 for _, share in fractions(node)):
        raise Misread("填空题的答案只收满分的，不收部分分")
    # Moodle compares these letter by letter, so “<b” is text here whatever the format says.
    return {"type": "fill", "key": [[clean(a.findtext("text") or "") for a in node.findall("answer")]]}


def read_points(node: Element, named: str) -> dict:
    lines = said(node, "graderinfo")[0].split("\n")
    key = [put_apart(line) for line in lines if line.strip()]
    if not key:
        raise Misread("问答题的“评分人须知”里没有要点：一行一个，几种说法用 | 隔开")
    return {"type": named if named in KEYED else "short", "key": key}


READ = {"multichoice": read_choices, "truefalse": read_verdict, "ordering": read_order, "matching": read_pairs,
        "shortanswer": read_wordings, "essay": read_points}  # fmt: skip
