"""Schema 2: the search index over titles and over what the parts of messages say, kept by triggers."""

from __future__ import annotations

from app.store.migrations.migration import Migration
from app.store.words import RULES

# The index holds words, not texts: FTS5 reads those from a view (https://www.sqlite.org/fts5.html, 4.4.3), and to take
# something out of the index, it must be shown the very words that went in. So the triggers that take out run before a
# change, while the view still shows what there was, and those that put in run after it.
#
# A running answer is not in the view; saved every second, it would be indexed again from its start each time. It comes
# in when its message leaves 'streaming'. Where messages are deleted, their parts go by a foreign key when the message
# is gone already; the trigger on the messages has taken them out by then, and the one on the parts finds nothing.
#
# search_words is app.store.words's, known to every connection of app.store.database; the `ascii` tokenizer parts what
# it makes at spaces and ASCII punctuation. It is given bytes, because a text may have been damaged. The prefix indexes
# are for the first letters of a word as somebody types. search_rules says by which rules the index was made; it is a
# view, because it is no data.
_COLUMNS = "question, answer, system, thinking, attachment, tool"
_TAKE_OUT = (
    f"INSERT INTO search (search, rowid, {_COLUMNS}) SELECT 'delete', id, {_COLUMNS} FROM searchable_parts WHERE"
)
_PUT_IN = f"INSERT INTO search (rowid, {_COLUMNS}) SELECT id, {_COLUMNS} FROM searchable_parts WHERE"

SEARCH = Migration(
    2,
    "search",
    f"""
CREATE VIEW search_rules AS SELECT '{RULES}' AS rules;

CREATE INDEX messages_by_model ON messages (
    CASE WHEN json_valid(facts) THEN json_extract(facts, '$.model') END, conversation_id
) WHERE facts IS NOT NULL;

CREATE INDEX messages_by_time ON messages (created_at_ms);

CREATE VIEW searchable_titles AS SELECT id, search_words(CAST(title AS BLOB)) AS title FROM conversations;

CREATE VIEW searchable_parts AS
SELECT p.id AS id,
    CASE WHEN p.kind = 'text' AND m.role = 'user' THEN search_words(CAST(p.text AS BLOB)) ELSE '' END AS question,
    CASE WHEN p.kind = 'text' AND m.role = 'assistant' THEN search_words(CAST(p.text AS BLOB)) ELSE '' END AS answer,
    CASE WHEN p.kind = 'text' AND m.role = 'system' THEN search_words(CAST(p.text AS BLOB)) ELSE '' END AS system,
    CASE WHEN p.kind = 'thinking' THEN search_words(CAST(p.text AS BLOB)) ELSE '' END AS thinking,
    CASE WHEN p.kind = 'attachment' THEN search_words(CAST(p.name || ' ' || p.text AS BLOB)) ELSE '' END AS attachment,
    CASE WHEN p.kind IN ('tool_call', 'tool_result') OR p.kind = 'text' AND m.role = 'tool'
        THEN search_words(CAST(p.name || ' ' || p.text AS BLOB)) ELSE '' END AS tool
FROM parts p JOIN messages m ON m.id = p.message_id
WHERE m.state <> 'streaming';

CREATE VIRTUAL TABLE search_titles USING fts5 (
    title, content = 'searchable_titles', content_rowid = 'id', tokenize = 'ascii', prefix = '1 2 3'
);
CREATE VIRTUAL TABLE search USING fts5 (
    {_COLUMNS}, content = 'searchable_parts', content_rowid = 'id', tokenize = 'ascii', prefix = '1 2 3'
);

CREATE TRIGGER search_title_added AFTER INSERT ON conversations BEGIN
    INSERT INTO search_titles (rowid, title) SELECT id, title FROM searchable_titles WHERE id = NEW.id;
END;
CREATE TRIGGER search_title_changing BEFORE UPDATE OF title ON conversations WHEN OLD.title <> NEW.title BEGIN
    INSERT INTO search_titles (search_titles, rowid, title)
        SELECT 'delete', id, title FROM searchable_titles WHERE id = OLD.id;
END;
CREATE TRIGGER search_title_changed AFTER UPDATE OF title ON conversations WHEN OLD.title <> NEW.title BEGIN
    INSERT INTO search_titles (rowid, title) SELECT id, title FROM searchable_titles WHERE id = NEW.id;
END;
CREATE TRIGGER search_title_going BEFORE DELETE ON conversations BEGIN
    INSERT INTO search_titles (search_titles, rowid, title)
        SELECT 'delete', id, title FROM searchable_titles WHERE id = OLD.id;
END;

CREATE TRIGGER search_part_added AFTER INSERT ON parts BEGIN
    {_PUT_IN} id = NEW.id;
END;
CREATE TRIGGER search_part_changing BEFORE UPDATE OF kind, name, text ON parts BEGIN
    {_TAKE_OUT} id = OLD.id;
END;
CREATE TRIGGER search_part_changed AFTER UPDATE OF kind, name, text ON parts BEGIN
    {_PUT_IN} id = NEW.id;
END;
CREATE TRIGGER search_part_going BEFORE DELETE ON parts BEGIN
    {_TAKE_OUT} id = OLD.id;
END;

CREATE TRIGGER search_message_running BEFORE UPDATE OF state ON messages
    WHEN OLD.state <> 'streaming' AND NEW.state = 'streaming' BEGIN
    {_TAKE_OUT} id IN (SELECT id FROM parts WHERE message_id = OLD.id);
END;
CREATE TRIGGER search_message_ended AFTER UPDATE OF state ON messages
    WHEN OLD.state = 'streaming' AND NEW.state <> 'streaming' BEGIN
    {_PUT_IN} id IN (SELECT id FROM parts WHERE message_id = NEW.id);
END;
CREATE TRIGGER search_message_going BEFORE DELETE ON messages BEGIN
    {_TAKE_OUT} id IN (SELECT id FROM parts WHERE message_id = OLD.id);
END;

INSERT INTO search_titles (search_titles) VALUES ('rebuild');
INSERT INTO search (search) VALUES ('rebuild');
""",
)
