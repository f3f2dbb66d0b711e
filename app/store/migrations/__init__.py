"""Every schema there ever was, in order. A migration that has been released is never edited; a new one is added."""

from __future__ import annotations

from app.store.migrations.m0001_conversations import CONVERSATIONS
from app.store.migrations.m0002_search import SEARCH
from app.store.migrations.migration import Migration

MIGRATIONS: tuple[Migration, ...] = (CONVERSATIONS, SEARCH)
NEWEST = MIGRATIONS[-1].number
