"""Markdown as sites are written in it: CommonMark with HTML, tables, footnotes, strikethrough.

Shortcodes and template tags of Hugo, Jekyll and WordPress are left out, not shown.
"""

import re
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from feed.sources import clean, markup
from feed.sources.clean import Unusable

LONGEST = 2_000_000  # characters; a book has one million
# Each part is bounded, so that a text of opening signs alone is looked at once.
_UNSEEN = re.compile(
    r"\{\{[<%]\s{0,20}comment\s{0,20}[%>]\}\}.{0,20000}?\{\{[<%]\s{0,20}/\s{0,20}comment\s{0,20}[%>]\}\}"
    r"|\{%-?\s{0,20}comment\s{0,20}-?%\}.{0,20000}?\{%-?\s{0,20}endcomment\s{0,20}-?%\}"
    r"|%%(?=\s)[^%]{0,5000}%%",
    re.S,
)
_SHORTCODES = re.compile(
    r"\{\{[<%](?:[^{}]|\{[^{}]{0,500}\}){0,2000}?[%>]\}\}"  # {{< figure src="..." >}}
    r"|\{\{/\*.{0,2000}?\*/\}\}"
    r"|\{%.{0,2000}?%\}"  # {% include ... %}
    r"|\{\{[^{}\n]{1,500}\}\}"  # {{ site.title }}
    r"|^[ ]{0,3}\{:[^}\n]{0,500}\}[ \t]*$"  # {: .class }
    r"|\[/?(?:caption|gallery|embed|video|audio|playlist|contact-form-7|vc_\w{1,40}|et_pb_\w{1,40})\b[^\]\n]{0,1000}\]",
    re.S | re.M,
)
_CODE = re.compile(r"^(`{3,}|~{3,})[^\n]*\n.*?^\1[^\n]*$|`[^`\n]{1,500}`", re.S | re.M)


@cache
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    footnote_plugin(parser)
    # Anchors lead nowhere once an article stands among others.
    parser.add_render_rule("footnote_ref", _footnote)
    parser.add_render_rule("footnote_anchor", lambda *_: "")
    return parser


def _renderer(parser: MarkdownIt) -> Any:
    return parser.renderer


def _footnote(renderer: Any, tokens: Any, index: int, options: Any, environment: Any) -> str:
    return f"<sup>[{int(tokens[index].meta['id']) + 1}]</sup>"


def render(text: str, fields: dict[str, Any]) -> tuple[str, str]:
    """The safe HTML of a text and its title: that of `fields`, else its first heading.

    A heading that says the title is no part of the text.

    Raises:
        Unusable: it is longer than a text may be.
    """
    if len(text) > LONGEST:
        raise Unusable(f"{len(text):,} characters are more than Markdown may have ({LONGEST:,})")
    parser = _markdown()
    environment: dict[str, Any] = {}
    tokens = parser.parse(without_shortcodes(text), environment)
    start = next((n for n, t in enumerate(tokens) if t.type != "html_block"), 0)
    title = ""
    if [t.type for t in tokens[start : start + 2]] == ["heading_open", "inline"]:
        inline = tokens[start + 1]
        said = clean.line(clean.text_of_html(_renderer(parser).renderInline(inline.children or [], parser.options, environment)))  # fmt: skip
        if tokens[start].tag == "h1" or not fields:
            title = said
            given = next((v for k, v in fields.items() if k.lower() == "title"), None) or said
            if clean.line(clean.plain(str(given))) == said:
                del tokens[start : start + 3]
    return markup.fit(parser.renderer.render(tokens, parser.options, environment)), title


def without_shortcodes(text: str) -> str:
    """The text without comments, shortcodes and template tags; what stands in code stays."""
    if "{{" not in text and "{%" not in text and "{:" not in text and "[" not in text:
        return text
    text = _UNSEEN.sub("", text)
    kept: list[str] = []
    end = 0
    for code in _CODE.finditer(text) if "{" in text else ():
        kept += [_SHORTCODES.sub("", text[end : code.start()]), code[0]]
        end = code.end()
    return "".join([*kept, _SHORTCODES.sub("", text[end:])])
