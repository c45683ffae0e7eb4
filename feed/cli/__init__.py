"""The command line, one file per kind of command."""

from feed.cli import articles, machine, maintenance, serving, tags, tokens
from feed.cli.command import main

__all__ = ["articles", "machine", "main", "maintenance", "serving", "tags", "tokens"]
