"""What the tests share: a small taxonomy, articles, and a publisher of both."""

import os
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis
import pytest

from feed.model import Article
from feed.publisher import Publisher
from feed.settings import Settings
from feed.tagging.tagger import Tagger
from feed.taxonomy.loader import load_taxonomy
from feed.taxonomy.taxonomy import Taxonomy
from tests.postgres import Server, find_binaries

# No example is too slow: a test does not judge time (benchmarks/ do), and a machine may be busy.
hypothesis.settings.register_profile(
    "tagwire",
    hypothesis.settings.default,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("tagwire")

ROOT = Path(__file__).parent.parent
SMALL = Path(__file__).parent / "data" / "small-tags.yaml"
NO_SKIP = os.environ.get("TAGWIRE_NO_SKIP")


@pytest.fixture(scope="session")
def small() -> Taxonomy:
    """A taxonomy of a few dozen tags, for tests that name their own spellings."""
    return load_taxonomy(SMALL)


@pytest.fixture(scope="session")
def tagger(small: Taxonomy) -> Tagger:
    """A tagger of the small taxonomy."""
    return Tagger(small)


@pytest.fixture(scope="session")
def taxonomy() -> Taxonomy:
    """The taxonomy that Tagwire ships."""
    return load_taxonomy(ROOT / "tags.yaml")


@pytest.fixture(scope="session")
def full_tagger(taxonomy: Taxonomy) -> Tagger:
    """A tagger of the shipped taxonomy."""
    return Tagger(taxonomy)


@pytest.fixture
def publisher(tmp_path: Path, small: Taxonomy) -> Iterator[Publisher]:
    """A publisher with an empty database of its own."""
    settings = Settings(database=f"sqlite:///{tmp_path}/test.db", base_url="https://wire.example")
    publisher = Publisher(settings, small)
    yield publisher
    publisher.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server of the tests' own."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed")
    server = Server(binaries)
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a new, empty database of each kind: every store passes the same tests."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/test.db"
    server: Server = request.getfixturevalue("postgres")
    return server.url()


Make = Callable[..., Article]


@pytest.fixture
def make() -> Make:
    """Articles with few words: `make(3, "Israel buys F-16s")`."""

    def article(number: int, title: str, text: str = "", **fields: object) -> Article:
        published = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=number)
        values: dict[str, object] = {
            "id": f"tag:wire.example,2025:{number}",
            "title": title,
            "text": text,
            "published": published,
            "updated": published,
            **fields,
        }
        return Article(**values)  # type: ignore[arg-type]

    return article


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Keep the settings of whoever runs the tests out of them."""
    for name in list(os.environ):
        if name.startswith("TAGWIRE_"):
            del os.environ[name]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With TAGWIRE_NO_SKIP a missing tool is a failure: nothing may hide behind a skip.

    The articles that may lie beside a checkout are the one exception.
    """
    report = yield
    beside = "beside the checkout" in str(report.longrepr)
    if report.skipped and NO_SKIP and not beside:
        report.outcome = "failed"
    return report
