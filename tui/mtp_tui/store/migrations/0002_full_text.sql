-- The words of the table `words`, for search by prefix and by phrase. Needs an SQLite with FTS5.

CREATE VIRTUAL TABLE word_index USING fts5 (
    id, name, alerts, entities, tags, comments,
    content = 'words', content_rowid = 'number', tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TRIGGER words_added AFTER INSERT ON words BEGIN
    INSERT INTO word_index (rowid, id, name, alerts, entities, tags, comments)
    VALUES (new.number, new.id, new.name, new.alerts, new.entities, new.tags, new.comments);
END;

CREATE TRIGGER words_taken_away AFTER DELETE ON words BEGIN
    INSERT INTO word_index (word_index, rowid, id, name, alerts, entities, tags, comments)
    VALUES ('delete', old.number, old.id, old.name, old.alerts, old.entities, old.tags, old.comments);
END;

CREATE TRIGGER words_changed AFTER UPDATE ON words BEGIN
    INSERT INTO word_index (word_index, rowid, id, name, alerts, entities, tags, comments)
    VALUES ('delete', old.number, old.id, old.name, old.alerts, old.entities, old.tags, old.comments);
    INSERT INTO word_index (rowid, id, name, alerts, entities, tags, comments)
    VALUES (new.number, new.id, new.name, new.alerts, new.entities, new.tags, new.comments);
END;
