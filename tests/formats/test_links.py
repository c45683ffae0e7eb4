"""Links in an article's HTML: absolute wherever it is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from feed.formats import FORMATS
from feed.formats.links import with_absolute_links
from feed.sources import clean
from tests.formats.test_formats import entry, feed, render_as

BASE = "https://example.com/dir/p2"
LINKS = [
    ('<a href="/rel/link">x</a>', '<a href="https://example.com/rel/link">x</a>', "<a>x</a>"),
    ('<a href="x.html?a=1&amp;b=2">', '<a href="https://example.com/dir/x.html?a=1&amp;b=2">', "<a>"),
    ('<a href="#note" rel="noopener">', f'<a href="{BASE}#note" rel="noopener">', '<a rel="noopener">'),
    ('<img alt="a" src="../pic.png">', '<img alt="a" src="https://example.com/pic.png">', ""),
    ('<img src="//cdn.example/a b.png">', '<img src="https://cdn.example/a%20b.png">', ""),
    ('<q cite="q">', '<q cite="https://example.com/dir/q">', "<q>"),
    ('<a href="ht tp:x">y</a>', '<a href="https://example.com/dir/ht%20tp:x">y</a>', "<a>y</a>"),
    ('<a href="//[x/">y</a>', "<a>y</a>", "<a>y</a>"),
    *((same, same, same) for same in (
        '<p>href="/x"</p>',
        '<a href="https://a.example/ü b">', '<a href="HTTP://a.example/">', '<a href="mailto:a@a.example">',
        '<img alt="no address">',
    )),
    ('<b title=" src=">/</b><a href="/">', '<b title=" src=">/</b><a href="https://example.com/">',
     '<b title=" src=">/</b><a>'),
]  # fmt: skip


@pytest.mark.parametrize(("markup", "absolute", "nowhere"), LINKS, ids=[link[0] for link in LINKS])
def test_links_are_resolved_or_left_out(markup: str, absolute: str, nowhere: str) -> None:
    assert with_absolute_links(markup, BASE) == absolute
    assert with_absolute_links(markup, "") == nowhere


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_has_absolute_links(form: str) -> None:
    body = render_as(form, feed(entry(content='<p><a href="/rel/link">x</a></p>', url=BASE)))
    assert b"https://example.com/rel/link" in body
    assert b'"/rel/link' not in body


NAMES = st.sampled_from(["href", "src", "cite", "title", "alt"])
VALUES = st.text(alphabet="ab/.:?#&<>'\" =[]", max_size=12)
TAGS = st.builds(
    lambda name, attributes: f"<{name} {' '.join(f'{n}={v!r}' for n, v in attributes)}>x",
    st.sampled_from(["a", "img", "q", "blockquote"]),
    st.lists(st.tuples(NAMES, VALUES), max_size=3),
)


@given(st.lists(TAGS | VALUES, min_size=1, max_size=4), st.sampled_from([BASE, ""]))
def test_no_relative_link_is_left_in_anything(parts: list[str], base: str) -> None:
    made = with_absolute_links(clean.safe_html("".join(parts)), base)
    for _, name, value, _ in html.fromstring(f"<div>{made}</div>").iterlinks():
        assert value.lower().startswith(("http://", "https://", "mailto:")), (name, value)
