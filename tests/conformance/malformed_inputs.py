"""Articles with every oddity that may come in, as JSON Lines of our own making."""

import json
from collections.abc import Iterator
from typing import Any

# Texts that have broken feeds and pages before, by kind.
NAUGHTY = [
    # markup, and what looks like it
    "<script>alert(1)</script>", "<b>bold</b> & <i>not</i>", "]]>", "<![CDATA[x]]>", "<!-- x -->", "&amp;amp; &lt; &#0; &bogus;",
    "<?xml version='1.0'?>", "</title></item></channel></rss>", "<p onclick=x>", "a < b > c & d", "<<<>>>", "\"'`", "&", "<",
    # numbers and names that programs take for something else
    "undefined", "null", "NaN", "true", "0", "-1", "1e309", "0x0", "1/0", "None", "NULL", "__proto__", "constructor",
    # scripts, directions, marks
    "Россия и Украина", "中国与日本", "日本語のテキスト", "한국어", "עברית בישראל", "إيران تبني", "\u202eright to left\u202c", "हिन्दी", "ไทย",
    "Z\u0351\u036b\u0343\u036a\u0302a\u036b\u033dlgo", "e\u0301 and \u00e9", "\ufeffmark", "zero\u200bwidth\u200d", "soft\u00adhyphen",
    # signs beyond the first plane
    "😀 👩‍👩‍👧‍👦 🇺🇦", "𝕿𝖍𝖊 𝖖𝖚𝖎𝖈𝖐", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "\U0001d11e",
    # control characters and breaks
    "bell\u0007 and \u0000 nul", "form\u000cfeed", "\u0085next line", "\u2028separator\u2029", "tab\tand\r\nreturn", "\u001b[31mred",
    # addresses and commands
    "javascript:alert(1)", "../../etc/passwd", "'; DROP TABLE article; --", "$(rm -rf /)", "%s %d %n", "{{7*7}}", "${x}", "file:///etc/passwd",
    # sizes
    "x" * 300, "word " * 60, " ", "a",
]  # fmt: skip
HUGE = "<p>" + "A paragraph about Iran, Harop drones and nothing else. " * 40 + "</p>"


def articles() -> Iterator[str]:
    """One JSON line for each odd article."""
    for number, record in enumerate(_records()):
        day = 1 + number % 28
        full = {
            "id": f"tag:odd.example,2025:{number}",
            "published": f"2025-03-{day:02}T08:00:00Z",
            **record,
        }
        yield json.dumps(full, ensure_ascii=False)


def _records() -> Iterator[dict[str, Any]]:
    for number, text in enumerate(NAUGHTY):
        yield {"title": f"Iran {text}", "text": f"Odd text {number}: {text}. Iran again."}
        yield {"title": f"Odd author {number}", "text": "Iran.", "authors": [text], "summary": text}
    yield {"title": "No author", "text": "Iran, without an author."}
    yield {
        "title": "Five authors",
        "text": "Iran.",
        "authors": ["A One", "B Two", "C Three", "D Four", "E <Five>"],
    }
    yield {"title": "Enclosures", "text": "Iran.", "enclosures": [
        {"url": "https://odd.example/a.mp3", "type": "audio/mpeg"},
        {"url": "https://odd.example/b?x=1&y=2", "type": "application/octet-stream", "length": 7},
    ]}  # fmt: skip
    yield {"title": "Relative links", "content": '<p>Iran <a href="/x">here</a> <img src="y.png"></p>',
           "url": "https://odd.example/dir/page"}  # fmt: skip
    yield {
        "title": "Relative links to nowhere",
        "content": '<p>Iran <a href="/x">here</a> <img src="//cdn.example/y.png"></p>',
    }
    yield {"title": "Odd enclosures", "text": "Iran.", "url": "https://odd.example/dir/page",
           "enclosures": [{"url": "talk 1.mp3", "type": "x y"}, {"url": "https://bücher.example/ü.mp4"}]}  # fmt: skip
    yield {"title": "A link alone: Iran", "url": "https://bücher.example/my page?q=ü&b=[1]#a#b"}
    yield {"title": "伊朗" * 200 + " Iran", "text": "伊朗" * 400 + " Iran"}
    yield {"title": "HTML under another name", "description": "<p>Iran &amp; <b>others</b></p>"}
    yield {
        "title": "Hostile content",
        "content": "<p onload=x>Iran<script>x</script><iframe src=x></iframe></p>",
    }
    yield {"title": "Huge", "content": HUGE * 100}
    yield {"title": "Languages", "text": "Iran.", "language": "fa"}
    yield {
        "title": "A source",
        "text": "Iran.",
        "source": {"name": "Odd & <Sons>", "url": "https://odd.example/?a=1&b=2"},
    }
    yield {
        "title": "An odd address",
        "text": "Iran.",
        "url": "https://odd.example/ü?q=<a>&b=\u202e",
    }
