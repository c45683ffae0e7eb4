"""No scheme takes a name that begins something else: checked against routes, grammar and index."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.exceptions import NotFound as NoRoute

from feed.errors import TaxonomyError
from feed.publisher import Publisher
from feed.query.expression import OPERATORS, Has
from feed.query.parser import parse
from feed.settings import Settings
from feed.taxonomy.loader import parse_taxonomy
from feed.taxonomy.reserved import DERIVED_SCHEMES, RESERVED
from feed.taxonomy.taxonomy import Taxonomy
from feed.web import create_app
from tests.conftest import SMALL, Make

COMING = (
    "once story stories member upstream arrived changed origin maker source sources lang licence title text"
    " since before feed feeds article articles tags search syntax workbench corrections static api metrics"
    " healthz readyz robots favicon atom rss index day and or not"
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Publisher:
    file = tmp_path_factory.mktemp("site") / "x.db"
    return Publisher(Settings(database=f"sqlite:///{file}"), parse_taxonomy(SMALL.read_text()))


@pytest.mark.parametrize("name", COMING.split())
def test_a_taken_name_is_refused_with_what_it_is(name: str) -> None:
    with pytest.raises(TaxonomyError, match=rf"tags.yaml:1: {name}: not .*, it is .*; call the"):
        parse_taxonomy(f"{name}: {{tags: {{a: A}}}}")


def test_every_route_begins_with_a_reserved_word_or_a_scheme(app: Publisher) -> None:
    for rule in create_app(app).url_map.iter_rules():
        first = rule.rule.split("/")[1]
        if first.startswith("<any("):
            words = {word.strip(" '") for word in first[5:].partition(")")[0].split(",")}
        else:
            words = {first} - {"", "<scheme>"}
        assert {word.partition(".")[0] for word in words} <= RESERVED.keys(), rule.rule


def test_the_words_of_the_grammar_are_reserved() -> None:
    assert RESERVED.keys() >= OPERATORS
    assert set(DERIVED_SCHEMES) <= RESERVED.keys()


@given(st.from_regex(r"[a-z][a-z0-9]{0,9}", fullmatch=True))
@example("country")
@example("feedx")
@example("index1")
def test_any_other_name_works_as_a_scheme_everywhere(app: Publisher, name: str) -> None:
    if name in RESERVED:
        return
    assert parse(f"{name}:a", str) == Has(f"{name}:a")
    assert parse(f"-{name}:a@main").part == Has(f"{name}:a", True)  # type: ignore[union-attr]
    assert f"{name}:a" in parse_taxonomy(f"{name}: {{tags: {{a: A}}}}")
    routes = create_app(app).url_map.bind("wire.example")
    for path, endpoint in (
        (f"/{name}/a", "pages.tag"), (f"/{name}/a.atom", "feeds.tag_feed"),
        (f"/{name}/a/2026-01.rss", "feeds.month"), (f"/{name}/a/feed", "feeds.tag_alias"),
    ):  # fmt: skip
        try:
            assert routes.match(path)[0] == endpoint
        except NoRoute:
            pytest.fail(path)


def test_no_key_of_the_index_looks_like_a_tag(
    publisher: Publisher, small: Taxonomy, make: Make
) -> None:
    publisher.archive.ingest([make(1, "Israel shows Harop", language="en")])
    for key in publisher.archive.current_snapshot().bitmaps:
        tag = key.removesuffix("@main")
        assert key == "" or key[0] == "@" or tag in small or tag.partition(":")[0] in RESERVED, key
