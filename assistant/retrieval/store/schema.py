"""The tables of the database."""

FILE_NAME = "articles.sqlite"
SCHEMA_VERSION = 4  # raise it when a table changes, or a field of the model's measures

COUNTED_TABLES = ("article", "passage", "sentence")  # their ids are never used again

SCHEMA = """
CREATE TABLE model (
    id INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    dimension INTEGER NOT NULL,
    space BLOB NOT NULL,       -- what was measured of it once: origins, language directions, spreads
    checksum INTEGER NOT NULL  -- CRC-32 of space
);
CREATE TABLE article (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest BLOB NOT NULL UNIQUE,       -- SHA-256 of the versions and the file's bytes
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    date TEXT NOT NULL,                -- ISO 8601, as far as the file tells; '' when it does not, as the next two
    outlet TEXT NOT NULL,
    link TEXT NOT NULL,
    text TEXT NOT NULL,
    text_digest BLOB NOT NULL          -- SHA-256 of all from title to text: what is shown is what was written
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
    checksum INTEGER NOT NULL,         -- CRC-32 of key and value
    UNIQUE (model, key)
);
CREATE TABLE token_code (
    id INTEGER PRIMARY KEY,
    model INTEGER NOT NULL REFERENCES model ON DELETE CASCADE,
    key BLOB NOT NULL,                 -- the passage's
    ends BLOB NOT NULL,                -- uint16: the code point of the passage at which each token ends
    bits BLOB NOT NULL,                -- a bit for each dimension of each token
    checksum INTEGER NOT NULL,         -- CRC-32 of key, ends and bits
    UNIQUE (model, key)
);
CREATE TABLE passage_words (
    passage INTEGER PRIMARY KEY REFERENCES passage ON DELETE CASCADE,
    words TEXT NOT NULL,               -- folded and stemmed, with spaces between
    names TEXT NOT NULL,               -- romanised consonants, with spaces between
    sounds TEXT NOT NULL,              -- romanised runs of scripts without spaces, with spaces between
    checksum INTEGER NOT NULL          -- CRC-32 of the row
);
CREATE VIRTUAL TABLE lexicon USING fts5(
    words, names, content='passage_words', content_rowid='passage',
    tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* Co'"
);
CREATE VIRTUAL TABLE lexicon_terms USING fts5vocab(lexicon, col);
CREATE TRIGGER passage_words_added AFTER INSERT ON passage_words BEGIN
    INSERT INTO lexicon (rowid, words, names) VALUES (new.passage, new.words, new.names);
END;
CREATE TRIGGER passage_words_deleted AFTER DELETE ON passage_words BEGIN
    INSERT INTO lexicon (lexicon, rowid, words, names) VALUES ('delete', old.passage, old.words, old.names);
END;
CREATE TABLE seed (
    path TEXT PRIMARY KEY,             -- relative to seeds/
    article INTEGER NOT NULL REFERENCES article,
    checksum INTEGER NOT NULL          -- CRC-32 of both
);
CREATE INDEX seed_article ON seed (article);
CREATE TABLE language_mean (
    language TEXT NOT NULL,
    grain TEXT NOT NULL,               -- passage, sentence or token
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
