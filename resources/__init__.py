"""Data that Ponder reads at run time: the built-in model and recorded reference outputs."""
