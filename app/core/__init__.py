"""What every other part of the application builds on: paths, settings, limits, the log. No Qt, no engine."""
