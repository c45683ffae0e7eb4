"""The command line, one file per kind of command."""

from feed.cli import articles, machine, serving, tags, tokens, upkeep
from feed.cli.command import main

__all__ = ["articles", "machine", "main", "serving", "tags", "tokens", "upkeep"]
