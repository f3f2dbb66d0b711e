"""A window in which nothing happens by itself."""

from __future__ import annotations

import pytest

from tests.app.ui.conftest import Desk, OpenDesk
from tests.app.ui.flows.flow import QUIET


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    """With the model loaded, and chats that keep the name of their first question."""
    found = open_desk(settings=QUIET)
    found.wait_ready()
    return found
