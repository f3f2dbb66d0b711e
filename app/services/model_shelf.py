"""Models as the window sees them: what is here, what can be had, how each would run, and work on them.

Calls return at once; signals arrive on the window's own thread. Nothing touches the network but `download`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.core.log import log_bug
from app.core.models import FoundModel, HubModel, InstalledModel, MemorySum, Shelf, WeightsChoice
from app.core.paths import Paths
from app.library.elsewhere import models_elsewhere
from app.library.machine_process import look_at_machine
from app.library.memory_sum import memory_sum, weights_choices
from app.library.models import BUILT_IN_NAME, ModelEntry
from app.library.shelf import found_models, installed_model, read_shelf
from app.library.wanted import resolve
from app.services.job_types import JobEnded, JobKind, JobOutcome, JobProgress
from app.services.model_jobs import ModelJobs, Work
from app.services.model_work import (
    discarding,
    downloading,
    importing_found,
    importing_path,
    removing,
    verifying,
)
from app.services.settings import SettingsChanged, SettingsService
from app.services.status import ChosenModel
from engine.cancel import CancelToken
from engine.errors import Cancelled
from engine.hardware import Machine
from engine.types import LoadRequest

_DECIDING = frozenset({"device", "precision", "kv_cache", "context_tokens"})


class ModelShelf(QObject):
    """Owns the threads that read and work; `close` ends them.

    Args:
        paths: Where models lie.
        settings: What the person chose: how models would run depends on it.
        parent: Its Qt parent.
    """

    models_changed = Signal()
    """`shelf` is another one."""
    offers_ready = Signal(object)
    """A Shelf whose machine is known now: how each model would run can be said."""
    job_progress = Signal(object)
    """A JobProgress."""
    job_ended = Signal(object)
    """A JobEnded; `shelf` shows already what came of it."""
    found_elsewhere = Signal(object)
    """A tuple of FoundModel: what other programs keep on this computer."""
    _posted = Signal(object)

    def __init__(self, paths: Paths, settings: SettingsService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = paths.models
        self._cache_folder = str(paths.cache)
        self._settings = settings
        self._jobs = ModelJobs(self)
        self._shelf = Shelf()
        self._found: tuple[FoundModel, ...] | None = None
        self._machine: Machine | None = None
        self._look: CancelToken | None = None
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._fresh: Shelf | None = None
        self._closed = False
        self._jobs.progressed.connect(self.job_progress)
        self._jobs.ended.connect(self._on_ended)
        # Emitted from worker threads: queued, whatever threads Qt takes them to be.
        self._posted.connect(self._run_posted, Qt.ConnectionType.QueuedConnection)
        settings.changed.connect(self._on_settings)

    # --- what there is --------------------------------------------------------------------------------------

    @property
    def shelf(self) -> Shelf:
        """As read last; empty before `refresh` was answered."""
        return self._shelf

    @property
    def found(self) -> tuple[FoundModel, ...] | None:
        """What other programs keep; None before `search_elsewhere` was answered."""
        return self._found

    @property
    def looking(self) -> bool:
        """Whether the machine is being looked at."""
        return self._look is not None

    def refresh(self) -> None:
        """Read the disk again, in the background."""
        self._jobs.run(self._refresh)

    def look(self, *, again: bool = False) -> None:
        """Find out what this machine has, in the background and in a process of its own; once, unless `again`."""
        if self._look is not None or self._closed or (self._machine is not None and not again):
            return
        self._look = CancelToken()
        self._jobs.run(partial(self._ask_machine, self._look))

    def search_elsewhere(self) -> None:
        """Look for models of other programs, in the background."""
        self._jobs.run(self._search)

    def calculate(self, model: str, weights: str, context_tokens: int) -> MemorySum:
        """What a model of the catalogue takes. Arithmetic alone.

        Raises:
            NoModel, InvalidRequest: there is no such model or way to hold weights.
        """
        return memory_sum(model, weights, context_tokens, self._machine)

    @staticmethod
    def weights_choices() -> tuple[WeightsChoice, ...]:
        """What `calculate` takes, from the largest to the smallest."""
        return weights_choices()

    # --- which one to use -----------------------------------------------------------------------------------

    def practice_model(self) -> InstalledModel | None:
        """The one that came with Ponder; None before the disk was read."""
        return next((each for each in self._shelf.installed if each.built_in), None)

    def installed(self, name: str) -> InstalledModel | None:
        """The model that goes by a name on this computer."""
        return next((each for each in self._shelf.installed if each.name == name), None)

    def chosen(self, model: InstalledModel) -> ChosenModel:
        """What to load so that this model runs as the settings say."""
        settings = self._settings.value
        request = LoadRequest(
            model.folder,
            device=settings.device,
            precision=settings.precision,
            kv_cache=settings.kv_cache,
            context_tokens=settings.context_tokens,
            cache_folder=self._cache_folder,
        )
        return ChosenModel(request, model.name, practice=model.built_in, base=model.is_base)

    def remember(self, model: ChosenModel) -> None:
        """Use this one at the next start too."""
        self._settings.change(model=BUILT_IN_NAME if model.practice else model.request.model)

    # --- work -----------------------------------------------------------------------------------------------

    def jobs(self) -> tuple[JobProgress, ...]:
        """Those that run, the oldest first."""
        return self._jobs.running()

    def job_of(self, name: str, *kinds: JobKind) -> JobProgress | None:
        """The job on the model called `name`, of these kinds or of any."""
        return next((each for each in self.jobs() if each.name == name and (not kinds or each.kind in kinds)), None)

    def download(self, source: HubModel) -> int:
        """Fetch a model, or go on with it. The only thing here that uses the network.

        Returns:
            The job's id; that of the running one where the model is being fetched already.

        Raises:
            NoModel: there is no such repository or name.
        """
        name = resolve(source.repository, source.revision).name
        running = self.job_of(name, JobKind.DOWNLOAD)
        if running is not None:
            return running.job_id
        return self._start(JobKind.DOWNLOAD, name, downloading(source, self._folder, self._describe), source)

    def import_folder(self, path: Path, *, link: bool) -> int:
        """Take in a model's folder: where it lies, or as a copy."""
        return self._start(JobKind.IMPORT, path.name, importing_path(path, self._folder, self._describe, link=link))

    def import_gguf(self, path: Path) -> int:
        """Convert a GGUF file into a model of Ponder's own."""
        return self._start(JobKind.IMPORT, path.stem, importing_path(path, self._folder, self._describe, link=False))

    def import_found(self, found: FoundModel) -> int:
        """Take in what another program keeps: a folder where it lies, a GGUF file converted."""
        return self._start(JobKind.IMPORT, found.name, importing_found(found, self._folder, self._describe))

    def verify(self, model: InstalledModel) -> int:
        """Compare every file with what was installed."""
        return self._start(JobKind.VERIFY, model.name, verifying(model), model.source)

    def remove(self, model: InstalledModel) -> int:
        """Remove a model from this computer; of a linked one only the link."""
        return self._start(JobKind.REMOVE, model.name, removing(model, self._folder))

    def discard(self, name: str) -> int:
        """Throw away what has arrived of a stopped download."""
        return self._start(JobKind.DISCARD, name, discarding(name, self._folder))

    def cancel(self, job_id: int) -> None:
        """End a job within a second. What has arrived of a download is kept."""
        self._jobs.cancel(job_id)

    def close(self) -> None:
        """End everything within a second or so, and tell nothing more. A second call does nothing."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._settings.changed.disconnect(self._on_settings)
        self._posted.disconnect(self._run_posted)
        if self._look is not None:
            self._look.cancel()
        self._jobs.close()

    # --- on worker threads ----------------------------------------------------------------------------------

    def _start(self, kind: JobKind, name: str, work: Work, source: HubModel | None = None) -> int:
        return self._jobs.start(kind, name, work, self._after_job, source)

    def _describe(self, entry: ModelEntry) -> InstalledModel:
        return installed_model(entry, self._folder, self._settings.value, self._machine)

    def _after_job(self, end: JobEnded) -> JobEnded:
        """What the disk holds now, read before anybody is told, and shown when the end is."""
        shelf = self._read()
        if shelf is None or end.kind is not JobKind.DOWNLOAD or end.outcome is JobOutcome.DONE:
            return end
        stopped = next((each for each in shelf.stopped if each.name == end.name), None)
        return end if stopped is None else replace(end, kept_bytes=stopped.kept_bytes, total_bytes=stopped.total_bytes)

    def _read(self) -> Shelf | None:
        try:
            with self._reading:  # one after the other, so that the last one told is the newest
                shelf = read_shelf(self._folder, self._settings.value, self._machine)
                with self._lock:
                    self._fresh = shelf
        except Exception as error:  # a folder may fail in ways nobody listed; what was shown stays
            log_bug(error)
            return None
        return shelf

    def _refresh(self) -> None:
        self._read()
        self._post(self._show_fresh)

    def _ask_machine(self, token: CancelToken) -> None:
        machine: Machine | None = None
        try:
            machine = look_at_machine(token)
        except Cancelled:
            return
        except Exception as error:
            log_bug(error)
        self._post(partial(self._know_machine, machine))

    def _search(self) -> None:
        try:
            found = found_models(models_elsewhere())
        except Exception as error:  # other programs' folders may hold anything at all
            log_bug(error)
            found = ()
        self._post(partial(self._show_found, found))

    def _post(self, call: Callable[[], None]) -> None:
        """Have something called on the window's thread."""
        with self._lock:  # so that it cannot be closed, and deleted, in between
            if not self._closed:
                self._posted.emit(call)

    # --- on the window's thread -----------------------------------------------------------------------------

    @Slot(object)
    def _run_posted(self, call: Callable[[], None]) -> None:
        call()

    def _show_fresh(self) -> None:
        with self._lock:
            fresh, self._fresh = self._fresh, None
        if fresh is None or fresh == self._shelf:
            return
        newly_known = fresh.machine is not None and fresh.machine != self._shelf.machine
        self._shelf = fresh
        self.models_changed.emit()
        if newly_known:
            self.offers_ready.emit(fresh)

    def _know_machine(self, machine: Machine | None) -> None:
        self._look = None
        if machine is not None:
            self._machine = machine
            self.refresh()
        self.models_changed.emit()  # it is looked at no more, even where nothing else is new

    def _show_found(self, found: tuple[FoundModel, ...]) -> None:
        self._found = found
        self.found_elsewhere.emit(found)

    @Slot(object)
    def _on_ended(self, end: JobEnded) -> None:
        self._show_fresh()
        self.job_ended.emit(end)

    @Slot(object)
    def _on_settings(self, change: SettingsChanged) -> None:
        if change.names & _DECIDING:
            self.refresh()
