"""Things come in: four forms, and everything that can be wrong with them."""

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.errors import SourceError
from feed.model import Article, Enclosure, Source
from feed.sources import clean
from feed.sources.arrival import Arrival
from feed.sources.folder import count_articles, find_files, read_file
from feed.sources.readers import Reading, read_json_lines
from tests.conftest import ROOT

WHEN = datetime.now(UTC).replace(microsecond=0)
READING = Reading("in.jsonl", now=WHEN)


def read(tmp_path: Path, name: str, data: str | bytes) -> list[Article | SourceError]:
    file = tmp_path / name
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return [articles_of(found) for found in read_file(file, READING)]


def articles_of(found: Arrival | SourceError) -> Article | SourceError:
    return found.article if isinstance(found, Arrival) else found


def lines(*objects: object) -> list[Article | SourceError]:
    data = [o if isinstance(o, bytes) else json.dumps(o).encode() for o in objects]
    return [articles_of(found) for found in read_json_lines(data, READING)]


def one(tmp_path: Path, name: str, data: str | bytes) -> Article:
    (article,) = read(tmp_path, name, data)
    assert isinstance(article, Article), article
    return article


def test_plain_text(tmp_path: Path) -> None:
    article = one(tmp_path, "a.txt", "\ufeffThe title\r\nFirst paragraph.\r\nSecond  one.\n")
    assert (article.title, article.text) == ("The title", "First paragraph.\n\nSecond one.")
    assert article.published == article.updated == WHEN
    assert article.id.startswith("tag:tagwire,2026:file/")


def test_a_date_in_the_name_of_a_file_counts(tmp_path: Path) -> None:
    text = "Title\nText."
    assert one(tmp_path, "2026-01-31-a.txt", text).published == datetime(2026, 1, 31, tzinfo=UTC)
    for name in ("2026-02-31-a.txt", "2026-01-311.txt", "a-2026-01-31.txt"):
        assert one(tmp_path, name, text).published == WHEN


def test_wrapped_text_is_joined_where_blank_lines_divide(tmp_path: Path) -> None:
    article = one(tmp_path, "a.txt", "Title\n\nOne is\nwrapped.\n\nTwo.")
    assert article.text == "One is wrapped.\n\nTwo."


def test_a_long_first_line_is_text_too(tmp_path: Path) -> None:
    article = one(tmp_path, "a.txt", "word " * 200 + "\nmore")
    assert len(article.title) <= clean.TITLE_LENGTH + 1
    assert article.title.endswith("word…")
    assert article.text.startswith("word word")


@pytest.mark.parametrize(
    ("title", "cut"),
    [
        ("中" * 400, "中" * 300 + "…"),
        ("x" * 301, "x" * 300 + "…"),
        ("x" * 300, "x" * 300),
        ("On " + "中" * 400, "On " + "中" * 297 + "…"),
        ("-" * 301, "-" * 300 + "…"),
        ("e\u0301" * 200, "e\u0301" * 150 + "…"),
        ("x" + "e\u0301" * 200, "x" + "e\u0301" * 149 + "…"),
        ("x" * 299 + "👩\u200d🚀" + "x", "x" * 299 + "…"),
        ("word " * 61, "word " * 59 + "word…"),
    ],
    ids=range(9),
)
def test_a_long_title_is_cut_at_a_word_or_else_at_a_character(title: str, cut: str) -> None:
    assert clean.title(title) == cut


MARKDOWN = """\
---
title: "Poland & tanks"
date: 2025-03-01T10:00:00+02:00
updated: 2025-03-02
authors: [Jo Doe, Ann Li, Jo Doe]
language: en_gb
url: https://news.example/poland
source: {name: Review, url: https://review.example/}
summary: Short.
enclosures: [{url: https://news.example/a.mp3, type: audio/mpeg, length: 12}, {url: "javascript:x"}]
---
# Poland & tanks

The **first** <script>alert(1)</script> paragraph with a [link](https://x.example/ "t").

* one
* two & three
"""


def test_markdown_with_a_header(tmp_path: Path) -> None:
    article = one(tmp_path, "a.md", MARKDOWN)
    assert article.title == "Poland & tanks"
    assert article.published == datetime(2025, 3, 1, 8, tzinfo=UTC)
    assert article.updated == datetime(2025, 3, 2, tzinfo=UTC)
    assert article.authors == ("Jo Doe", "Ann Li")
    assert article.language == "en-GB"
    assert article.id == article.url == "https://news.example/poland"
    assert article.source == Source("Review", "https://review.example/")
    assert article.enclosures == (Enclosure("https://news.example/a.mp3", "audio/mpeg", 12),)
    assert article.text.startswith("The first paragraph with a link.")
    assert "two & three" in article.text
    assert "<script" not in article.content
    assert "<strong>first</strong>" in article.content


def test_markdown_without_a_header_takes_its_heading(tmp_path: Path) -> None:
    article = one(tmp_path, "a.md", "# The *title*\n\nText.")
    assert (article.title, article.text) == ("The title", "Text.")


HTML = """\
<!DOCTYPE html><html lang="en-US"><head><title>Poland buys K2 | The Site</title>
<meta property="og:title" content="Poland buys K2"><meta property="og:site_name" content="The Site">
<meta property="article:published_time" content="2025-03-01T10:00:00+01:00">
<meta name="author" content="Jo Doe"><link rel="canonical" href="https://news.example/k2">
<script>var x = "Zanzibar";</script></head><body>
<nav><a href="/">Home</a> <a href="/zanzibar">Zanzibar</a></nav>
<article><h1>Poland buys K2</h1>{paragraphs}</article>
<aside><h3>Related</h3><a href="/z">Zanzibar again</a></aside>
<footer>Copyright 2025 Zanzibar Media</footer></body></html>
"""
PARAGRAPH = (
    "<p>The ministry in Warsaw signed the contract on Friday for {n} tanks, and the first of them "
    "will arrive next year according to a spokesman of the company that builds them.</p>"
)


def test_html_pages(tmp_path: Path) -> None:
    page = HTML.replace(
        "{paragraphs}", "".join(PARAGRAPH.replace("{n}", str(n)) for n in range(100, 104))
    )
    article = one(tmp_path, "a.html", page)
    assert article.title == "Poland buys K2"
    assert article.published == datetime(2025, 3, 1, 9, tzinfo=UTC)
    assert (article.authors, article.language) == (("Jo Doe",), "en-US")
    assert article.id == article.url == "https://news.example/k2"
    assert article.source == Source("The Site")
    assert article.text.startswith("The ministry in Warsaw")
    assert "Zanzibar" not in article.text


def test_html_in_its_declared_encoding(tmp_path: Path) -> None:
    page = '<html><head><meta charset="iso-8859-1"><title>Gr\xfc\xdfe</title></head><body><article>'
    page += PARAGRAPH.replace("Warsaw", "M\xfcnchen") * 4 + "</article></body></html>"
    assert "München" in one(tmp_path, "a.html", page.encode("latin-1")).text


def test_json_lines() -> None:
    data = io.BytesIO(
        b'{"id":"7","title":"A","text":"x\\u0000y","published":"2025-01-01"}\n\n'
        b'{"title":"B","content_html":"<p>x<script>1</script></p><p>y &amp; z</p>","url":"https://b.example/"}\n'
        b'{"title":"C","link":"https://c.example/"}\nnonsense\n[1]\n{"text":"no title"}\n{"title":"D","published":"yesterday"}\n'
        b'{"title":"E","text":5}\n{"title":{"a":1}}\n\xff\n{"title":"G"}\n{"title":"F","text":"last"}'
    )
    found = lines(*data)
    articles = [a for a in found if isinstance(a, Article)]
    errors = [str(e) for e in found if isinstance(e, SourceError)]
    assert [a.title for a in articles] == ["A", "B", "C", "no title", "F"]
    assert articles[0].id.startswith("tag:tagwire,2026:id/")
    assert articles[0].text == "xy"
    assert articles[1].text == "x\n\ny & z"
    assert articles[1].content == "<p>x</p><p>y &amp; z</p>"
    assert articles[3].published == articles[4].published == WHEN
    for error, part in zip(
        errors,
        ["in.jsonl:5: not JSON", "6: not a JSON object", "8: no text, no summary", "9: no text, no summary",
         "10: no text, no summary", "11: not UTF-8 at byte 0", "12: no text, no summary, and no url"],
        strict=True,
    ):  # fmt: skip
        assert part in error


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/my page.html", "https://a.example/my%20page.html"),
        ("https://bücher.example/ü", "https://bücher.example/ü"),
        ("https://a.example/<x>", "https://a.example/%3Cx%3E"),
        ("https://no host.example/", ""),
        ("/relative", ""),
    ],
)
def test_an_address_is_made_fit_or_left_out(tmp_path: Path, url: str, expected: str) -> None:
    article = one(tmp_path, "a.md", f"---\ntitle: T\nurl: '{url}'\n---\nText.")
    assert article.url == expected
    assert not expected or article.id == expected


def test_enclosures_are_resolved_and_percent_encoded(tmp_path: Path) -> None:
    header = "title: T\nurl: https://a.example/dir/p\nenclosures: [talk 1.mp3, /b.mp3, 'https://b.example/c d.mp3']"
    article = one(tmp_path, "a.md", f"---\n{header}\n---\nText.")
    assert [e.url for e in article.enclosures] == [
        "https://a.example/dir/talk%201.mp3",
        "https://a.example/b.mp3",
        "https://b.example/c%20d.mp3",
    ]


TYPES = [
    ("audio/mpeg", "audio/mpeg"),
    ("Audio/Ogg; codecs=opus", "audio/ogg"),
    ("image/svg+xml", "image/svg+xml"),
    ("application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"),
    *((bad, "video/mp4") for bad in ("x y", "", "mp4", "video/", "a/b/c", "ü/x", "-x/y", "video/" + "x" * 128)),
]  # fmt: skip


@pytest.mark.parametrize(("given", "taken"), TYPES)
def test_a_media_type_is_one_or_that_of_the_ending(given: str, taken: str) -> None:
    assert clean.media_type(given, "https://a.example/talk%201.mp4?x=1.mp3") == taken


def test_an_unknown_ending_is_bytes() -> None:
    for url in ("https://a.example/", "https://a.example/x.zorg", "https://a.example/?x=a.mp3"):
        assert clean.media_type("x y", url) == "application/octet-stream"


MARKUP = "<p>One &amp; two.</p><p>Three.</p>"
BODIES: list[tuple[dict[str, object], str]] = [
    *((dict[str, object]({name: MARKUP}), "h") for name in ("html", "content_html", "content", "body", "content:encoded", "description", "summary")),
    *((dict[str, object]({name: "One & two.\n\nThree."}), "t") for name in ("text", "content_text", "content", "body", "maintext", "articleBody", "description")),
    ({"content": [{"type": "text/html", "value": MARKUP}], "summary": "Short."}, "h"),
    ({"content:encoded": MARKUP, "content": "<p>Short.</p>", "contentSnippet": "Short."}, "h"),
    ({"content_html": MARKUP, "content_text": "One & two.\n\nThree."}, "h"),
    ({"text": "One & two.\n\nThree.", "content": "One & ... [+9 chars]"}, "t"),
    ({"content": "", "description": MARKUP}, "h"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "form"), BODIES, ids=lambda value: str(value)[:40])
def test_the_text_stands_under_many_names(fields: dict[str, object], form: str) -> None:
    (article,) = lines({"title": "T", **fields})
    assert isinstance(article, Article), article
    assert article.text == "One & two.\n\nThree."
    assert article.content == (MARKUP if form == "h" else "")
    assert article.summary == ("Short." if fields.get("summary") == "Short." else "")


def test_two_articles_of_one_title_and_no_name_are_two() -> None:
    found = lines({"title": "T", "description": "a"}, {"title": "T", "description": "b"})
    assert len({a.id for a in found if isinstance(a, Article)}) == 2


def test_plain_text_with_signs_is_no_html() -> None:
    for text in ("If a<b and c> d", "<script>alert(1)</script>", "A & B; R&D", "x < y > z", "<3"):
        assert not clean.is_html(text)
        (article,) = lines({"title": "T", "content": text})
        assert isinstance(article, Article)
        assert (article.text, article.content) == (text, "")


def test_a_summary_is_plain_text(tmp_path: Path) -> None:
    article = one(
        tmp_path, "a.md", "---\ntitle: T\ndescription: <p>One &amp;<br>two.</p>\n---\nText."
    )
    assert article.summary == "One & two."


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", "Title alone"),
        ("a.md", "# Title alone"),
        ("a.jsonl", '{"title": "T", "words": "Text."}'),
        ("a.jsonl", '{"title": "T", "content": "<p> </p>"}'),
    ],
)
def test_an_article_without_text_is_an_error(tmp_path: Path, name: str, data: str) -> None:
    (error,) = read(tmp_path, name, data)
    assert isinstance(error, SourceError)
    assert "no text, no summary, and no url that leads to it" in str(error)


def test_a_title_that_leads_to_something_needs_no_text(tmp_path: Path) -> None:
    link = one(
        tmp_path, "a.jsonl", '{"title": "T", "url": "https://a.example/", "content": "<p></p>"}'
    )
    assert (link.text, link.content) == ("", "")
    talk = one(
        tmp_path, "b.jsonl", '{"title": "T", "enclosure": {"link": "https://a.example/a.mp3"}}'
    )
    assert talk.enclosures == (Enclosure("https://a.example/a.mp3", "audio/mpeg"),)
    picture = one(tmp_path, "c.md", "# T\n\n![](https://a.example/a.png)")
    assert picture.content == '<p><img src="https://a.example/a.png" alt=""></p>'
    brief = one(tmp_path, "d.md", "---\ntitle: T\nsummary: Only this.\n---\n")
    assert (brief.text, brief.summary) == ("Only this.", "")


BAD = [
    ("a.txt", b"", "the file is empty"),
    ("a.txt", b" \n\t\n", "the file is empty"),
    ("a.txt", b"Title\n\xff\xfe", "not UTF-8 at byte 6"),
    ("a.txt", b"Ti\x00tle", "byte 2 is NUL"),
    ("a.txt", b"x" * (50 * 1024 * 1024), "52,428,800 bytes are more than"),
    ("a.md", b"---\ntitle: a: b\n---\nx", "line 2: the YAML header is broken"),
    ("a.md", b"---\ntitle: x\n", "line 1: the YAML header is never closed"),
    ("a.md", b"---\n- a\n---\nx", "should be lines of 'name: value'"),
    ("a.html", b"<html><body><nav>Home</nav></body></html>", "no article in this page"),
    ("a.html", b"<html><body><p>Too short.</p></body></html>", "no article in this page"),
    ("a.html", b"", "the file is empty"),
]


@pytest.mark.parametrize(("name", "data", "message"), BAD, ids=[b[2][:30] for b in BAD])
def test_bad_input_is_said(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    (error,) = read(tmp_path, name, data)
    assert isinstance(error, SourceError)
    assert str(error).startswith(str(tmp_path / name))
    assert message in str(error)


def test_control_characters_are_cleaned_away(tmp_path: Path) -> None:
    article = one(tmp_path, "a.txt", "Ti\x08tle\x1b[31m\nA\x07B\u2028C")
    assert (article.title, article.text) == ("Ti tle [31m", "ABC")


@given(st.binary(max_size=400), st.sampled_from(["a.txt", "a.md", "a.html", "a.jsonl"]))
def test_any_bytes_are_an_article_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str
) -> None:
    for found in read(tmp_path_factory.getbasetemp(), name, data):
        assert isinstance(found, Article | SourceError)


def test_folders_are_read_in_order_and_hidden_files_passed_over(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", ".hidden.txt", "c.pdf", "sub/d.html", ".git/e.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    names = [
        f.relative_to(tmp_path).as_posix()
        for f in find_files([str(tmp_path)])
        if isinstance(f, Path)
    ]
    assert names == ["a.md", "b.txt", "sub/d.html"]


def test_one_file_has_one_id_however_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = one(tmp_path, "a.txt", "T\nx").id
    monkeypatch.chdir(tmp_path)
    (again,) = read_file(Path("a.txt"))
    assert isinstance(again, Arrival)
    assert again.article.id == first


def test_the_samples_load() -> None:
    files = [f for f in find_files([str(ROOT / "seeds")]) if isinstance(f, Path)]
    found = [item for file in files for item in read_file(file)]
    assert [e for e in found if isinstance(e, SourceError)] == []
    articles = [a.article for a in found if isinstance(a, Arrival)]
    assert len(articles) >= 30
    assert {f.suffix for f in files} == {".txt", ".md", ".html", ".jsonl"}
    assert {a.published.year for a in articles if a.url} >= {2023, 2024, 2025, 2026}
    assert sum(count_articles(f) for f in files) >= len(articles)
    begun = datetime.now(UTC) - timedelta(minutes=5)
    assert all(a.published < begun for a in articles)  # none is as new as a fresh clone
