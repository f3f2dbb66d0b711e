"""Ponder's language-model engine: a plain Python library with no window and no database in it.

`import engine` stays light on purpose: it must not import torch, because the window and `ponder --help` do import it.
The heavy parts live in the modules named in the README's map and are imported by whoever really generates.
"""
