"""What a file may ask of this machine. Far above anything a person has, far below what would bring it down."""

from __future__ import annotations

CHUNK_BYTES = 1 << 20
MAX_CONVERSATION_CHARACTERS = 1 << 27
"""Of JSON, pictures that some programs put into it as text included."""
MAX_CONVERSATION_VALUES = 4_000_000
"""Objects, lists and strings, keys included: each costs memory of its own, however short."""
MAX_DEPTH = 200
MAX_MESSAGES = 100_000
MAX_FILES = 100_000
"""In a folder, or in an archive."""
MAX_DIRECTORY_BYTES = 1 << 25
"""The table of contents of an archive, which is read as a whole."""
MAX_INFLATION = 100
"""How many times its size in the archive a file may grow to; conversations grow five- to tenfold."""
ALWAYS_INFLATED_BYTES = 1 << 26
"""So much may come out whatever went in."""
MAX_TITLE_CHARACTERS = 200
MAX_PROBLEMS = 1_000
"""How many are told one by one."""
