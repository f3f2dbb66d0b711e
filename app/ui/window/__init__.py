"""The main window: what goes where in it, and what leads to what."""
