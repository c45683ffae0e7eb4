"""The command line, one file per kind of command."""

from feed.cli import articles, listing, machine, maintenance, serving, sources, tags, tokens
from feed.cli.command import main

__all__ = [
    "articles",
    "listing",
    "machine",
    "main",
    "maintenance",
    "serving",
    "sources",
    "tags",
    "tokens",
]
