"""What window and command line share: models, presets, requests, the way to the engine. No Qt."""
