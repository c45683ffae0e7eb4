"""Each client has its minute's worth, and is told how long to wait."""

from werkzeug.test import Client
from werkzeug.wrappers import Response

from feed.web.limit import Limit


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
