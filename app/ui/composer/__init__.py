"""Where a message is written: the field, what goes along with it, and how much of the context it takes."""
