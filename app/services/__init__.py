"""Everything that turns the engine and the library into Qt signals. QtCore only: no widget is known here."""
