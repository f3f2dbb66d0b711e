"""Ponder's own CPU kernels: a small C library that decodes a token in one call, used where it was built and can run.

Everything that it does, `engine.model.decoder` also does in torch; tests hold the two together. Importing this package
is cheap; nothing is loaded before it is asked for.
"""
