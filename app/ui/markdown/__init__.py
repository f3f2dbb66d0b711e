"""From Markdown to Qt's text documents: parsed as it grows, written through cursors, never as HTML."""
