"""Settings are checked before anything is served: a bad one is a sentence, never a traceback."""

from pathlib import Path

import pytest

from feed.errors import SettingError
from feed.settings import read_settings, unknown_variables


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("PORT", "²", "port"),
        ("PORT", "٣", "port"),
        ("PORT", "9" * 5_000, "port"),
        ("RATE", "²", "rate"),
        ("RATE", "-1", "rate"),
        ("PORT", "0", "port"),
        ("LOG_LEVEL", "loud", "log level"),
        ("LOG_FORM", "xml", "log form"),
        ("BASIC_FILE", "/no/such/file", "BASIC_FILE"),
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


def test_numbers_are_numbers() -> None:
    found = read_settings(environment={"TAGWIRE_PORT": "8080", "TAGWIRE_RATE": "60"})
    assert (found.port, found.rate) == (8080, 60)
    assert read_settings({"port": "9000"}, environment={"TAGWIRE_PORT": "8080"}).port == 9000


@pytest.mark.parametrize("name", ["BASIC", "DATABASE", "HUB"])
def test_a_secret_may_come_from_a_file(name: str, tmp_path: Path) -> None:
    values = {"BASIC": "jo:geheim", "DATABASE": "postgresql://jo:geheim@db/x", "HUB": "https://h.example/geheim"}  # fmt: skip
    file = tmp_path / "secret"
    file.write_text(values[name] + "\n", encoding="utf-8")
    found = read_settings(environment={f"TAGWIRE_{name}_FILE": str(file)})
    assert getattr(found, name.lower()) == values[name]
    with pytest.raises(SettingError, match="keep one"):
        read_settings(
            environment={f"TAGWIRE_{name}": values[name], f"TAGWIRE_{name}_FILE": str(file)}
        )


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe", b"x" * 20_000])
def test_a_file_without_a_usable_secret_is_named(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_bytes(content)
    with pytest.raises(SettingError, match=r"secret: .*TAGWIRE_BASIC_FILE"):
        read_settings(environment={"TAGWIRE_BASIC_FILE": str(file)})


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("TAGWIRE_DATABSE", "TAGWIRE_DATABASE"),
        ("TAGWIRE_BASEURL", "TAGWIRE_BASE_URL"),
        ("TAGWIRE_TAGS_FILE", "TAGWIRE_TAGS"),
        ("TAGWIRE_LOGLEVEL", "TAGWIRE_LOG_LEVEL"),
        ("TAGWIRE_ZZZZZZZZZZZZ", "docs/settings.md"),
    ],
)
def test_an_unknown_variable_is_named(name: str, meant: str) -> None:
    (sentence,) = unknown_variables({name: "x", "TAGWIRE_PORT": "1", "PATH": ""})
    assert sentence.startswith(name)
    assert meant in sentence
