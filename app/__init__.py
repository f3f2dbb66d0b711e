"""The Ponder application: everything around the engine. Importing this package imports nothing else."""
