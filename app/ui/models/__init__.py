"""The models window: what is on this computer, what can be downloaded, imports, and the memory calculator."""
