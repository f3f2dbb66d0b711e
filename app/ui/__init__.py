"""The window: the only place with widgets. Colours, sizes and fonts come from `app.ui.theme` alone."""
