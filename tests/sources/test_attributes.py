"""What a source says beside title and text: the kind of an attachment, its own name."""

from io import BytesIO
from pathlib import Path

import orjson
import pytest

from feed.model import Source
from feed.sources.arrival import Arrival
from feed.sources.folder import read_file
from feed.sources.readers import Reading, read_json_lines


@pytest.mark.parametrize(
    ("attachment", "kind"),
    [
        ({"mime_type": "audio/ogg"}, "audio/ogg"),  # as JSON Feed says it
        ({"type": "audio/ogg"}, "audio/ogg"),
        ({"type": "video/mp4", "mime_type": "audio/ogg"}, "video/mp4"),
        ({"type": None, "mime_type": "audio/ogg"}, "audio/ogg"),
        ({"mime_type": "AUDIO/Ogg; codecs=opus"}, "audio/ogg"),
        ({"mime_type": "noise"}, "application/octet-stream"),
        ({}, "application/octet-stream"),
    ],
)
@pytest.mark.parametrize("name", ["attachments", "enclosures", "enclosure"])
def test_an_attachment_is_of_the_kind_that_is_said(
    name: str, attachment: dict[str, object], kind: str
) -> None:
    attachment = {"url": "https://news.example/talk", **attachment}
    given = attachment if name == "enclosure" else [attachment]
    line = orjson.dumps({"title": "A", "text": "x", name: given})
    (found,) = read_json_lines(BytesIO(line), Reading("in.jsonl"))
    assert isinstance(found, Arrival)
    assert [e.type for e in found.article.enclosures] == [kind]


PAGE = (
    "<!DOCTYPE html><html><head><title>New ships{title}</title>{head}</head><body><article>"
    "<h1>New ships</h1>{text}</article></body></html>"
)
TEXT = "".join(
    f"<p>The yard laid the keel of frigate {n} on Monday, and its {n} workers cheered.</p>"
    for n in range(20, 24)
)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ('<meta property="og:site_name" content="The Review">', "The Review"),
        ('<meta name="og:site_name" content="The Review">', "The Review"),
        ('<script type="application/ld+json">{"@context": "https://schema.org", "@type": "NewsArticle",'
         ' "publisher": {"@type": "Organization", "name": "The Review"}}</script>', "The Review"),
        ('<meta name="application-name" content="The Review">', "The Review"),
        ('<meta property="og:site_name" content="The Review">'
         '<meta name="application-name" content="Another">', "The Review"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_page_names_its_source(tmp_path: Path, head: str, name: str) -> None:
    file = tmp_path / "a.html"
    file.write_text(PAGE.format(title="", head=head, text=TEXT), encoding="utf-8")
    (found,) = read_file(file)
    assert isinstance(found, Arrival), found
    article = found.article
    assert (article.source or Source("")).name == name
