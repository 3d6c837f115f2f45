"""Texts of articles: Markdown without HTML of its own, pictures or strange addresses (SRV-6).

What stands between angle brackets in a text is shown as it is typed. Links lead to http, https, mail, telephone and
our own pages.
"""

import re
from functools import cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_ADDRESS = re.compile(r"^(?:https?://|mailto:|tel:|/(?!/)|#)", re.IGNORECASE)
#: What a text can turn into; all else is taken out behind the reader once more.
_TAGS = {
    "h3", "h4", "h5", "h6", "p", "br", "hr", "ul", "ol", "li", "blockquote", "pre", "code", "strong", "em", "s", "a",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "table": {"class"}, "ol": {"start"}}
#: Headings of a text begin below those of the page.
_DEEPER = 2
_DEEPEST = 6


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")


def _tokens(text: str) -> list[Token]:
    tokens = _reader().parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + _DEEPER, _DEEPEST)}"
        for child in token.children or ():
            if child.type == "link_open" and not _ADDRESS.match(str(child.attrGet("href") or "")):
                child.attrSet("href", "#")
        if token.type == "table_open":
            token.attrSet("class", "table")
    return tokens


def as_html(text: str) -> str:
    """Return a text as HTML that is safe to show: every character of the text that is no mark of form is escaped."""
    reader = _reader()
    return nh3.clean(str(reader.renderer.render(_tokens(text), reader.options, {})), tags=_TAGS, attributes=_ATTRIBUTES)


def as_plain(text: str) -> str:
    """Return the words of a text without marks of form, a line for each block."""
    lines = []
    for token in _reader().parse(text):
        if token.type == "inline":
            lines.append("".join(_word(child) for child in token.children or ()))
        elif token.type in ("fence", "code_block"):
            lines.append(token.content.strip())
    return "\n".join(line for line in lines if line)


def _word(token: Token) -> str:
    if token.type in ("text", "code_inline"):
        return token.content
    return " " if token.type in ("softbreak", "hardbreak") else ""
