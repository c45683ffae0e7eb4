"""The tables, written out. Migrations are appended and never edited; each runs once, in order."""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE article (
        seq INTEGER PRIMARY KEY,        -- order of arrival, dense, from 0
        id TEXT NOT NULL UNIQUE,        -- permanent IRI
        slug TEXT NOT NULL UNIQUE,      -- its name in our URLs
        digest TEXT NOT NULL,           -- of the record: has it changed?
        content TEXT NOT NULL,          -- digest of title and text: is it the same elsewhere?
        record TEXT NOT NULL,           -- the article as JSON
        taxonomy TEXT NOT NULL,         -- digest of the taxonomy that tagged it
        uses TEXT NOT NULL,             -- its tags with their evidence, as JSON
        keys TEXT NOT NULL,             -- what the index holds of it, blank-separated
        version INTEGER NOT NULL        -- the commit that wrote it
    );
    -- A server drops from memory what changed since the version it has.
    CREATE INDEX article_version ON article (version);
    -- An article from a nameless file is looked up by what it says.
    CREATE INDEX article_content ON article (content);
    CREATE TABLE bitmap (
        key TEXT NOT NULL,              -- a tag, a tag@main, or "" for all articles
        block INTEGER NOT NULL,         -- seq >> 16
        bits BLOB NOT NULL,             -- a serialised roaring bitmap of seq & 65535
        version INTEGER NOT NULL,       -- the commit that wrote it
        PRIMARY KEY (key, block)
    );
    -- A reader asks for what changed since the version it has.
    CREATE INDEX bitmap_version ON bitmap (version);
    CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
    INSERT INTO counter VALUES ('version', 0), ('seq', 0);
    """,
)
