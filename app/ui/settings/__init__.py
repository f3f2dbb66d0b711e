"""The settings window: a control for every declared setting, and what belongs beside them."""
