"""The tables of the database."""

FILE_NAME = "articles.sqlite"
SCHEMA_VERSION = 1

COUNTED_TABLES = ("article", "passage", "sentence")  # their ids are never used again

SCHEMA = """
CREATE TABLE model (
    id INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    dimension INTEGER NOT NULL,
    origin BLOB NOT NULL,      -- the mean vector of everyday sentences in many languages, float32
    spread REAL NOT NULL       -- the standard deviation of unrelated similarities around it
);
CREATE TABLE article (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest BLOB NOT NULL UNIQUE,       -- SHA-256 of the versions and the file's bytes
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    text TEXT NOT NULL,
    text_digest BLOB NOT NULL          -- SHA-256 of title, language and text: what is shown is what was written
);
CREATE TABLE passage (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    key BLOB NOT NULL,                 -- the digest of text[start:end], which is also its vector's key
    sentences INTEGER NOT NULL         -- how many rows of `sentence` belong to it
);
CREATE INDEX passage_article ON passage (article);
CREATE TABLE sentence (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    passage INTEGER NOT NULL REFERENCES passage ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    key BLOB NOT NULL
);
CREATE INDEX sentence_passage ON sentence (passage);
CREATE TABLE vector (
    id INTEGER PRIMARY KEY,
    model INTEGER NOT NULL REFERENCES model ON DELETE CASCADE,
    key BLOB NOT NULL,
    value BLOB NOT NULL,               -- float16, length one
    checksum INTEGER NOT NULL,         -- CRC-32 of value
    UNIQUE (model, key)
);
CREATE TABLE seed (
    path TEXT PRIMARY KEY,             -- relative to seeds/
    article INTEGER NOT NULL REFERENCES article,
    checksum INTEGER NOT NULL          -- CRC-32 of both
);
CREATE INDEX seed_article ON seed (article);
CREATE TABLE language_mean (
    language TEXT NOT NULL,
    grain TEXT NOT NULL,               -- passage or sentence
    value BLOB NOT NULL,               -- float32
    PRIMARY KEY (language, grain)
);
CREATE TABLE publication (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    generation INTEGER NOT NULL,
    model INTEGER NOT NULL REFERENCES model,
    passages INTEGER NOT NULL,
    vectors_file TEXT NOT NULL,        -- the FAISS file's name, next to this one
    vectors_digest TEXT NOT NULL,      -- its SHA-256
    published_at REAL NOT NULL,
    digest TEXT NOT NULL               -- SHA-256 of this row, the model's and the language means
);
"""
