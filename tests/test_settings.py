"""Settings are checked before anything is served: a bad one is a sentence, never a traceback."""

import pytest

from feed.errors import SettingError
from feed.settings import read_settings


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("PORT", "²", "port"),
        ("PORT", "٣", "port"),
        ("PORT", "9" * 5_000, "port"),
        ("RATE", "²", "rate"),
        ("RATE", "0", "rate"),
        ("BASE_URL", "http://[x", "base URL"),
        ("BASE_URL", "http://x y", "base URL"),
        ("BASE_URL", "http://x\ny", "base URL"),
        ("BASE_URL", "http://x/#a", "base URL"),
        ("BASE_URL", "http://x/#", "base URL"),
        ("BASE_URL", "http://x/?", "base URL"),
        ("BASE_URL", "http://me:pw@x/", "base URL"),
        ("BASE_URL", "http://x:y/", "base URL"),
        ("BASE_URL", "http://x<y/", "base URL"),
        ("BASE_URL", "http://a..b/", "base URL"),
        ("BASE_URL", "http://straße.example/", "base URL"),
        ("BASE_URL", "http:///path", "base URL"),
        ("HUB", "http://[x", "hub"),
        ("HUB", "hub.example", "hub"),
        ("HUB", "https://hub.example/\r\nX: y", "hub"),
        ("TITLE", "Wire\r\nX: y", "title"),
        ("TITLE", "Wire\udc80", "title"),
        ("BASIC", "jo:\udc80", "password"),
        ("HOST", "łódź.example", "host"),
    ],
)
def test_a_bad_value_is_named(variable: str, value: str, message: str) -> None:
    with pytest.raises(SettingError, match=message):
        read_settings(environment={f"TAGWIRE_{variable}": value})


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("https://łódź.example", "https://xn--d-uga0v4h.example"),
        ("https://ŁÓDŹ.example:8443/новости/", "https://xn--d-uga0v4h.example:8443/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/"),
        ("https://x.example/a%20b", "https://x.example/a%20b"),
        ("http://[::1]:8000/wire", "http://[::1]:8000/wire"),
        ("HTTPS://X.example", "https://x.example"),
    ],
)  # fmt: skip
def test_addresses_become_what_headers_may_hold(given: str, used: str) -> None:
    environment = {"TAGWIRE_BASE_URL": given, "TAGWIRE_HUB": f"{given}?to=é"}
    settings = read_settings(environment=environment)
    assert settings.public_url == used.rstrip("/")
    assert settings.hub == f"{used}?to=%C3%A9"
