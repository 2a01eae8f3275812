"""Markdown to safe HTML: no raw HTML in, and only a short list of tags and addresses out."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

PARSER = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table").enable("strikethrough")
TAGS = {
    "p", "br", "strong", "em", "s", "ul", "ol", "li", "h2", "h3", "h4", "blockquote", "code", "pre", "hr",
    "table", "thead", "tbody", "tr", "th", "td", "a",
}  # fmt: skip
MAX_CHARS = 64 * 1024


@lru_cache(maxsize=4096)
def render(text: str) -> Markup:
    """Safe HTML of a markdown text of at most 64 KB."""
    html = PARSER.render(text[:MAX_CHARS])
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "tel", "mailto"},
        link_rel="noopener noreferrer",
    )
    return Markup(clean.replace("<table>", '<div class="scroll" tabindex="0" role="region" aria-label="表格">'
                                '<table class="tab">').replace("</table>", "</table></div>"))  # fmt: skip
