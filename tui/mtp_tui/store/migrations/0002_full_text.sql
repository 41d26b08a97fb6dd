-- Which words stand where in the incidents, part by part; none of their text. Needs an SQLite with FTS5.
-- An incident is taken out with the words that its body says: whoever changes what is said (defender/narrowing/facts.py,
-- folding.py, spoken.py) has both tables filled anew by a later migration.

CREATE VIRTUAL TABLE words USING fts5 (
    row, story, user, device, file, process, hash, ip, url, mail, rest, name, mitre, category, verdict,
    content = '', columnsize = 0, tokenize = 'ascii'  -- which takes every other character for one of a word
);

CREATE TABLE vocabulary (               -- the words that may be found by their middle
    word TEXT PRIMARY KEY
) WITHOUT ROWID;
