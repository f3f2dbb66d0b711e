"""Schema 1: folders, conversations, and messages with their parts."""

from __future__ import annotations

from app.store.migrations.migration import Migration

# AUTOINCREMENT: an id is never used again, so that an order by id is the order of writing and a late event cannot reach
# a message that took a deleted one's place. `activity` is a number that only grows, because clocks go back. Messages go
# with their conversation, not with their parent: a cascade down a long chat would be deeper than SQLite allows.
CONVERSATIONS = Migration(
    1,
    "conversations",
    """
CREATE TABLE folders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    position INTEGER NOT NULL
) STRICT;

CREATE TABLE conversations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    title_source TEXT NOT NULL CHECK (title_source IN ('none', 'prompt', 'model', 'person')),
    system_prompt TEXT NOT NULL,
    settings TEXT NOT NULL,
    draft TEXT NOT NULL DEFAULT '',
    folder_id INTEGER REFERENCES folders (id) ON DELETE SET NULL,
    pinned INTEGER NOT NULL CHECK (pinned IN (0, 1)),
    archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
    trashed_at_ms INTEGER,
    position INTEGER NOT NULL DEFAULT 0,
    activity INTEGER NOT NULL,
    first_chosen_id INTEGER,
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX conversations_by_activity ON conversations (activity);
CREATE INDEX conversations_in_sidebar ON conversations (pinned, activity) WHERE trashed_at_ms IS NULL AND archived = 0;
CREATE INDEX conversations_in_archive ON conversations (activity) WHERE trashed_at_ms IS NULL AND archived = 1;
CREATE INDEX conversations_in_trash ON conversations (activity) WHERE trashed_at_ms IS NOT NULL;
CREATE INDEX conversations_in_folder ON conversations (folder_id, activity) WHERE folder_id IS NOT NULL;

CREATE TABLE tags (
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    PRIMARY KEY (conversation_id, tag)
) STRICT, WITHOUT ROWID;

CREATE INDEX tags_by_name ON tags (tag);

CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    parent_id INTEGER REFERENCES messages (id) ON DELETE SET NULL,
    role TEXT NOT NULL CHECK (role IN ('system', 'user', 'assistant', 'tool')),
    state TEXT NOT NULL CHECK (state IN ('complete', 'streaming', 'interrupted', 'failed')),
    facts TEXT,
    chosen_child_id INTEGER,
    removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)),
    created_at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX messages_of_conversation ON messages (conversation_id);
CREATE INDEX messages_after ON messages (parent_id);
CREATE INDEX messages_streaming ON messages (state) WHERE state = 'streaming';

CREATE TABLE parts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('text', 'thinking', 'attachment', 'tool_call', 'tool_result')),
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    checksum BLOB NOT NULL,
    UNIQUE (message_id, ordinal)
) STRICT;
""",
)
