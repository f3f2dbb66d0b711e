"""What happens to an exception nobody caught: the log gets its frames, the person gets one calm sentence."""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler

from app.core.log import log_bug

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class FaultReporter(QObject):
    """Takes over Python's and Qt's reports between `install` and `remove`."""

    fault_seen = Signal()
    """Something was logged that must not have happened. Queued to the window's thread."""

    def install(self) -> None:
        self._before = (sys.excepthook, threading.excepthook, qInstallMessageHandler(_log_qt_message))
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def remove(self) -> None:
        """Give back what was there. Must come before Python ends: a later Qt message would call into nothing."""
        sys.excepthook, threading.excepthook, handler = self._before
        qInstallMessageHandler(handler)

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log_bug(error)
        self.fault_seen.emit()

    def _on_thread_exception(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            log_bug(arguments.exc_value)
            self.fault_seen.emit()


def _log_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    logging.getLogger("qt").log(_LEVELS.get(kind, logging.WARNING), "%s", message)
