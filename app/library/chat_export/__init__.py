"""Conversations as files: Markdown, HTML, plain text, and JSON that loses nothing."""
