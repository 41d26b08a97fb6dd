-- Where words begin in the table `texts`. Needs an SQLite with FTS5.

CREATE VIRTUAL TABLE word_index USING fts5 (
    row, story, user, device, file, process, hash, ip, url, mail, rest,
    content = 'texts', content_rowid = 'number', detail = none, tokenize = 'unicode61 remove_diacritics 0'
);

CREATE TRIGGER texts_added AFTER INSERT ON texts BEGIN
    INSERT INTO word_index (rowid, row, story, user, device, file, process, hash, ip, url, mail, rest)
    VALUES (new.number, new.row, new.story, new.user, new.device, new.file, new.process, new.hash, new.ip, new.url, new.mail, new.rest);
END;

CREATE TRIGGER texts_taken_away AFTER DELETE ON texts BEGIN
    INSERT INTO word_index (word_index, rowid, row, story, user, device, file, process, hash, ip, url, mail, rest)
    VALUES ('delete', old.number, old.row, old.story, old.user, old.device, old.file, old.process, old.hash, old.ip, old.url, old.mail, old.rest);
END;

CREATE TRIGGER texts_changed AFTER UPDATE ON texts BEGIN
    INSERT INTO word_index (word_index, rowid, row, story, user, device, file, process, hash, ip, url, mail, rest)
    VALUES ('delete', old.number, old.row, old.story, old.user, old.device, old.file, old.process, old.hash, old.ip, old.url, old.mail, old.rest);
    INSERT INTO word_index (rowid, row, story, user, device, file, process, hash, ip, url, mail, rest)
    VALUES (new.number, new.row, new.story, new.user, new.device, new.file, new.process, new.hash, new.ip, new.url, new.mail, new.rest);
END;
