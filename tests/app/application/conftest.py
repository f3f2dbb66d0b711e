from __future__ import annotations

from tests.app.ui.conftest import desk as desk
from tests.app.ui.conftest import open_desk as open_desk
