"""Whatever one file or line holds costs that article alone, and nothing takes for ever."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from feed.cli import main
from feed.errors import SourceError
from feed.model import Article
from feed.publisher import Publisher
from feed.sources import clean
from feed.sources.arrival import Arrival
from feed.sources.folder import read_file
from feed.text.excerpt import excerpt
from tests.conftest import SMALL, Make
from tests.growth import is_linear

PAGE = "<html><head>{head}</head><body><article><h1>T</h1>{body}</article></body></html>"
WORDS = "<p>" + "The ministry signed the contract for the tanks on Friday. " * 8 + "</p>"
DEEP = "\n".join(f"{' ' * n}a:" for n in range(3_000))
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE: dict[str, str | bytes] = {
    "zone.md": "---\ntitle: T\ndate: Sat, 01 Jan 2000 00:00:00 +9999999999\n---\nText.",
    "zone.jsonl": '{"title": "T", "text": "x", "date": "2000-01-01T00:00:00+99999999999999:00"}',
    "depth.html": PAGE.format(head=f'<script type="application/ld+json">{"[" * 5_000}</script>', body=WORDS),
    "depth.jsonl": '{"title": "T", "text": "x", "a": ' + "[" * 50_000,
    "depth.md": f"---\n{DEEP}\n---\nText.",
    "flow.md": "---\na: " + "[" * 50_000 + "\n---\nText.",
    "bomb.md": f"---\ntitle: T\n{BOMB}authors: *i\n---\nText.",
    "self.md": "---\ntitle: T\nauthors: &a [*a]\n---\nText.",
    "charset.html": PAGE.format(head="<meta charset=undefined>", body=WORDS).encode() + b"\xff",
    "charset2.html": PAGE.format(head="<meta charset=base64>", body=WORDS).encode() + b"\xff",
    "charset3.html": PAGE.format(head="<meta charset=idna>", body=WORDS).encode() + b"\xff",
    "half.jsonl": r'{"title": "T \ud800", "summary": "<p>\udc00</p>", "text": "x \ud83d", "author": "\ud800"}',
    "half2.jsonl": r'{"title": "T", "content_html": "<p>\ud800 x</p>", "url": "https://a.example/\ud800"}',
    "half3.jsonl": r'{"id": "\ud800", "title": "T", "text": "x", "language": "\ud800", "source": {"name": "\ud800"}}',
    "number.jsonl": '{"title": "T", "text": "x", "id": ' + "9" * 5_000 + "}",
    "years.jsonl": '{"title": "T", "text": "x", "date": "9999-12-31"}\n{"title": "T", "text": "x", "date": "0001-01-01"}',
    "tree.html": "<div>" * 5_000 + WORDS,
    "loop.html": PAGE.format(head='<base href="http://[">', body=WORDS + '<a href="http://[x">y</a>'),
}  # fmt: skip


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    for name, data in HOSTILE.items():
        (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    (folder / "zz-good.md").write_text("# Israel shows Harop\n\nText.")
    return folder


def test_an_article_is_lost_alone(hostile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(hostile.parent)
    result = CliRunner().invoke(main, ["--tags", str(SMALL), "add", "news"])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    for line in result.stderr.splitlines():
        assert re.match(r"(?:failed|warning): news/[\w-]+\.\w+(?::\d+)?: \S", line), line
    found = CliRunner().invoke(main, ["--tags", str(SMALL), "explain", "news/zz-good.md"])
    assert "country:israel" in found.output


@pytest.mark.parametrize("name", HOSTILE)
def test_explaining_is_an_article_or_a_sentence(
    hostile: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(hostile)
    result = CliRunner().invoke(main, ["--tags", str(SMALL), "explain", name])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.exit_code == 0 or name in result.stderr


def test_an_error_that_nobody_foresaw_is_one_failed_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.md"
    file.write_text("# T\n\nText.")

    def fail(text: str) -> str:
        raise KeyError("nobody thought of this")

    monkeypatch.setattr(clean, "title", fail)
    (found,) = read_file(file)
    assert isinstance(found, SourceError)
    assert "a.md: cannot be read (KeyError: 'nobody thought of this')" in str(found)


def test_an_article_that_cannot_be_tagged_is_one_failed_article(
    publisher: Publisher, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = [make(n, "Israel", f"Harop {n}") for n in range(3)]
    tag = publisher.archive.tagger.tag

    def fail(article: Article) -> object:
        if article.text == "Harop 1":
            raise IndexError("of the rules")
        return tag(article)

    with monkeypatch.context() as patch:
        patch.setattr(publisher.archive.tagger, "tag", fail)
        report = publisher.archive.ingest(articles)
    assert (report.new, [str(e) for e in report.failed]) == (
        2,
        [f"{articles[1].id}: cannot be tagged (IndexError: of the rules)"],
    )
    assert publisher.archive.ingest(articles).new == 1


# Nothing that is read takes longer than in proportion to its length.


GROWING = [
    ("a.md", "# ", "a "), ("a.md", "#", "\t"), ("a.md", "#", " #"), ("a.md", "", "---\n"), ("a.md", "---\n", "--- \t"),
    ("a.md", "---\na: b\n---\n", "#\t \t"), ("a.md", "# T\n\n", "<!-- "), ("a.md", "# T\n\n", "*a **a "),
    ("a.md", "# T\n\n", "[a]("), ("a.md", "# T\n\n", "![["), ("a.md", "# T\n\n", "`` ` "), ("a.md", "# T\n\n", "<a x='"),
    ("a.txt", "T\n", "\n \t\n"), ("a.txt", "T\n", " \u00a0"),
    ("a.html", "<!-- ", "<meta "), ("a.html", "<p>", "<p <p"), ("a.html", "<html>", "<meta charset "),
]  # fmt: skip


@pytest.mark.parametrize(("name", "start", "unit"), GROWING, ids=range(len(GROWING)))
def test_four_times_the_text_takes_no_sixteen_times(
    tmp_path: Path, name: str, start: str, unit: str
) -> None:
    file = tmp_path / name

    def work(size: int) -> None:
        file.write_text(start + unit * size)
        list(read_file(file))

    assert is_linear(work, 12_000 // len(unit))


UNITS = [
    '<a x="',
    "<a x='",
    "<a x=y ",
    "<a ",
    "&#",
    "&a",
    "<p ",
    "</p",
    "\n \t",
    "\u00a0\n",
    "a:",
    "-a",
    "<p x=\"' ",
]


@pytest.mark.parametrize("unit", UNITS)
def test_patterns_look_at_a_sign_once(unit: str) -> None:
    def work(size: int) -> None:
        text = unit * size
        clean.is_html(text)
        clean.text_of_html(text)
        clean.paragraphs(text)
        clean.language(text)
        clean.iri(text, "x")
        excerpt(text, 300)

    assert is_linear(work, 50_000 // len(unit))


def test_json_lines_go_on_after_a_bad_one(tmp_path: Path) -> None:
    good = json.dumps({"title": "T", "text": "x"})
    (tmp_path / "a.jsonl").write_text("\n".join(["[" * 90_000, good, "{", good, '{"title": 5}', "\x00"]))  # fmt: skip
    found = list(read_file(tmp_path / "a.jsonl"))
    assert [isinstance(f, Arrival) for f in found] == [False, True, False, True, False, False]
