"""Template filters that turn handbook values into markup."""

import re
from collections.abc import Sequence
from datetime import timedelta

from markupsafe import Markup, escape

from kb import taxonomy
from kb.articles import Article
from server import clock
from server.markdown import render

SLOTS = {"称呼": "who", "姓名": "me", "工号": "me"}
# A card whose law and wording nobody has checked for this long is marked and moved down.
REVIEW_AFTER = timedelta(days=365)
CHANNEL_NAMES = {
    "words": "用词相符", "bigrams": "字面相符", "dense": "意思相近", "intent": "同一类问题", "questions": "问法相近",
    "title": "标题相符", "pinyin": "拼音相符", "typo": "按错字还原", "emergency": "紧急词",
}  # fmt: skip


def slots(text: str) -> Markup:
    """Inline markdown with the blanks a person fills in once per call."""
    html = inline(text)
    return Markup(re.sub(r"\{(\S{2,3}?)\}", slot, str(html)))


def slot(match: re.Match[str]) -> str:
    name = match[1]
    fill = f' data-fill="{SLOTS[name]}"' if name in SLOTS else ""
    return f'<span class="slot"{fill}>〔{name}〕</span>'


def inline(text: str) -> Markup:
    """Markdown of one sentence, without the paragraph around it."""
    html = str(render(text)).strip()
    if html.count("<p>") == 1 and html.startswith("<p>") and html.endswith("</p>"):
        html = html[3:-4]
    return Markup(html)


def marked(text: str, words: Sequence[str]) -> Markup:
    """The text with matched words marked, longest first."""
    found = sorted({w for w in words if w and w in text}, key=len, reverse=True)
    if not found:
        return escape(text)
    parts = re.split("(" + "|".join(map(re.escape, found)) + ")", text)
    return Markup("").join(Markup("<mark>{}</mark>").format(p) if p in found else escape(p) for p in parts)


def why(hit) -> str:
    """The strongest reason for a hit, in a few words."""
    names = [CHANNEL_NAMES.get(name, "") for name, value in sorted(hit.why, key=lambda x: -x[1]) if value > 0]
    return next((n for n in names if n), hit.heading)


def section_name(section: str) -> str:
    """第 5 章第 4 节, or 附录 2."""
    if section.startswith("app"):
        return f"附录 {section[3:]}"
    return f"第 {int(section[2:4])} 章第 {section[-1]} 节"


def chapter_name(chapter: str) -> str:
    if chapter.startswith("app"):
        return f"附录 {chapter[3:]} {taxonomy.CHAPTERS[chapter]}"
    return f"第 {int(chapter[2:4])} 章 {taxonomy.CHAPTERS[chapter]}"


def stale(article: Article) -> bool:
    return clock.today() - article.updated > REVIEW_AFTER


FILTERS = {
    "slots": slots, "inline": inline, "marked": marked, "why": why, "section_name": section_name,
    "chapter_name": chapter_name, "stale": stale,
}  # fmt: skip
