"""How fast a model runs on this machine, beside what the machine's memory allows.

`report` holds the figures, `runner` makes them in a process for each, `child` is that process and `cases` its work;
`measure` times a model, `turns` a conversation, `bandwidth` the memory, and `limit` counts the bytes a token costs.
Importing `report` and `runner` imports no torch.
"""
