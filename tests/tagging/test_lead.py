"""The lead is the first paragraph of running text, whatever a page put before it."""

import pytest

from feed.tagging.salience import LEAD, lead_span
from feed.tagging.tagger import Tagger
from tests.conftest import Make

LEAD_TEXT = "Azerbaijan showed the Harop on Monday, officials said in Baku."
REST = "Armenia protested, and Armenia again. Nobody was surprised by it."


@pytest.mark.parametrize(
    "furniture",
    [
        "By Ana Example",
        "5 min read",
        "Share",
        "BAKU, 14 March",
        "Updated 09:40 GMT",
        "OPINION",
        "1 comment",
        "Advertisement",
        "Photo: a launcher waits near the range before the show.",
        "Credit: Army press office, released by the ministry.",
        "Listen to this article",
        "Follow us\n\nShare\n\n3 min read\n\nBy Ana Example",
        "Iran",  # a kicker
        "Home > News > Iran",
    ],
)
def test_what_stands_before_the_lead_takes_nothing_away(
    tagger: Tagger, make: Make, furniture: str
) -> None:
    text = f"{furniture}\n\n{LEAD_TEXT}\n\n{REST}"
    mains = {use.tag for use in tagger.tag(make(1, "", text)).uses if use.main and use.mentions}
    assert {"country:azerbaijan", "weapon:harop"} <= mains
    assert "country:iran" not in mains


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        ("One sentence of five words. More.", "One sentence of five words. More."),
        ("“We will not sell it,” he said.”\n\nMore.", "“We will not sell it,” he said.”"),
        ("No stop anywhere", "No stop anywhere"),
        ("Line\n\nOther line", "Line"),  # without running text, what there is
        ("word " * 200, ("word " * 200)[:LEAD]),
    ],
)
def test_where_the_lead_is(text: str, lead: str) -> None:
    start, end = lead_span(f" T \n\n {text}  ", 6)
    assert f" T \n\n {text}  "[start:end].strip() == lead.strip()
