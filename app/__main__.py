"""`python -m app`, for a checkout that is not installed."""

from __future__ import annotations

import sys

from app.main import main

if __name__ == "__main__":
    sys.exit(main())
