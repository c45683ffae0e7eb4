"""The JSON answers: what exclusions remove, and why an expression holds an article."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from feed.model import Source
from feed.publisher import Publisher
from feed.web import create_app
from tests.conftest import Make

Q = "country:azerbaijan weapon:loitering-munition -country:armenia@main -drones"


@pytest.fixture
def client(publisher: Publisher, make: Make) -> FlaskClient:
    publisher.archive.ingest([
        make(1, "Azerbaijan shows Harop", "It was used against Armenia."),
        make(2, "Armenia shows Harop", "Azerbaijan protested."),
        make(3, "Azerbaijan shows Harop", "Armenia protested. Drones!"),
        make(4, "Iran builds", "Nothing else."),
    ])  # fmt: skip
    return create_app(publisher).test_client()


def get(client: FlaskClient, path: str, **query: str) -> Any:
    answer = client.get(f"/api/v1/{path}", query_string=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    return answer.get_json()


def test_what_an_expression_means(client: FlaskClient) -> None:
    found = get(client, "expression", q="harop AND country:azerbaijan")
    assert found["q"] == "country:azerbaijan harop"
    assert found["title"] == "Azerbaijan, “harop”"
    assert found["total"] == 3
    assert found["feeds"]["atom"].startswith("https://wire.example/feed.atom?q=")


def test_what_exclusions_remove_and_by_which_clause(client: FlaskClient) -> None:
    found = get(client, "excluded", q=Q)
    removed = {e["clause"]: e for e in found["exclusions"]}
    assert set(removed) == {"-country:armenia@main", "-drones"}
    assert [a["id"] for a in removed["-country:armenia@main"]["newest"]] == [
        "tag:wire.example,2025:2"
    ]
    assert [a["id"] for a in removed["-drones"]["newest"]] == ["tag:wire.example,2025:3"]
    for exclusion in removed.values():
        assert get(client, "expression", q=exclusion["q"])["total"] == exclusion["total"] == 1


def test_exclusions_inside_alternatives(client: FlaskClient) -> None:
    found = get(client, "excluded", q="(country:iran | country:azerbaijan -drones) harop")
    assert [(e["clause"], e["total"]) for e in found["exclusions"]] == [("-drones", 1)]
    # what one branch excludes and another holds is not kept out
    found = get(client, "excluded", q="country:azerbaijan -drones | weapon:harop")
    assert [(e["clause"], e["total"]) for e in found["exclusions"]] == [("-drones", 0)]


def test_a_group_that_is_excluded_is_shown_as_one(client: FlaskClient) -> None:
    q = "country:azerbaijan -(drones weapon:harop)"
    (exclusion,) = get(client, "excluded", q=q)["exclusions"]
    assert exclusion["clause"] == "-(drones weapon:harop)"
    assert (
        "<code>-(drones weapon:harop)</code>" in client.get("/search", query_string={"q": q}).text
    )
    found = get(client, "excluded", q="country:azerbaijan -(drones | country:armenia@main)")
    assert [e["clause"] for e in found["exclusions"]] == ["-country:armenia@main", "-drones"]


def test_the_question_for_an_exclusion_can_be_asked(client: FlaskClient) -> None:
    words = " ".join(f"-word{n}" for n in range(19)) + " -drones"
    tags = " ".join(f"-source:s{n}" for n in range(99)) + " -country:iran"
    for q in (words, tags, "country:azerbaijan -drones | weapon:tank -(harop armenia)"):
        for exclusion in get(client, "excluded", q=q)["exclusions"]:
            assert get(client, "expression", q=exclusion["q"])["total"] == exclusion["total"]


def test_why_an_article_is_in_or_out(client: FlaskClient) -> None:
    found = get(client, "explain", q=Q, article="tag:wire.example,2025:2")
    assert found["holds"] is False
    parts = {part["clause"]: part for part in found["parts"]}
    assert parts["country:azerbaijan"]["holds"] is True
    assert parts["country:azerbaijan"]["because"].startswith("mention: ")
    excluded = parts["-country:armenia@main"]
    assert excluded["holds"] is False
    assert excluded["parts"][0]["because"] == "main: in the title"
    assert parts["weapon:loitering-munition"]["because"] == "main: by way of weapon:harop"
    assert parts["-drones"]["parts"][0]["because"] == "neither in title nor text"
    dated = get(client, "explain", q="since:2025-01-01 harop", article="tag:wire.example,2025:1")
    assert dated["holds"] is True
    assert [p["because"] for p in dated["parts"]] == ["in the title", "published on 2025-01-01"]


REASONS = [
    ("maker:iai", True, "it follows from weapon:harop (main), weapon:barak-8 (mention)"),
    ("maker:iai@main", True, "it follows from weapon:harop (main)"),
    ("origin:israel", True, "it follows from weapon:harop (main), weapon:barak-8 (mention)"),
    ("maker:rafael", True, "it follows from weapon:barak-8 (mention)"),
    ("maker:rafael@main", False, "it follows from weapon:barak-8 (mention)"),
    ("maker:elbit-systems", False, "none of its tags is of that maker"),
    ("origin:russia", False, "none of its tags is of that origin"),
    ("lang:pt", True, "the article's language is “pt-BR”"),
    ("lang:en", False, "the article's language is “pt-BR”"),
    ("source:correio", False, "the article's source is “Correio da Manhã”"),
    ("source:correio-da-manha", True, "the article's source is “Correio da Manhã”"),
    ("lang:pt@main", False, "the article's language is “pt-BR”; only tags can be main"),
    ("country:oman@main", False, "it does not carry this tag"),
]


@pytest.mark.parametrize(("q", "holds", "because"), REASONS)
def test_every_key_has_its_reason(
    client: FlaskClient, publisher: Publisher, make: Make, q: str, holds: bool, because: str
) -> None:
    text = "Seen beside a Barak 8, which Israel makes."
    source = Source("Correio da Manhã")
    publisher.archive.ingest([make(9, "Harop, again", text, language="pt-BR", source=source)])
    found = get(client, "explain", q=q, article="tag:wire.example,2025:9")
    assert (found["holds"], found["because"]) == (holds, because)
    silent = get(client, "explain", q=q, article="tag:wire.example,2025:4")
    if q.startswith(("lang", "source")):
        assert silent["because"].startswith("the article names no ")


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("explain?q=country:iran", 400, "'article' is missing"),
        ("explain?q=country:iran&article=nothing", 404, "nothing"),
        ("excluded?q=country:irna", 400, "no tag 'country:irna'"),
        ("nothing", 404, ""),
    ],
)
def test_mistakes_are_answered_in_json(
    client: FlaskClient, path: str, status: int, message: str
) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == status
    assert message in answer.get_json()["error"]["message"]


def test_a_mistake_has_its_position_and_suggestions(client: FlaskClient) -> None:
    def error(q: str) -> Any:
        return client.get("/api/v1/excluded", query_string={"q": q}).get_json()["error"]

    unknown = error("harop country:irna@main -drones")
    assert unknown["position"] == 7
    assert "(at position 7)" in unknown["message"]
    assert unknown["tags"][0] == "country:iran"
    assert unknown["corrected"][0] == "harop country:iran@main -drones"
    first = error("contry:iran")
    assert first["position"] == 1
    assert "(at position 1)" in first["message"]


def test_the_page_shows_what_exclusions_remove(client: FlaskClient) -> None:
    page = client.get("/search", query_string={"q": Q}).text
    assert "<code>-country:armenia@main</code> keeps out 1 article" in page
    assert "Armenia shows Harop" in page


def test_a_word_that_is_a_tag_is_hinted_at(client: FlaskClient) -> None:
    page = client.get("/search?q=azerbaijan").text
    assert "As tags, which know all spellings" in page
    assert "<code>country:azerbaijan</code>" in page
    assert "country:azerbaijan" in page


def test_a_page_shows_the_first_of_many_exclusions(client: FlaskClient) -> None:
    asked = "country:azerbaijan " + " ".join(f"-word{n}" for n in range(15))
    page = client.get("/search", query_string={"q": asked}).text
    assert page.count('<details class="excluded">') == 10
    assert "all exclusions, as JSON" in page
    answer = client.get("/api/v1/excluded", query_string={"q": asked}).get_json()
    assert len(answer["exclusions"]) == 15
