PRAGMA application_id = 1349480036;
PRAGMA user_version = 1;
BEGIN;
CREATE TABLE folders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    position INTEGER NOT NULL
) STRICT;
INSERT INTO folders (id, name, position) VALUES (1, 'Work', 1);
INSERT INTO folders (id, name, position) VALUES (2, '雑記 & <b>', 0);
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
INSERT INTO conversations (id, uid, title, title_source, system_prompt, settings, draft, folder_id, pinned, archived, trashed_at_ms, position, activity, first_chosen_id, created_at_ms, updated_at_ms) VALUES (1, 'c1', 'Named by me', 'person', 'Be brief.', '{"model": "Qwen3-0.6B", "thinking": false, "top_k": 20, "of_a_later_version": {"a": null}}', 'half a thou', 1, 1, 0, NULL, 2, 4, 1, 1700000000000, 1700000000009);
INSERT INTO conversations (id, uid, title, title_source, system_prompt, settings, draft, folder_id, pinned, archived, trashed_at_ms, position, activity, first_chosen_id, created_at_ms, updated_at_ms) VALUES (2, 'c2', '', 'none', '', '{}', '', NULL, 0, 0, NULL, 0, 5, 8, 1700000000001, 1700000000001);
INSERT INTO conversations (id, uid, title, title_source, system_prompt, settings, draft, folder_id, pinned, archived, trashed_at_ms, position, activity, first_chosen_id, created_at_ms, updated_at_ms) VALUES (3, 'c3', '归档 📦', 'model', '', '{}', '', 2, 0, 1, NULL, 0, 2, 9, 1700000000002, 1384640000000);
INSERT INTO conversations (id, uid, title, title_source, system_prompt, settings, draft, folder_id, pinned, archived, trashed_at_ms, position, activity, first_chosen_id, created_at_ms, updated_at_ms) VALUES (4, 'c4', 'thrown away', 'prompt', '', '{}', '', 1, 1, 0, 1700000000003, 1, 3, 11, 1700000000003, 1700000000003);
INSERT INTO conversations (id, uid, title, title_source, system_prompt, settings, draft, folder_id, pinned, archived, trashed_at_ms, position, activity, first_chosen_id, created_at_ms, updated_at_ms) VALUES (7, 'c7', 'empty, and newest', 'prompt', '', '{}', 'draft only', NULL, 0, 0, NULL, 0, 6, NULL, 1700000000004, 1700000000004);
CREATE TABLE tags (
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    PRIMARY KEY (conversation_id, tag)
) STRICT, WITHOUT ROWID;
INSERT INTO tags (conversation_id, tag) VALUES (1, 'red');
INSERT INTO tags (conversation_id, tag) VALUES (3, 'red');
INSERT INTO tags (conversation_id, tag) VALUES (1, 'ünïcode');
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
INSERT INTO messages (id, uid, conversation_id, parent_id, role, state, facts, chosen_child_id, removed, created_at_ms) VALUES (1, 'm1', 1, NULL, 'user', 'complete', NULL, 3, 0, 1700000000000);
INSERT INTO messages (id, uid, conversation_id, parent_id, role, state, facts, chosen_child_id, removed, created_at_ms) VALUES (2, 'm2', 1, 1, 'assistant', 'failed', '{"failure_kind": "out_of_memory"}', NULL, 0, 1700000000000);
INSERT INTO messages (id, uid, conversation_id, parent_id, role, state, facts, chosen_child_id, removed, created_at_ms) VALUES (3, 'm3', 1, 1, 'assistant', 'complete', '{"answer_tokens": 12, "finish_reason": "stop", "model": "Qwen3-0.6B", "seed": 7, "tokens_per_s": 31.5}', 5, 0, 1700000000000);
INSERT INTO messages (id, uid, conversation_id, parent_id, role, state, facts, chosen_child_id, removed, created_at_ms) VALUES (4, 'm4', 1, 3, 'user', 'complete', NULL, NULL, 0, 1700000000000);
INSERT INTO messages (id, uid, conversation_id, parent_id, role, state, facts, chosen_child_id, removed, created_at_ms) VALUES (5, 'm5', 1, 3, 'user', 'complete', NULL, 6, 0, 1700000000000);
INSERT INTO messages (id, uid, conversation_id, parent_id, role, state, facts, chosen_child_id, removed, created_at_ms) VALUES (6, 'm6', 1, 5, 'assistant', 'interrupted', NULL, NULL, 0, 1700000000000);
INSERT INTO messages (id, uid, conversation_id, parent_id, role, state, facts, chosen_child_id, removed, created_at_ms) VALUES (7, 'm7', 1, 5, 'assistant', 'complete', NULL, NULL, 1, 1700000000000);
INSERT INTO messages (id, uid, conversation_id, parent_id, role, state, facts, chosen_child_id, removed, created_at_ms) VALUES (8, 'm8', 2, NULL, 'user', 'complete', NULL, NULL, 0, 1700000000000);
INSERT INTO messages (id, uid, conversation_id, parent_id, role, state, facts, chosen_child_id, removed, created_at_ms) VALUES (9, 'm9', 3, NULL, 'system', 'complete', NULL, 10, 0, 1700000000000);
INSERT INTO messages (id, uid, conversation_id, parent_id, role, state, facts, chosen_child_id, removed, created_at_ms) VALUES (10, 'm10', 3, 9, 'assistant', 'streaming', NULL, NULL, 0, 1700000000000);
INSERT INTO messages (id, uid, conversation_id, parent_id, role, state, facts, chosen_child_id, removed, created_at_ms) VALUES (11, 'm11', 4, NULL, 'user', 'complete', NULL, 12, 0, 1700000000000);
INSERT INTO messages (id, uid, conversation_id, parent_id, role, state, facts, chosen_child_id, removed, created_at_ms) VALUES (12, 'm12', 4, 11, 'assistant', 'complete', NULL, 13, 0, 1700000000000);
INSERT INTO messages (id, uid, conversation_id, parent_id, role, state, facts, chosen_child_id, removed, created_at_ms) VALUES (13, 'm13', 4, 12, 'tool', 'complete', NULL, NULL, 0, 1700000000000);
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
INSERT INTO parts (id, message_id, ordinal, kind, name, text, checksum) VALUES (1, 1, 0, 'attachment', 'notes.txt', 'line one
line two
', X'C94E4868B9AE64CF');
INSERT INTO parts (id, message_id, ordinal, kind, name, text, checksum) VALUES (2, 1, 1, 'text', '', 'What is written there?', X'3153ACAF544AE76E');
INSERT INTO parts (id, message_id, ordinal, kind, name, text, checksum) VALUES (4, 3, 0, 'thinking', '', 'They ask about notes.txt.', X'DF2CFCC6DFF6F207');
INSERT INTO parts (id, message_id, ordinal, kind, name, text, checksum) VALUES (5, 3, 1, 'text', '', 'Two lines: *one* and **two**.', X'34EE33F5905CDC69');
INSERT INTO parts (id, message_id, ordinal, kind, name, text, checksum) VALUES (6, 4, 0, 'text', '', 'Thanks', X'0000000000000000');
INSERT INTO parts (id, message_id, ordinal, kind, name, text, checksum) VALUES (7, 5, 0, 'text', '', 'And in 日本語? עברית, العربية', X'7EACE5589DC00E9B');
INSERT INTO parts (id, message_id, ordinal, kind, name, text, checksum) VALUES (8, 6, 0, 'text', '', '二行で', X'F503C6898FDA33B9');
INSERT INTO parts (id, message_id, ordinal, kind, name, text, checksum) VALUES (9, 7, 0, 'text', '', 'removed by the person', X'5AEE33DFB082AC39');
INSERT INTO parts (id, message_id, ordinal, kind, name, text, checksum) VALUES (10, 8, 0, 'text', '', ''' OR 1=1; -- "quoted"', X'AACEB0449D59C631');
INSERT INTO parts (id, message_id, ordinal, kind, name, text, checksum) VALUES (11, 9, 0, 'text', '', 'You are a pirate.', X'D27D4D687B838FA6');
INSERT INTO parts (id, message_id, ordinal, kind, name, text, checksum) VALUES (12, 10, 0, 'text', '', 'Arr, half an ans', X'03AB27D02B739047');
INSERT INTO parts (id, message_id, ordinal, kind, name, text, checksum) VALUES (13, 11, 0, 'text', '', 'What is 2+2?', X'B74F020A6710791F');
INSERT INTO parts (id, message_id, ordinal, kind, name, text, checksum) VALUES (14, 12, 0, 'tool_call', 'calculator', '{"expression": "2+2"}', X'A8CAF608C175B2D1');
INSERT INTO parts (id, message_id, ordinal, kind, name, text, checksum) VALUES (15, 13, 0, 'tool_result', 'calculator', '4', X'244A28DBB773F92A');
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence (name, seq) VALUES ('folders', 2);
INSERT INTO sqlite_sequence (name, seq) VALUES ('conversations', 7);
INSERT INTO sqlite_sequence (name, seq) VALUES ('messages', 13);
INSERT INTO sqlite_sequence (name, seq) VALUES ('parts', 15);
CREATE INDEX conversations_by_activity ON conversations (activity);
CREATE INDEX conversations_in_sidebar ON conversations (pinned, activity) WHERE trashed_at_ms IS NULL AND archived = 0;
CREATE INDEX conversations_in_archive ON conversations (activity) WHERE trashed_at_ms IS NULL AND archived = 1;
CREATE INDEX conversations_in_trash ON conversations (activity) WHERE trashed_at_ms IS NOT NULL;
CREATE INDEX conversations_in_folder ON conversations (folder_id, activity) WHERE folder_id IS NOT NULL;
CREATE INDEX tags_by_name ON tags (tag);
CREATE INDEX messages_of_conversation ON messages (conversation_id);
CREATE INDEX messages_after ON messages (parent_id);
CREATE INDEX messages_streaming ON messages (state) WHERE state = 'streaming';
COMMIT;
