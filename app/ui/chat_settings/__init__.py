"""The panel of one chat's settings, and the library of personas and saved prompts."""
