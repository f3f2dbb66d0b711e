"""Conversations from files: Ponder's own JSON, and what ChatGPT, Claude, Open WebUI and LM Studio write."""
