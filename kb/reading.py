"""Reading the handbook: one markdown file each, with every fault named."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import yaml

from kb import taxonomy
from kb.articles import Article, Heading, Library, Problem, library_of
from kb.yaml_text import read_yaml

CONTENT = Path(__file__).parent / "content"
# The site folder also holds scenarios and questions, which other rooms read.
OTHER_ROOMS = ("scenarios", "questions")
MAX_BYTES = 64 * 1024
FIELDS = (
    "id", "kind", "chapter", "title", "intents", "channels", "owner_types", "emotion", "urgency",
    "region", "basis", "audience", "updated", "questions",
)  # fmt: skip
OPTIONAL = ("variants", "links")
VOCABULARY: dict[str, Mapping[str, str]] = {
    "kind": taxonomy.KINDS,
    "chapter": taxonomy.CHAPTERS,
    "intents": taxonomy.INTENTS,
    "channels": taxonomy.CHANNELS,
    "owner_types": taxonomy.OWNER_TYPES,
    "emotion": taxonomy.EMOTIONS,
    "urgency": taxonomy.URGENCIES,
    "audience": taxonomy.AUDIENCES,
}
LISTS = ("intents", "channels", "owner_types", "emotion", "basis", "audience", "questions", "links")
TEXTS = ("id", "kind", "chapter", "title", "urgency", "region")
HEADING = re.compile(r"^## +(.+?)\s*$", re.MULTILINE)
SECTION_ID = re.compile(r"^(ch\d\d-s\d|app\d)-")
# Zero-width, bidirectional, tag and variation-selector characters hide text from a reader.
HIDDEN = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe00-\ufe0f\U000e0000-\U000e01ef]"
)
# What was read from each file, by path, with the file's time and size then.
Shelf = dict[Path, tuple[tuple[int, int], "Article | None", list[Problem]]]


def load_library(*layers: tuple[str, Path], today: date, shelf: Shelf | None = None) -> Library:
    """Read layers in order, later ones replacing by id; broken files are left out and reported.

    With a `shelf`, files that have not changed since it was filled are not read again.
    """
    shelf = {} if shelf is None else shelf
    articles: dict[str, Article] = {}
    problems: list[Problem] = []
    for layer, folder in layers:
        seen: dict[str, str] = {}
        for path in sorted(folder.rglob("*")):
            parts = path.relative_to(folder).parts
            if not path.is_file() or parts[0] in OTHER_ROOMS or any(part.startswith(".") for part in parts):
                continue
            article, faults = from_shelf(shelf, path, folder, layer, today)
            if article and article.id in seen:
                faults = [Problem(article.path, "id", f"“{article.id}”与 {seen[article.id]} 重复，换一个 id")]
            problems += faults
            if article and not faults:
                seen[article.id] = article.path
                articles[article.id] = article
    return library_of(articles, problems)


def from_shelf(
    shelf: Shelf, path: Path, folder: Path, layer: str, today: date
) -> tuple[Article | None, list[Problem]]:
    """The file as it was read before, unless its time or size changed since."""
    state = path.stat()
    mark = (state.st_mtime_ns, state.st_size)
    if path not in shelf or shelf[path][0] != mark:
        shelf[path] = (mark, *read_article(path, folder, layer, today))
    return shelf[path][1], shelf[path][2]


def read_article(path: Path, folder: Path, layer: str, today: date) -> tuple[Article | None, list[Problem]]:
    """Read one file; an article comes back only when it can be used, faults always."""
    name = str(path.relative_to(folder))

    def refuse(where: str, message: str) -> tuple[None, list[Problem]]:
        return None, [Problem(name, where, message)]

    if path.suffix != ".md":
        return refuse("文件", "不是 .md 文件，手册只收 markdown")
    if path.stat().st_size > MAX_BYTES:
        return refuse("文件", f"超过 {MAX_BYTES // 1024} KB,请拆成几篇")
    data = path.read_bytes()
    if not data.strip():
        return refuse("文件", "是空的，请写内容或删掉")
    if b"\0" in data:
        return refuse("文件", "是二进制文件，请存成 UTF-8 文本")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return refuse("文件", "编码不是 UTF-8,请另存为 UTF-8")
    return parse_article(text, name, layer, today)


def head_and_body(text: str, name: str) -> tuple[dict, str, list[Problem]]:
    """What stands between the --- lines, read as YAML, and what follows; with the fault where it cannot be read."""

    def refuse(message: str) -> tuple[dict, str, list[Problem]]:
        return {}, "", [Problem(name, "文件头", message)]

    parts = re.match(r"---\n(.*?)\n---\n(.*)", text, re.DOTALL)
    if not parts:
        return refuse("缺少以 --- 起止的文件头")
    try:
        head = read_yaml(parts[1])
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 2
        return refuse(f"YAML 在第 {line} 行写错了，检查冒号、引号和缩进")
    if not isinstance(head, dict):
        return refuse("应是“字段: 值”的列表")
    return head, parts[2], []


def parse_article(text: str, name: str, layer: str, today: date) -> tuple[Article | None, list[Problem]]:
    """Parse the text of one file called `name` (path below the content folder)."""
    text = HIDDEN.sub("", text.replace("\r\n", "\n"))
    head, body, faults = head_and_body(text, name)
    if faults:
        return None, faults
    faults = [Problem(name, where, message) for where, message in head_faults(head, today)]
    if faults:
        return None, faults
    headings = split_headings(body)
    faults = [Problem(name, where, message) for where, message in body_faults(head, headings)]
    if faults:
        return None, faults
    return build(head, headings, name, layer, text), []


def head_faults(head: Mapping[str, object], today: date) -> Iterator[tuple[str, str]]:
    """Faults of the front matter as (field, what to do)."""
    for name in FIELDS:
        if head.get(name) in (None, "", []) and name != "basis":
            yield name, "没有填写"
    for name in set(head) - {*FIELDS, *OPTIONAL}:
        yield str(name), "不是规定的字段，请删掉或改名"
    for name in TEXTS:
        if head.get(name) is not None and not isinstance(head[name], str):
            yield name, f"应是文字，现在是 {head[name]!r}"
    for name in LISTS:
        value = head.get(name)
        if value is not None and not (isinstance(value, list) and all(isinstance(x, str) for x in value)):
            yield name, f"应是文字的列表，现在是 {value!r}"
    for name, words in VOCABULARY.items():
        value = head.get(name)
        for word in value if isinstance(value, list) else [value]:
            if isinstance(word, str) and word not in words:
                yield (
                    name,
                    f"“{word}”不在词表里，可选：{'、'.join(list(words)[:12])}{'…' if len(words) > 12 else ''}",
                )
    yield from date_and_id_faults(head, today)


def date_and_id_faults(head: Mapping[str, object], today: date) -> Iterator[tuple[str, str]]:
    updated = head.get("updated")
    if updated is not None and not (isinstance(updated, date) and type(updated) is date):
        yield "updated", f"应写成 2026-01-05 这样的日期，现在是 {updated!r}"
    elif updated and updated > today:
        yield "updated", f"{updated} 晚于今天，请写实际核对的日期"
    article_id = head.get("id")
    if isinstance(article_id, str):
        match = SECTION_ID.match(article_id)
        if not match or match[1] not in taxonomy.SECTIONS:
            yield "id", f"“{article_id}”应以节号开头，如 ch05-s4-case-vacant-home"
        elif not match[1].startswith(str(head.get("chapter"))):
            yield "id", f"“{article_id}”与 chapter {head.get('chapter')} 对不上"
    variants = head.get("variants")
    if variants is not None and not isinstance(variants, dict):
        yield "variants", "应是“业主类型: 第一句话”"
    for owner_type in variants if isinstance(variants, dict) else ():
        if owner_type not in taxonomy.OWNER_TYPES:
            yield "variants", f"“{owner_type}”不是业主类型"
    questions = head.get("questions")
    if isinstance(questions, list) and len(set(map(str, questions))) < 6:
        yield "questions", f"只有 {len(set(map(str, questions)))} 条不同的问法，至少写 6 条"


def body_faults(head: Mapping[str, object], headings: tuple[Heading, ...]) -> Iterator[tuple[str, str]]:
    wanted = taxonomy.HEADINGS[str(head["kind"])]
    got = tuple(h.name for h in headings)
    for name in wanted:
        if name not in got:
            yield "正文", f"缺少标题“## {name}”"
    for name in got:
        if name not in wanted:
            yield "正文", f"多出标题“## {name}”，{taxonomy.KINDS[str(head['kind'])]}只用：{' · '.join(wanted)}"
    if set(got) == set(wanted) and got != wanted:
        yield "正文", f"标题顺序应是：{' · '.join(wanted)}"
    for heading in headings:
        if not heading.text:
            yield f"## {heading.name}", "下面没有内容"


def split_headings(body: str) -> tuple[Heading, ...]:
    parts = HEADING.split(body)
    return tuple(Heading(n, t.strip()) for n, t in zip(parts[1::2], parts[2::2], strict=True))


def build(head: Mapping, headings: tuple[Heading, ...], name: str, layer: str, text: str) -> Article:
    listed = {key: tuple(head.get(key) or ()) for key in LISTS}
    return Article(
        id=head["id"], kind=head["kind"], chapter=head["chapter"], title=head["title"],
        section=SECTION_ID.match(head["id"])[1], urgency=head["urgency"], region=head["region"],
        updated=head["updated"], variants=dict(head.get("variants") or {}), headings=headings,
        layer=layer, path=name, digest=hashlib.sha256(text.encode()).hexdigest()[:16], **listed,
    )  # fmt: skip
