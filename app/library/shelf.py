"""Everything about models that the window shows, read in one go: what is here, what can be had, and how it would run.

Joins the library's parts; decides nothing, downloads nothing, and never imports torch: the machine is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.core.models import (
    CatalogueModel,
    Fit,
    FoundModel,
    HubModel,
    InstalledModel,
    MachineDevice,
    MachineFacts,
    ModelOrigin,
    Score,
    Shelf,
    StoppedDownload,
)
from app.core.settings import Settings
from app.library.catalogue import Offer, offers
from app.library.elsewhere import Elsewhere
from app.library.models import ModelEntry, list_models, size_bytes
from app.library.removal import removable_bytes, require_removable
from app.library.stopped import Unfinished, unfinished_downloads
from engine.checkpoint import Checkpoint, open_checkpoint
from engine.download.cache import snapshot_of
from engine.download.plan import read_plan
from engine.errors import InvalidRequest, PonderError
from engine.hardware import Machine, detect_machine
from engine.model_shape import model_shape
from engine.origin import read_origin
from engine.precision import Decision, choose, targets


def read_shelf(models_folder: Path, settings: Settings, machine: Machine | None) -> Shelf:
    """Reads the disk: not for a window's own thread. Without `machine` nothing is said of how models would run."""
    entries = list_models(models_folder)
    stopped = tuple(_stopped(each) for each in unfinished_downloads(models_folder))
    by_name = {each.name: each for each in stopped}
    # What is known of a model does not depend on the machine; only `decision` does, which is left out without one.
    offered = offers(entries, settings, machine or detect_machine(with_torch=False))
    return Shelf(
        installed=tuple(installed_model(each, models_folder, settings, machine) for each in entries),
        stopped=stopped,
        catalogue=tuple(_of_catalogue(each, by_name.get(each.entry.name), machine) for each in offered),
        machine=None if machine is None else machine_facts(machine),
    )


def installed_model(
    entry: ModelEntry, models_folder: Path, settings: Settings, machine: Machine | None
) -> InstalledModel:
    """One model of the disk. What is wrong with it is told in the result."""
    fit, problem, damaged = None, "", False
    checkpoint: Checkpoint | None = None
    try:
        checkpoint = open_checkpoint(entry.folder)
    except PonderError as error:
        problem, damaged = str(error), True
    shape = None if checkpoint is None else model_shape(checkpoint)
    if shape is not None and machine is not None:
        try:
            decision = choose(
                machine,
                shape,
                device=settings.device,
                precision=settings.precision,
                kv_cache=settings.kv_cache,
                context_tokens=_possible(settings.context_tokens, shape.max_context_tokens),
            )
            fit = _fit(decision)
        except PonderError as error:
            problem = str(error)
    origin, detail = _origin(entry)
    plan = read_plan(entry.folder)
    return InstalledModel(
        name=entry.name,
        folder=str(entry.folder),
        size_bytes=size_bytes(entry),
        origin=origin,
        origin_detail=detail,
        built_in=entry.built_in,
        link="" if entry.link is None else str(entry.link),
        parameters=0 if shape is None else shape.parameters,
        is_base=checkpoint is not None and checkpoint.is_base,
        removable=_is_removable(entry, models_folder),
        freed_bytes=removable_bytes(entry),
        source=None if plan is None else HubModel(plan.repository, plan.revision),
        fit=fit,
        problem=problem,
        damaged=damaged,
    )


def entry_of(model: InstalledModel) -> ModelEntry:
    """What the library's other functions know the model by."""
    return ModelEntry(model.name, Path(model.folder), model.built_in, Path(model.link) if model.link else None)


def machine_facts(machine: Machine) -> MachineFacts:
    """What there is to say of a machine on a line or two."""
    devices = [
        MachineDevice(
            each.device,
            each.name,
            machine.memory.total_bytes if each.gpu is None else each.gpu.total_bytes,
            each.free_bytes,
        )
        for each in targets(machine)
    ]
    return MachineFacts(tuple(devices), machine.gpu_problem)


def found_models(found: Sequence[Elsewhere]) -> tuple[FoundModel, ...]:
    """Other programs' models, in the order given."""
    return tuple(
        FoundModel(
            program=each.model.program.value,
            name=each.model.name,
            path=str(each.model.path),
            size_bytes=each.model.size_bytes,
            is_folder=each.model.is_folder,
            precision=each.precision,
            imported_bytes=0 if each.model.is_folder else each.imported_bytes,
            in_place=each.in_place,
            problem=each.problem,
        )
        for each in found
    )


def _stopped(unfinished: Unfinished) -> StoppedDownload:
    plan = unfinished.plan
    return StoppedDownload(
        name=unfinished.destination.name,
        source=HubModel(plan.repository, plan.revision),
        kept_bytes=unfinished.kept_bytes,
        total_bytes=plan.total_bytes,
    )


def _of_catalogue(offered: Offer, stopped: StoppedDownload | None, machine: Machine | None) -> CatalogueModel:
    entry = offered.entry
    known = machine is not None
    return CatalogueModel(
        name=entry.name,
        repository=entry.repository,
        licence=entry.licence,
        description=entry.description,
        parameters=entry.parameters,
        download_bytes=entry.download_bytes,
        size_is_exact=entry.size_is_exact,
        is_base=entry.is_base,
        native_context_tokens=entry.native_context_tokens,
        position_context_tokens=entry.position_context_tokens,
        yarn_context_tokens=entry.yarn_context_tokens,
        scores=tuple(Score(each.name, each.thinking, each.direct, each.base) for each in entry.benchmarks),
        installed="" if offered.installed is None else offered.installed.name,
        stopped=stopped,
        fit=_fit(offered.decision) if known and offered.decision is not None else None,
        problem=offered.problem if known else "",
    )


def _fit(decision: Decision) -> Fit:
    return Fit(
        device=decision.device,
        precision=decision.precision,
        context_tokens=decision.context_tokens,
        needed_bytes=decision.needed_bytes,
        free_bytes=decision.free_bytes,
        reason=decision.reason,
        warnings=decision.warnings,
    )


def _origin(entry: ModelEntry) -> tuple[ModelOrigin, str]:
    if entry.built_in:
        return ModelOrigin.BUILT_IN, ""
    if entry.link is not None:
        return ModelOrigin.LINKED, ""
    if snapshot_of(entry.folder) is not None:
        return ModelOrigin.HUB_CACHE, ""
    origin = read_origin(entry.folder)
    if origin is not None:
        return ModelOrigin.IMPORTED, origin.quantisation or origin.file
    return (ModelOrigin.FOLDER if read_plan(entry.folder) is None else ModelOrigin.DOWNLOADED), ""


def _is_removable(entry: ModelEntry, models_folder: Path) -> bool:
    try:
        require_removable(entry, models_folder)
    except InvalidRequest:
        return False
    return True


def _possible(wanted: int | None, limit: int) -> int | None:
    """A context that the settings name for every model, as far as this one goes."""
    return None if wanted is None else min(wanted, limit)
