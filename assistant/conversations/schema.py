"""The tables of `conversations.sqlite3`."""

CONVERSATIONS_VERSION = 1

# Times are microseconds since 1970, in UTC. `words` stand before what is long, so that a search reads only them.
SCHEMA = """
CREATE TABLE conversation (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,           -- random
    reader BLOB NOT NULL,              -- SHA-256 of the reader's key, so that this file lets nobody pass for them
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL,          -- when the last turn was kept
    title TEXT NOT NULL,               -- the reader's own; '' is the first question
    words TEXT NOT NULL                -- the title's, with spaces around each
);
CREATE INDEX conversation_reader ON conversation (reader, changed, id);
CREATE TABLE turn (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,           -- random
    conversation INTEGER NOT NULL REFERENCES conversation ON DELETE CASCADE,
    position INTEGER NOT NULL,
    asked INTEGER NOT NULL,
    verdict TEXT NOT NULL DEFAULT '',  -- 'like', 'dislike' or ''
    note TEXT NOT NULL DEFAULT '',
    words TEXT NOT NULL,               -- the question's and the answer's, with spaces around each
    question TEXT NOT NULL,
    filters TEXT NOT NULL,             -- JSON
    answer BLOB NOT NULL,              -- JSON in UTF-8
    checksum INTEGER NOT NULL,         -- CRC-32 of question, filters and answer
    UNIQUE (conversation, position)
);
CREATE INDEX turn_judged ON turn (asked) WHERE verdict <> '';
"""
