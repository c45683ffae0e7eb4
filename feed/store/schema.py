"""The tables, written out. Migrations are appended and never edited; each runs once, in order.

Both databases have the same tables; only the text index differs. A step may say REBUILD: then the
bitmaps and the text index are made anew from the articles when the database is opened next.
"""

_ARTICLE = """
    CREATE TABLE article (
        seq {integer} PRIMARY KEY,      -- order of arrival, dense, from 0
        id TEXT NOT NULL UNIQUE,        -- permanent IRI
        slug TEXT NOT NULL UNIQUE,      -- its name in our URLs
        digest TEXT NOT NULL,           -- of the record: has it changed?
        content TEXT NOT NULL,          -- digest of title and text: is it the same elsewhere?
        record TEXT NOT NULL,           -- the article as JSON
        taxonomy TEXT NOT NULL,         -- digest of the taxonomy that tagged it
        uses TEXT NOT NULL,             -- its tags with their evidence, as JSON
        keys TEXT NOT NULL,             -- what the index holds of it, blank-separated
        version {integer} NOT NULL      -- the commit that wrote it
    );
    -- A server drops from memory what changed since the version it has.
    CREATE INDEX article_version ON article (version);
    -- An article from a nameless file is looked up by what it says.
    CREATE INDEX article_content ON article (content);
    CREATE TABLE bitmap (
        key TEXT NOT NULL,              -- a tag, a tag@main, a day, or "" for all articles
        block {integer} NOT NULL,       -- seq >> 16
        bits {bytes} NOT NULL,          -- a serialised roaring bitmap of seq & 65535
        version {integer} NOT NULL,     -- the commit that wrote it
        PRIMARY KEY (key, block)
    );
    -- A reader asks for what changed since the version it has.
    CREATE INDEX bitmap_version ON bitmap (version);
    CREATE TABLE counter (name TEXT PRIMARY KEY, value {integer} NOT NULL);
    INSERT INTO counter VALUES ('version', 0), ('seq', 0);
    """
_TAXONOMY = """
    -- Every taxonomy that tagged something, as its file was: what a later one is compared with.
    CREATE TABLE taxonomy (digest TEXT PRIMARY KEY, source TEXT NOT NULL);
    -- A retagging looks for what another taxonomy tagged.
    CREATE INDEX article_taxonomy ON article (taxonomy, seq);
    """
_TOKEN = """
    -- Who may read the private feeds; a feed without a token is open.
    CREATE TABLE token (
        digest TEXT PRIMARY KEY,        -- SHA-256 of the token
        expression TEXT NOT NULL,       -- canonical text of the feed it opens
        name TEXT NOT NULL,             -- whose it is
        created TEXT NOT NULL           -- RFC 3339
    );
    """
_TAGGING = """
    -- Which taxonomy tagged an article: apart from it, because a retagging changes this for all
    -- articles and their rows for few.
    CREATE TABLE tagging (
        seq {integer} PRIMARY KEY,
        taxonomy TEXT NOT NULL          -- its digest
    );
    INSERT INTO tagging SELECT seq, taxonomy FROM article;
    DROP INDEX article_taxonomy;
    ALTER TABLE article DROP COLUMN taxonomy;
    CREATE VIEW tagged AS
        SELECT article.seq, id, slug, digest, content, record, taxonomy, uses, keys, version
        FROM article JOIN tagging ON tagging.seq = article.seq;
    """
_KEYS = """
    -- What the index holds of an article follows from its record and its tags; what it holds of
    -- makers and origins follows from the taxonomy.
    DROP VIEW tagged;
    ALTER TABLE article DROP COLUMN keys;
    CREATE VIEW tagged AS
        SELECT article.seq, id, slug, digest, content, record, taxonomy, uses, version
        FROM article JOIN tagging ON tagging.seq = article.seq;
    DELETE FROM bitmap WHERE key LIKE 'maker:%' OR key LIKE 'origin:%';
    """
REBUILD = "INSERT INTO counter VALUES ('rebuild', 1);"
# The terms of sources have the letters of all scripts; the words of search write ligatures out.
_LETTERS = """
    INSERT INTO counter VALUES ('rebuild', 1) ON CONFLICT (name) DO UPDATE SET value = 1;
    """
# Code points of a record. A shorter one has no words beyond those that text search looks at.
LONG = 125_000
_LONG = f"""
    -- Whether a very long article has some words, a retagging cannot tell from the text index.
    CREATE INDEX article_long ON article (seq) WHERE length(record) > {LONG};
    INSERT INTO counter SELECT 'rebuild', 1
        WHERE EXISTS (SELECT 1 FROM article WHERE length(record) > {LONG})
        ON CONFLICT (name) DO UPDATE SET value = 1;
    """
_LEASE = """
    -- What one process at a time does: telling a hub, watching a folder, retagging.
    CREATE TABLE lease (
        name TEXT PRIMARY KEY,
        holder TEXT NOT NULL,               -- the process, as it calls itself
        until DOUBLE PRECISION NOT NULL     -- seconds since 1970 by the database's clock
    );
    """
_DAYS = """
    -- A key of the index's own cannot be the name of a tag.
    UPDATE bitmap SET key = '@' || key WHERE key LIKE 'day:%';
    """
_SOURCE = """
    -- The feeds that are asked again and again; the queue of what is due is the table itself.
    CREATE TABLE source (
        id {integer} PRIMARY KEY,       -- counted by the counter of that name
        url TEXT NOT NULL UNIQUE,
        host TEXT NOT NULL,
        state TEXT NOT NULL,            -- active, paused, gone
        next_at {integer} NOT NULL,     -- milliseconds since 1970, as all moments here
        lease_until {integer} NOT NULL, -- whoever asks it has it until then
        lease TEXT NOT NULL,            -- who that is
        record TEXT NOT NULL            -- all that is known of it, as JSON
    );
    -- What is due, oldest first.
    CREATE INDEX source_due ON source (next_at) WHERE state = 'active';
    -- One request at a time: whoever asks a host has its row.
    CREATE TABLE source_host (name TEXT PRIMARY KEY, free_at {integer} NOT NULL);
    -- The items that a source brought: what is new, and whose an article is.
    CREATE TABLE source_item (
        source {integer} NOT NULL,
        id TEXT NOT NULL,               -- of the article
        digest TEXT NOT NULL,           -- of the article as it came
        published TEXT NOT NULL,        -- the date it got when it had none
        owner {integer} NOT NULL,       -- 1 when this source may change it
        PRIMARY KEY (source, id)
    );
    -- Another source brings an item of the same id: whose is it?
    CREATE INDEX source_item_owner ON source_item (id) WHERE owner = 1;
    INSERT INTO counter VALUES ('source', 0);
    """
_RULESET = """
    -- A taxonomy tags together with rule files, which its source holds, and code. Those that
    -- were kept before have no version, so that all that they tagged is tagged anew.
    ALTER TABLE taxonomy ADD COLUMN version TEXT NOT NULL DEFAULT '';
    ALTER TABLE taxonomy ADD COLUMN program TEXT NOT NULL DEFAULT '';
    -- In which order the database came to go by them; the last one is the present one.
    ALTER TABLE taxonomy ADD COLUMN turn {integer};
    """
_HIDDEN = """
    -- What is private: articles that these expressions hold are hidden from the public. What had
    -- tokens was private.
    CREATE TABLE hidden (
        expression TEXT PRIMARY KEY,    -- canonical text
        created TEXT NOT NULL           -- RFC 3339
    );
    INSERT INTO hidden SELECT expression, min(created) FROM token GROUP BY expression;
    -- "read" opens what the expression holds, "all" the site; "push", "correct", "keep" open no article.
    ALTER TABLE token ADD COLUMN kind TEXT NOT NULL DEFAULT 'read';
    -- RFC 3339, to the hour; empty when it never was.
    ALTER TABLE token ADD COLUMN used TEXT NOT NULL DEFAULT '';
    """
_SUBSCRIPTION = """
    -- When a hub said that a source has news: it is asked at once, whatever was planned.
    ALTER TABLE source ADD COLUMN pushed {integer} NOT NULL DEFAULT 0;
    -- The hubs that tell us of sources (WebSub).
    CREATE TABLE subscription (
        source {integer} PRIMARY KEY,
        token TEXT NOT NULL UNIQUE,     -- of its callback address
        secret TEXT NOT NULL,           -- what the hub signs with
        hub TEXT NOT NULL,
        topic TEXT NOT NULL,
        asked {integer} NOT NULL,       -- when we asked for it last, in milliseconds
        until {integer} NOT NULL        -- to when the hub has confirmed it; 0 for never
    );
    """
_NAMES = """
    -- Other names that lead to an article: compared addresses, names from other files.
    CREATE TABLE alias (name TEXT PRIMARY KEY, id TEXT NOT NULL);
    -- The files that articles without a name of their own came from.
    CREATE TABLE origin (id TEXT NOT NULL, file TEXT NOT NULL, PRIMARY KEY (file, id));
    CREATE INDEX origin_id ON origin (id);
    -- What may not be shown yet, outside of all that is asked; moments are texts in UTC.
    CREATE TABLE waiting (
        id TEXT PRIMARY KEY,
        opens TEXT NOT NULL,
        ends TEXT NOT NULL,             -- empty for never
        record TEXT NOT NULL            -- the article as JSON
    );
    CREATE INDEX waiting_opens ON waiting (opens);
    CREATE TABLE expiry (id TEXT PRIMARY KEY, ends TEXT NOT NULL);
    CREATE INDEX expiry_ends ON expiry (ends);
    -- What came in before was read otherwise: it is compared with more patience.
    INSERT INTO counter SELECT 'former', value FROM counter WHERE name = 'seq';
    """
_BIRTH = """
    -- Which database this is: another one may come to the same version with other articles.
    INSERT INTO counter SELECT 'birth', {random};
    """

SQLITE: tuple[str, ...] = (
    _ARTICLE.format(integer="INTEGER", bytes="BLOB"),
    _TAXONOMY
    + """
    -- The words of every article, as `blanked` gives them; without a copy of the text itself.
    CREATE VIRTUAL TABLE words USING fts5 (
        title, body, content = '', tokenize = "unicode61 remove_diacritics 0"
    );
    -- How many articles have each word: what `index check` compares.
    CREATE VIRTUAL TABLE word_counts USING fts5vocab (words, 'row');
    """
    + REBUILD,
    _TOKEN,
    _TAGGING.format(integer="INTEGER"),
    _KEYS
    + """
    -- Words are gathered in 16 MB of memory before they are sorted into the index.
    INSERT INTO words (words, rank) VALUES ('hashsize', 16777216);
    """,
    """
    -- Merged eight at a time instead of four, words are written over again less often: a fifth off a
    -- commit, for a search that looks into a few more segments.
    INSERT INTO words (words, rank) VALUES ('automerge', 8);
    """,
    _LETTERS,
    _LONG,
    _LEASE,
    _DAYS,
    _SOURCE.format(integer="INTEGER"),
    _RULESET.format(integer="INTEGER"),
    _HIDDEN,
    _SUBSCRIPTION.format(integer="INTEGER"),
    _NAMES,
    _BIRTH.format(random="abs(random() % 1000000000000)"),
)
POSTGRES: tuple[str, ...] = (
    _ARTICLE.format(integer="BIGINT", bytes="BYTEA"),
    _TAXONOMY
    + """
    -- The words of every article, as `words_of` gives them. The vector narrows a search to the
    -- articles that have all its words; their order is looked up in the words themselves.
    CREATE TABLE words (
        seq BIGINT PRIMARY KEY REFERENCES article,
        title TEXT NOT NULL,
        body TEXT NOT NULL,
        vector TSVECTOR NOT NULL
    );
    CREATE INDEX words_vector ON words USING GIN (vector);
    """
    + REBUILD,
    _TOKEN,
    _TAGGING.format(integer="BIGINT"),
    _KEYS,
    _LETTERS,
    _LONG,
    _LEASE,
    _DAYS,
    _SOURCE.format(integer="BIGINT"),
    _RULESET.format(integer="BIGINT"),
    _HIDDEN,
    _SUBSCRIPTION.format(integer="BIGINT"),
    _NAMES,
    _BIRTH.format(random="CAST(random() * 1000000000000 AS BIGINT)"),
)
