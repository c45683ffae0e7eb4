"""Each client has its minute's worth, and is told how long to wait."""

from pathlib import Path

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

from feed.publisher import Publisher
from feed.settings import Settings
from feed.taxonomy.taxonomy import Taxonomy
from feed.web.limit import PROBES, Limit
from feed.web.wsgi import serving


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_client_waits_when_its_minute_is_used_up() -> None:
    clock = Clock()
    client = Client(Limit(Response("ok"), 6, clock))

    def status(address: str = "192.0.2.1") -> int:
        return client.get("/", environ_base={"REMOTE_ADDR": address}).status_code

    assert [status() for _ in range(7)] == [200] * 6 + [429]
    refused = client.get("/", environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert 1 <= int(refused.headers["Retry-After"]) <= 11
    assert refused.headers["Cache-Control"] == "private, no-store"
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert "Retry-After" in refused.headers["Access-Control-Expose-Headers"]
    assert status("192.0.2.2") == 200  # others are not concerned
    clock.now += int(refused.headers["Retry-After"])
    assert status() == 200
    assert status() == 429
    clock.now += 3600
    assert [status() for _ in range(7)] == [200] * 6 + [429]


def test_what_monitors_ask_is_not_counted() -> None:
    client = Client(Limit(Response("ok"), 2))
    for path in PROBES * 5:
        assert client.get(path).status_code == 200
    assert [client.get("/").status_code for _ in range(3)] == [200, 200, 429]
    assert [client.get(path).status_code for path in PROBES] == [200, 200]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted_apart"),
    [
        (0, ["192.0.2.1", "192.0.2.2", "192.0.2.3"], False),  # nobody we know wrote them
        (1, ["192.0.2.1", "192.0.2.2", "192.0.2.3"], True),
        (1, ["9.9.9.1, 192.0.2.1", "9.9.9.2, 192.0.2.1", "9.9.9.3, 192.0.2.1"], False),
        (2, ["192.0.2.1, 10.0.0.1", "192.0.2.2, 10.0.0.1", "192.0.2.3, 10.0.0.1"], True),
        (2, ["192.0.2.1", "192.0.2.2", "192.0.2.3"], False),  # one stands in front, not two
    ],
)
def test_clients_are_counted_and_not_the_proxies(
    tmp_path: Path, small: Taxonomy, proxies: int, forwarded: list[str], counted_apart: bool
) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path}/a.db", rate=2, proxies=proxies)
    publisher = Publisher(settings, small)
    client = Client(serving(publisher))
    found = [
        client.get("/feed.atom", headers={"X-Forwarded-For": each}).status_code
        for each in forwarded
    ]
    assert found == ([200] * 3 if counted_apart else [200, 200, 429])
    publisher.close()
