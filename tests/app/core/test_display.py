"""Where a window can be shown."""

from __future__ import annotations

from app.core.display import why_no_window


def test_without_a_display_there_is_no_window() -> None:
    assert why_no_window({}, "linux") == "There is no display here."


def test_other_systems_always_have_one() -> None:
    assert why_no_window({}, "win32") is None
    assert why_no_window({}, "darwin") is None


def test_a_platform_chosen_by_hand_is_trusted() -> None:
    assert why_no_window({"QT_QPA_PLATFORM": "offscreen"}, "linux", lambda _: False) is None


def test_missing_libraries_are_named_with_the_command_that_brings_them() -> None:
    reason = why_no_window({"DISPLAY": ":0"}, "linux", lambda name: "cursor" not in name)
    assert reason is not None
    assert reason.endswith("apt-get install libxcb-cursor0.")
    assert why_no_window({"DISPLAY": ":0"}, "linux", lambda _: True) is None
    # Wayland needs none of the X11 ones.
    assert why_no_window({"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, "linux", lambda name: "xcb" not in name) is None
