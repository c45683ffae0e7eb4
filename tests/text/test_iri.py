"""Web addresses: what comes in as people write it goes out as programs take it."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.text.iri import resolve, to_iri, to_uri

URIS = [
    ("https://a.example/x?y=1&z=2#f", "https://a.example/x?y=1&z=2#f"),
    ("https://bücher.example/ü?ä=ö#ß", "https://xn--bcher-kva.example/%C3%BC?%C3%A4=%C3%B6#%C3%9F"),
    ("https://STRAẞE.example:8080/", "https://xn--strae-oqa.example:8080/"),
    ("https://例。jp/中", "https://xn--fsq.jp/%E4%B8%AD"),
    ("https://ü@a.example/", "https://%C3%BC@a.example/"),
    ("https://[2001:db8::1]/[x]", "https://[2001:db8::1]/%5Bx%5D"),
    ("https://a.example/100%/%C3%BC", "https://a.example/100%25/%C3%BC"),
    ("https://a.example/a b#c#d", "https://a.example/a%20b#c%23d"),
    ("https://a.example/?", "https://a.example/?"),
    ("https://a.example/\u202e", "https://a.example/%E2%80%AE"),
    ("urn:x:ü", "urn:x:%C3%BC"),
]
IRIS = [
    ("https://bücher.example/ü?q=<a>&b=\u202e", "https://bücher.example/ü?q=%3Ca%3E&b=%E2%80%AE"),
    ("https://a.example/a b", "https://a.example/a%20b"),
]
REFERENCES = [
    ("/rel/link", "https://example.com/rel/link"),
    ("x.html", "https://example.com/dir/x.html"),
    ("../pic.png", "https://example.com/pic.png"),
    ("//cdn.example/a b.png", "https://cdn.example/a%20b.png"),
    ("#note", "https://example.com/dir/p2#note"),
    ("?page=2", "https://example.com/dir/p2?page=2"),
    (" https://a.example/ü ", "https://a.example/ü"),
    ("javascript:alert(1)", ""),
    ("https://a b.example/", ""),
    ("https://[x/", ""),
    ("https://a.example:port/", ""),
]


@pytest.mark.parametrize(("iri", "uri"), URIS)
def test_an_iri_becomes_a_uri(iri: str, uri: str) -> None:
    assert to_uri(iri) == uri
    assert to_uri(uri) == uri


@pytest.mark.parametrize(("text", "iri"), IRIS)
def test_what_no_iri_may_hold_is_encoded(text: str, iri: str) -> None:
    assert to_iri(text) == iri
    assert to_iri(iri) == iri


@pytest.mark.parametrize(("reference", "address"), REFERENCES)
def test_a_reference_is_meant_from_where_it_stands(reference: str, address: str) -> None:
    assert resolve(reference, "https://example.com/dir/p2") == address


def test_a_relative_reference_that_stands_nowhere_means_nothing() -> None:
    assert resolve("/rel/link") == resolve("x.html") == resolve("//cdn.example/x") == ""
    assert resolve("https:///path") == ""


@given(st.text())
def test_any_text_is_written_in_ascii_once_and_for_all(text: str) -> None:
    uri = to_uri(text)
    assert uri.isascii()
    assert to_uri(to_iri(text)) == to_uri(uri) == uri


@given(st.text())
def test_what_is_resolved_is_on_the_web(text: str) -> None:
    found = resolve(text, "https://example.com/dir/p2")
    assert not found or urlsplit(found).scheme in ("http", "https")


@pytest.mark.parametrize("length", [60, 63, 64, 253, 5_000, 500_000])
@pytest.mark.parametrize("letter", ["ü", "例", "ß", "\U0001f680"])
def test_a_name_beyond_those_of_the_dns_is_not_encoded(letter: str, length: int) -> None:
    """Punycode takes time by the square of the length: half a million letters would take days."""
    made = to_uri(f"https://{letter * length}.example/")
    assert made.isascii()
    host = urlsplit(made).hostname or ""
    assert host.startswith("xn--") == (len(host.split(".")[0]) <= 63)


def test_many_names_in_a_host_are_as_linear(monkeypatch: pytest.MonkeyPatch) -> None:
    made = to_uri("https://" + "ü." * 50_000 + "example/")
    assert made.count("xn--tda") == 50_000
