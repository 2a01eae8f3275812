r"""Questions in Moodle's GIFT: a strict reader and a writer that escapes ~ = # { } : and the backslash.

Holds single, multiple, judge, matching, and blanks with one key point. Section, difficulty and sources travel in
the comment that Moodle itself reads: `// [id:…] [tag:…]`.
"""

import re
from collections.abc import Iterable, Iterator

from quiz.exchange.drafts import Draft, Fault, Misread, clean, plain_text, read_tags, section_of, tags_of
from quiz.questions import LETTERS, Question

SPECIAL = "~=#{}:"
# Escaped characters wait in the private use area while the text is split at the plain ones.
HIDE = {f"\\{c}": chr(0xE000 + i) for i, c in enumerate(SPECIAL + "\\")} | {"\\n": chr(0xE010)}
SHOW = {hidden: seen[1] if seen != "\\n" else "\n" for seen, hidden in HIDE.items()}
PRIVATE = re.compile("[\ue000-\uf8ff]")
COMMENT_ID = re.compile(r"\[id:((?:[^\]\\]|\\.)+)\]")
COMMENT_TAG = re.compile(r"\[tag:((?:[^\]\\]|\\.)+)\]")
FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d+)?)%")
WIDE = {"{": "｛", "}": "｝", "=": "＝", "~": "～"}
BLANK = "____"


def holds(q: Question) -> bool:
    if q.type == "fill":
        return len(q.key) == 1 and not any("->" in w for w in q.key[0])
    if q.type == "matching":
        return not any("->" in left for left, _ in q.pairs)
    return q.type in ("single", "multiple", "judge")


def write_gift(questions: Iterable[Question]) -> bytes:
    parts, section = [], ""
    for q in (q for q in questions if holds(q)):
        if q.section != section:
            section = q.section
            parts.append(f"$CATEGORY: {section}")
        parts.append(one(q))
    return ("\n\n".join(parts) + "\n").encode()


def one(q: Question) -> str:
    tags = " ".join(f"[tag:{bracketed(t)}]" for t in tags_of(q, with_type=False))
    body = "\n".join([*answers(q), f"####{escaped(q.explanation)}"])
    return f"// [id:{q.id}] {tags}\n::{escaped(q.id)}::[plain]{escaped(q.stem)} {{\n{body}\n}}"


def answers(q: Question) -> Iterator[str]:
    if q.type == "judge":
        yield "TRUE" if q.answer == (1,) else "FALSE"
    elif q.type == "single":
        yield from (("=%100%" if i in q.answer else "~%0%") + escaped(o) for i, o in enumerate(q.options))
    elif q.type == "multiple":
        share = f"{100 / len(q.answer):.5f}".rstrip("0").rstrip(".")
        yield from (f"~%{share if i in q.answer else -100}%{escaped(o)}" for i, o in enumerate(q.options))
    elif q.type == "matching":
        yield from (f"={escaped(left)} -> {escaped(right)}" for left, right in q.pairs)
    else:
        yield from (f"=%100%{escaped(w)}" for w in q.key[0])


def escaped(text: str) -> str:
    return re.sub(r"[\\~=#{}:]", lambda m: "\\" + m[0], text).replace("\n", "\\n")


def bracketed(text: str) -> str:
    return text.replace("\\", "\\\\").replace("]", "\\]")


def read_gift(data: bytes) -> tuple[list[Draft], list[Fault]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Misread("编码不是 UTF-8，请另存为 UTF-8 再试") from error
    drafts, faults, section = [], [], ""
    for number, lines in blocks(text):
        where = f"第 {number} 行"
        if lines[0].lstrip().startswith("$CATEGORY:"):
            section = category(lines[0])
            lines = lines[1:]
        if not any(line.strip() and not line.lstrip().startswith("//") for line in lines):
            continue
        try:
            drafts.append(read_block(where, lines, section))
        except Misread as error:
            faults.append(Fault(where, str(error)))
    return drafts, faults


def blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Runs of lines between empty ones, each with the number of its first line."""
    now: list[str] = []
    start = 1
    for number, line in enumerate([*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""], 1):
        if line.strip():
            start, now = (start, [*now, line]) if now else (number, [line])
        elif now:
            yield start, now
            now = []


def category(line: str) -> str:
    """The section that a category names, such as “$CATEGORY: $course$/top/ch05-s4”."""
    name = line.split(":", 1)[1].strip().rsplit("/", 1)[-1]
    return name if re.fullmatch(r"ch\d\d-s\d|app\d", name) else ""


def read_block(where: str, lines: list[str], section: str) -> Draft:
    comments = " ".join(line for line in lines if line.lstrip().startswith("//"))
    text = "\n".join(line for line in lines if not line.lstrip().startswith("//"))
    if PRIVATE.search(text):
        raise Misread("含有私用区字符，请删掉")
    row, other = read_tags([unbracketed(t) for t in COMMENT_TAG.findall(comments)])
    notes = [f"标签“{t}”用不上，没有收" for t in other]
    name = COMMENT_ID.search(comments)
    text = hide(text)
    title = re.match(r"\s*::(.*?)::", text, re.DOTALL)
    text = text[title.end() :] if title else text
    row["id"] = unbracketed(name[1]) if name else shown(title[1]) if title else ""
    if not name and not re.fullmatch(r"(ch\d\d-s\d|app\d)-q\d\d+", row["id"]):
        row["id"] = ""
    stem, inside, after = split_braces(text)
    html = FORMAT.match(stem.lstrip())
    stem = shown(stem.lstrip()[html.end() :] if html else stem)
    if html and html[1] == "html":
        stem, lost = plain_text(stem)
        notes += [f"题干里的 {t} 没有收" for t in lost]
    row |= read_answers(inside, notes)
    if after:
        if row["type"] != "fill":
            raise Misread("} 后面还有文字；只有填空题可以把答案写在句子中间")
        stem = f"{stem} {BLANK} {shown(after)}"
    row["stem"] = stem
    return Draft(where, row, section_of(row["id"]) or section, tuple(notes))


def hide(text: str) -> str:
    found = re.sub(r"\\[~=#{}:\\n]", lambda m: HIDE[m[0]], text)
    if "\\" in found:
        raise Misread(r"反斜杠后面只能是 ~ = # { } : n 或 \，要写反斜杠本身请写 \\")
    return found


def shown(text: str) -> str:
    return clean(PRIVATE.sub(lambda m: SHOW[m[0]], text))


def unbracketed(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def split_braces(text: str) -> tuple[str, str, str]:
    """Stem, what stands in braces, and what follows."""
    if text.count("{") != 1 or text.count("}") != 1 or text.index("{") > text.index("}"):
        if any(WIDE[c] in text for c in "{}"):
            raise Misread("答案要写在半角 { } 里，这里有全角 ｛ ｝")
        raise Misread(r"一题要有且只有一对半角 { }；文字里的括号写成 \{ \}")
    stem, _, rest = text.partition("{")
    inside, _, after = rest.partition("}")
    if not stem.strip():
        raise Misread("{ 前面没有题干")
    return stem, inside.strip(), after.strip()


def read_answers(inside: str, notes: list[str]) -> dict:
    body, mark, general = inside.partition("####")
    row: dict = {"explanation": shown(general) if mark else ""}
    body = body.strip()
    if body.startswith("#"):
        raise Misread("数值题收不了，请改成填空或单选")
    verdict = re.match(r"(TRUE|FALSE|T|F)\s*(#|$)", body)
    if verdict:
        if "#" in body:
            notes.append("判断题的分项反馈没有收，解析写在 #### 后面")
        return row | {"type": "judge", "answer": "对" if verdict[1][0] == "T" else "错"}
    if not body:
        raise Misread("花括号里没有答案；问答题没有要点，收不了")
    items = re.findall(r"([=~])([^=~]*)", body)
    if not items or re.split("[=~]", body, maxsplit=1)[0].strip():
        wide = "，这里是全角 ＝ ～" if any(WIDE[c] in body for c in "=~") else ""
        raise Misread(f"每个答案前要有半角 = 或 ~{wide}")
    return row | choices([answer(sign, text, notes) for sign, text in items])


def answer(sign: str, text: str, notes: list[str]) -> tuple[str, float | None, str]:
    """The sign, the weight if one is given, and the text without its feedback."""
    said, mark, _ = text.strip().partition("#")
    if mark:
        notes.append("选项的单独反馈没有收，解析写在 #### 后面")
    weight = WEIGHT.match(said)
    return sign, float(weight[1]) if weight else None, shown(said[weight.end() :] if weight else said)


def choices(items: list[tuple[str, float | None, str]]) -> dict:
    if any(not text for _, _, text in items):
        raise Misread("有一个答案是空的")
    signs = {sign for sign, _, _ in items}
    if signs == {"="} and any("->" in text for _, _, text in items):
        if not all("->" in text for _, _, text in items):
            raise Misread("连线题每一行都要有 ->")
        return {
            "type": "matching",
            "pairs": [[p.strip() for p in text.split("->", 1)] for _, _, text in items],
        }
    if signs == {"="}:
        if any(weight not in (None, 100) for _, weight, _ in items):
            raise Misread("填空题的答案只收满分的，不收部分分")
        return {"type": "fill", "key": [[text for _, _, text in items]]}
    right = [i for i, (sign, weight, _) in enumerate(items) if sign == "=" or (weight or 0) > 0]
    shares = {round(items[i][1] or 100, 2) for i in right}
    if len(right) > 1 and (len(shares) > 1 or abs(shares.pop() * len(right) - 100) > 1):
        raise Misread("多选各个正确项要平分 100%，如三个都写 %33.33333%")
    if len(right) == 1 and (items[right[0]][1] or 100) != 100:
        raise Misread("单选的正确项要是 100%")
    return {
        "type": "multiple" if len(right) > 1 else "single", "options": [text for _, _, text in items],
        "answer": "".join(LETTERS[i] for i in right if i < len(LETTERS)),
    }  # fmt: skip
