"""The command line: its forms stay, its errors are sentences, its exit codes tell."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from feed.cli import main
from feed.publisher import Publisher
from feed.settings import Settings
from feed.taxonomy.loader import load_taxonomy
from tests.conftest import SMALL
from tests.loopback import PATIENCE
from tests.postgres import Server

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def invoke(*args: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(main, ["--tags", str(SMALL), *args], input=stdin)

    return invoke


@pytest.fixture
def articles_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for number, text in enumerate(("Israel shows Harop.", "Iran says no.", "MiG-31 jets fly.")):
        (folder / f"{number}.txt").write_text(f"Report {number}\n\n{text}\n", encoding="utf-8")
    return folder


def lines(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_machines_door_keeps_its_form(run: Run) -> None:
    result = run("tag", stdin='{"id": 7, "title": "Azerbaijan shows Harop", "text": "", "x": 1}\n')
    assert result.exit_code == 0
    assert lines(result) == [{
        "id": 7,
        "tags": [
            {"tag": "country:azerbaijan", "main": True, "mentions": [
                {"part": "title", "start": 0, "end": 10, "surface": "Azerbaijan"}]},
            {"tag": "weapon:harop", "main": True, "mentions": [
                {"part": "title", "start": 17, "end": 22, "surface": "Harop"}]},
        ],
    }]  # fmt: skip


def test_broader_tags_on_request(run: Run) -> None:
    result = run("tag", "--broader", stdin='{"id": "a", "title": "", "text": "A Harop"}')
    tags = lines(result)[0]["tags"]
    assert isinstance(tags, list)
    assert [t["tag"] for t in tags] == ["weapon:harop", "weapon:loitering-munition", "weapon:uav"]
    assert tags[1]["mentions"] == []


def test_tagging_keeps_order_and_reports_bad_lines(run: Run) -> None:
    result = run(
        "tag", stdin='{"id":1,"text":"Iran"}\nnonsense\n[]\n{"id":2,"title":5}\n\n{"id":3}\n'
    )
    assert [record["id"] for record in lines(result)] == [1, 3]
    assert result.exit_code == 1
    assert "line 2: not JSON" in result.stderr
    assert "line 3: not an object" in result.stderr
    assert "line 4: 'title' and 'text' should be texts" in result.stderr


def test_tags_as_json(run: Run) -> None:
    records = {r["key"]: r for r in json.loads(run("tags", "--json").stdout)}
    assert list(records["weapon:harop"]) == [
        "key", "scheme", "term", "label", "alt", "weak", "never", "notation", "broader", "narrower", "maker", "origin",
    ]  # fmt: skip
    assert records["weapon:harop"]["maker"] == ["company:iai"]
    assert records["weapon:uav"]["narrower"] == ["weapon:loitering-munition"]
    assert records["country:azerbaijan"]["notation"] == "AZ"


def test_tags_list_check_and_stats(run: Run) -> None:
    assert "weapon:harop  Harop" in run("tags").stdout
    assert run("tags", "check").exit_code == 0
    assert "Country" in run("tags", "stats").stdout


def test_add_reports_and_exits(run: Run, tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text("Iran shows Harop\nIn Tehran.")
    result = run("add", "news")
    assert (result.exit_code, result.stdout) == (0, "1 new, 0 changed, 0 unchanged, 0 failed\n")
    assert run("add", "news").stdout == "0 new, 0 changed, 1 unchanged, 0 failed\n"
    (tmp_path / "news" / "a.txt").write_text("Iran shows Harop again\nIn Tehran.")
    (tmp_path / "news" / "b.txt").write_text("")
    result = run("add", "news")
    assert result.exit_code == 1
    assert result.stdout == "0 new, 1 changed, 0 unchanged, 1 failed\n"
    assert "news/b.txt: the file is empty" in result.stderr


def test_add_from_standard_input(run: Run) -> None:
    record = json.dumps({"id": "urn:x:1", "title": "Iran", "text": "Harop"})
    assert run("add", "-", stdin=record).stdout.startswith("1 new")


def test_watching_takes_in_what_is_added(tmp_path: Path) -> None:
    """Into a folder that was empty, and with the taxonomy as it is by then."""
    (tmp_path / "news").mkdir()
    tags = tmp_path / "mine.yaml"
    tags.write_text(SMALL.read_text(encoding="utf-8"), encoding="utf-8")
    command = [sys.executable, "-u", "-c", "from feed.cli import main; main()"]
    command += ["--tags", str(tags), "add", "--watch", "news"]
    environment = {**os.environ, "PYTHONPATH": str(SMALL.parent.parent.parent)}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:  # fmt: skip
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline().startswith("0 new")
        assert process.stdout.readline().startswith("watching news")
        (tmp_path / "news" / "a.txt").write_text("Iran\nText.")
        assert process.stdout.readline().startswith("1 new")
        with tags.open("a", encoding="utf-8") as file:
            file.write("    zorg: {label: Zorg, broader: missile}\n")
        assert "a new taxonomy is in use" in process.stderr.readline()
        (tmp_path / "news" / "b.txt").write_text("Israel\nText of the Zorg.")
        assert process.stdout.readline().startswith("1 new")
        process.terminate()
        process.wait(timeout=PATIENCE)
    settings = Settings(database=f"sqlite:///{tmp_path}/tagwire.db")
    publisher = Publisher(settings, load_taxonomy(tags))
    assert publisher.archive.counts()["weapon:zorg"] == 1
    publisher.close()


@pytest.mark.parametrize("path", ["nowhere", "empty"])
def test_add_nothing(run: Run, tmp_path: Path, path: str) -> None:
    (tmp_path / "empty").mkdir()
    result = run("add", path)
    assert result.exit_code == 1
    assert path in result.stderr


def test_explain_an_article_in_the_store_and_a_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("Iran shows Harop\nMichael Jordan saw it.")
    for argument in (str(file),):
        result = run("explain", argument)
        assert result.exit_code == 0
        for part in (
            "weapon:harop",
            "main: in the title",
            "by way of weapon:harop",
            "rejected: person name",
        ):
            assert part in result.stdout
    assert "no article 'zzz'" in run("explain", "zzz").stderr


BROKEN = [
    (["--tags", "nope.yaml", "tags"], "nope.yaml: No such file"),
    (["--database", "mysql://x", "add", "."], "TAGWIRE_DATABASE"),
    (["--database", "sqlite:////no/such/dir/x.db", "retag"], "is the folder there"),
    (["serve", "--port", "99999"], "port '99999'"),
    (["serve", "--base-url", "wire.example"], "base URL 'wire.example'"),
]


@pytest.mark.parametrize(("args", "message"), BROKEN)
def test_mistakes_are_sentences(run: Run, args: list[str], message: str) -> None:
    result = run(*args)
    assert result.exit_code == 1
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_a_taken_port_is_said(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run("serve", "--port", str(taken.getsockname()[1]))
    assert result.exit_code == 1
    assert "choose another with --port" in result.stderr


def test_a_broken_taxonomy_names_its_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("weapon:\n  tags:\n    a: {label: A, broader: a}\n")
    result = run("--tags", "t.yaml", "tags", "check")
    assert result.exit_code == 1
    assert "t.yaml:3: weapon.tags.a.broader" in result.stderr


def test_eval_prints_figures_and_holds_floors(run: Run, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    documents = [
        {"id": "1", "title": "Iran", "text": "A Harop.", "expect": {"country": ["IR"], "weapon": ["Harop"]}},
        {"id": "2", "title": "", "text": "Michael Jordan", "expect": {}, "never": [{"tag": "country:Jordan", "why": "x"}]},
        {"id": "3", "title": "", "text": "An F-16.", "expect": {"weapon": ["Zorg"]}},
    ]  # fmt: skip
    gold.write_text("\n".join(map(json.dumps, documents)))
    result = run("eval", str(gold), "--json")
    figures = json.loads(result.stdout)
    assert figures["country"]["f1"] == 1.0
    assert figures["weapon"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "expected": 2}
    assert (figures["traps"], figures["trapped"], figures["perfect"]) == (1, 0, 2)
    floors = tmp_path / "floors.json"
    floors.write_text('{"country.f1": 0.9, "weapon.f1": 0.9}')
    result = run("eval", str(gold), "--floor", str(floors))
    assert result.exit_code == 1
    assert "weapon.f1 is 0.5, the floor is 0.9" in result.stderr
    floors.write_text('{"country.f1": 0.9, "trapped": 0}')
    assert run("eval", str(gold), "--floor", str(floors)).exit_code == 0


def test_every_command_has_help(run: Run) -> None:
    for name, command in main.commands.items():
        assert command.help, name
        assert run(name, "--help").exit_code == 0


def test_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    code = "from feed.cli import main; main()"
    command = f'"{sys.executable}" -c "{code}" --tags "{SMALL}" tags | head -1'
    result = subprocess.run(
        command, shell=True, capture_output=True, text=True, cwd=tmp_path, timeout=PATIENCE, check=False,
        env={**os.environ, "PYTHONPATH": str(SMALL.parent.parent.parent)},
    )  # fmt: skip
    assert "Traceback" not in result.stderr
    assert result.stdout.count("\n") == 1


def test_retag_tells_of_what_it_did_and_no_more(
    run: Run, articles_folder: Path, tmp_path: Path
) -> None:
    run("add", str(articles_folder))
    assert run("retag").stdout == "0 articles tagged anew\n"
    new, text = tmp_path / "new.yaml", SMALL.read_text(encoding="utf-8")
    new.write_text(text.replace("alt: [Israeli]", "alt: [Israeli, jets]"), encoding="utf-8")
    some = run("--tags", str(new), "retag").stdout
    assert some == "1 articles tagged anew; 2 that the change cannot affect stay as they are\n"


def test_index_check_and_rebuild(run: Run, articles_folder: Path) -> None:
    run("add", str(articles_folder))
    assert "the index is what the articles say" in run("index", "check").stdout
    assert "articles indexed" in run("index", "rebuild").stdout
    assert run("index", "check").exit_code == 0


def test_copy_database(run: Run, articles_folder: Path, tmp_path: Path) -> None:
    run("add", str(articles_folder))
    target = f"sqlite:///{tmp_path}/copy.db"
    source = f"sqlite:///{tmp_path}/tagwire.db"
    assert "articles copied" in run("copy-database", source, target).stdout
    again = run("copy-database", source, target)
    assert again.exit_code == 1
    assert "holds articles already" in again.stderr
    wrong = run("copy-database", source, "mysql://me:secret@host/x")
    assert wrong.exit_code == 1
    assert "neither sqlite:///FILE nor postgresql://" in wrong.stderr
    assert "secret" not in wrong.stderr


def test_no_message_holds_a_password(
    run: Run, articles_folder: Path, tmp_path: Path, postgres: Server
) -> None:
    run("add", str(articles_folder))
    source = f"sqlite:///{tmp_path}/tagwire.db"
    target = f"{postgres.url()}&password=s3cret"
    done, again = run("copy-database", source, target), run("copy-database", source, target)
    assert "articles copied to localhost:5432/t" in done.stdout
    assert "holds articles already" in again.stderr
    for shown in (done, again):
        assert "s3cret" not in shown.output
        assert "&" not in shown.output


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://[::1",
        "postgresql://me:s3cret@host:port/x",
        "postgresql://me:s3cret@@host/x",
        "postgresql://me:s3/cret@host/x",
        "postgresql://me:s3?cret@host/x",
        "postgresql://me:s3#cret@host/x",
        "postgresql://me:s3cret%@host/x",
        "postgresql://host/x?s3cret",
        "postgresql://host/x?password=s3=cret",
        "mysql://host/x?password=me@s3cret",
        "nothing",
    ],
)
def test_a_database_that_cannot_be_named_is_a_sentence(run: Run, url: str) -> None:
    answer = run("--database", url, "index", "check")
    assert answer.exit_code == 1
    assert answer.stderr.startswith("database '")
    assert answer.stderr.count("\n") == 1
    assert "s3" not in answer.output
    assert "cret" not in answer.output


def test_difference_of_two_taxonomies(run: Run, articles_folder: Path, tmp_path: Path) -> None:
    run("add", str(articles_folder))
    new = tmp_path / "new.yaml"
    text = SMALL.read_text(encoding="utf-8")
    new.write_text(text + "    zorg: {label: Zorg, broader: missile}\n", encoding="utf-8")
    shown = run("tags", "diff", str(new))
    assert shown.exit_code == 0
    assert "new      weapon:zorg" in shown.stdout
    assert json.loads(run("tags", "diff", str(new), "--json").stdout)["added"] == ["weapon:zorg"]
    new.write_text("country: {tags: {iran: Iran}}", encoding="utf-8")
    refused = run("tags", "diff", str(new), "--max-change", "5%")
    assert refused.exit_code == 1
    assert "more than 5.00%" in refused.stderr
    assert run("tags", "diff", str(new), "--max-change", "much").exit_code == 2


def test_tokens_are_made_listed_and_revoked(run: Run) -> None:
    made = run("token", "add", "country:iran", "--name", "Jo")
    assert made.exit_code == 0
    assert "/country/iran.atom?token=" in made.stdout
    listed = run("token", "list").stdout
    assert "country:iran  Jo" in listed
    assert "no tokens left" in run("token", "revoke", listed.split()[0]).stdout
    assert run("token", "revoke", "abc").exit_code == 1
    assert run("token", "list").stdout == ""
    assert "country:iran" in run("private", "list").stdout


def test_what_is_private_is_added_listed_and_removed(run: Run, articles_folder: Path) -> None:
    run("add", str(articles_folder))
    assert "0 articles are hidden" in run("private", "add", "country:oman").stdout
    assert run("private", "list").stdout.split()[1:] == ["0", "country:oman"]
    assert run("private", "remove", "country:oman").stdout == "public again: country:oman\n"
    assert run("private", "list").stdout == ""
    refused = run("private", "add", "since:2025-01-01")
    assert (refused.exit_code, "'since:'" in refused.stderr) == (1, True)
    assert "no private expression" in run("private", "remove", "country:oman").stderr


@pytest.mark.parametrize("kind", ["all", "push", "correct", "keep"])
def test_tokens_of_other_kinds_are_for_a_header(run: Run, kind: str) -> None:
    made = run("token", "add", f"--{kind}", "Jo")
    assert made.stdout.startswith("Authorization: Bearer ")
    assert f"--{kind}  Jo" in run("token", "list").stdout
    assert run("token", "add").exit_code == 2
    assert run("token", "add", "country:iran", f"--{kind}", "Jo").exit_code == 2


def test_an_article_is_removed(run: Run, articles_folder: Path) -> None:
    run("add", str(articles_folder / "0.txt"))
    from feed.publisher import Publisher
    from feed.settings import Settings
    from feed.taxonomy.loader import load_taxonomy

    publisher = Publisher(Settings(), load_taxonomy(SMALL))
    (slug,) = publisher.pages.slugs()
    publisher.close()
    assert run("remove", slug).stdout == "removed: Report 0\n"
    again = run("remove", slug)
    assert again.exit_code == 1
    assert again.stderr == f"the article '{slug}' was removed\n"
