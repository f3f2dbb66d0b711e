"""The conversation store: the only place that knows SQLite."""
