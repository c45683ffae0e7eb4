"""Articles and their tags as the text that the database keeps, and back. JSON, nothing pickled."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import orjson

from feed.model import (
    STRONG,
    Article,
    Enclosure,
    Image,
    Listed,
    Mention,
    Part,
    Rejection,
    Source,
    Tagged,
    TagUse,
    by_way_of,
)


def dump_article(article: Article) -> str:
    """One line of JSON; keys with empty values are left out."""
    record: dict[str, Any] = {
        "id": article.id,
        "title": article.title,
        "text": article.text,
        "published": article.published.isoformat(),
        "updated": article.updated.isoformat(),
        "url": article.url,
        "summary": article.summary,
        "content": article.content,
        "authors": article.authors,
        "language": article.language,
        "source": [article.source.name, article.source.url] if article.source else None,
        "enclosures": [[e.url, e.type, e.length] for e in article.enclosures],
        "image": _image(article.image) if article.image else None,
        "categories": article.categories,
        "rights": article.rights,
        "license": article.license,
    }
    return _compact({key: value for key, value in record.items() if value})


def load_article(text: str) -> Article:
    """The article of a line that `dump_article` wrote."""
    record = orjson.loads(text)
    source = record.get("source")
    return Article(
        id=record["id"],
        title=record["title"],
        text=record.get("text", ""),
        published=_moment(record["published"]),
        updated=_moment(record["updated"]),
        url=record.get("url", ""),
        summary=record.get("summary", ""),
        content=record.get("content", ""),
        authors=tuple(record.get("authors", ())),
        language=record.get("language", ""),
        source=Source(*source) if source else None,
        enclosures=tuple(Enclosure(*e) for e in record.get("enclosures", ())),
        image=Image(*record["image"]) if "image" in record else None,
        categories=tuple(record.get("categories", ())),
        rights=record.get("rights", ""),
        license=record.get("license", ""),
    )


def _image(image: Image) -> list[Any]:
    return [image.url, image.alt, image.width, image.height]


def digest_of(record: str) -> str:
    """32 hexadecimal digits that tell whether an article changed."""
    return hashlib.blake2b(record.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def content_digest(article: Article) -> str:
    """32 hexadecimal digits of title and text: equal for one article that lies in two places."""
    return digest_of(f"{article.title}\n{article.text}")


def dump_uses(tagged: Tagged) -> str:
    """The tags of an article with their evidence, and what was rejected; 0 is the title, 1 the body."""
    uses = [
        [
            u.tag,
            int(u.main),
            "" if u.via and u.reason == by_way_of(u.via) else u.reason,
            [_mention(m) for m in u.mentions],
            u.via,
        ]
        for u in tagged.uses
    ]
    rejections = [[r.tag, _NUMBERS[r.part], r.start, r.end, r.reason] for r in tagged.rejections]
    return _compact([uses, rejections])


def _mention(mention: Mention) -> tuple[Any, ...]:
    """No reason when the spelling alone is enough, as it mostly is."""
    _, part, start, end, _, spelling, why = mention
    if why == STRONG:
        return (_NUMBERS[part], start, end, spelling)
    return (_NUMBERS[part], start, end, spelling, why)


Sources = tuple[str, str]  # title and text
_PARTS: tuple[Part, Part] = ("title", "body")
_NUMBERS: dict[Part, int] = {"title": 0, "body": 1}


def load_tagged(article: Article, text: str, digest: str) -> Tagged:
    """The reverse of `dump_uses`; surfaces are cut from the article."""
    sources = (article.title, article.text)
    uses, rejections = orjson.loads(text)
    return Tagged(
        article,
        tuple(
            [
                TagUse(
                    tag,
                    bool(main),
                    reason or by_way_of(via),
                    tuple([_found(tag, sources, *m) for m in mentions]) if mentions else (),
                    tuple(via),
                )
                for tag, main, reason, mentions, via in uses
            ]
        ),
        digest,
        tuple([_rejected(sources, *rejection) for rejection in rejections]),
    )


def load_listed(article: Article, text: str) -> Listed:
    """The tags alone; the evidence stays as it is written until somebody asks for it."""
    uses, _ = orjson.loads(text)
    return Listed(
        article,
        [(use[0], bool(use[1]), bool(use[3])) for use in uses],
        lambda: load_tagged(article, text, "").uses,
    )


def _found(
    tag: str,
    sources: Sources,
    part: int | Part,
    start: int,
    end: int,
    spelling: str,
    why: str = STRONG,
) -> Mention:
    at = part if isinstance(part, int) else _NUMBERS[part]  # rows of the first schema have its name
    return Mention(tag, _PARTS[at], start, end, sources[at][start:end], spelling, why)


def _rejected(
    sources: Sources, tag: str, part: int | Part, start: int, end: int, why: str
) -> Rejection:
    at = part if isinstance(part, int) else _NUMBERS[part]
    return Rejection(tag, _PARTS[at], start, end, sources[at][start:end], why)


def _compact(value: object) -> str:
    return orjson.dumps(value).decode()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
