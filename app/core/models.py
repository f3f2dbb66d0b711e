"""Models as the window shows them: plain frozen data, filled elsewhere. Sizes are bytes, contexts are tokens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from engine.types import Precision


class ModelOrigin(Enum):
    """Where a model on this computer came from. FOLDER: it was put into the models folder by hand."""

    BUILT_IN = auto()
    DOWNLOADED = auto()
    HUB_CACHE = auto()
    LINKED = auto()
    IMPORTED = auto()
    FOLDER = auto()


@dataclass(frozen=True, slots=True)
class Fit:
    """How the policy would run a model on this machine, and why in words."""

    device: str
    precision: Precision
    context_tokens: int
    needed_bytes: int
    free_bytes: int
    reason: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HubModel:
    """A repository that can be downloaded. revision: a branch, tag or commit; None: the catalogue's, or the newest."""

    repository: str
    revision: str | None = None


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model on this computer.

    origin_detail: what it was imported from; empty for other origins.
    parameters: 0 where the files could not be read.
    link: the file that points to `folder`; empty where the folder is Ponder's own.
    removable: whether Ponder may remove it. freed_bytes: by that; 0 for a link, whose files stay where they are.
    source: what to download to have damaged files fetched again; None where nobody knows.
    fit: None while the machine is not known, and where the model does not run; then `problem` says why.
    damaged: the files cannot be opened; `problem` says why.
    """

    name: str
    folder: str
    size_bytes: int
    origin: ModelOrigin
    origin_detail: str = ""
    built_in: bool = False
    link: str = ""
    parameters: int = 0
    is_base: bool = False
    removable: bool = False
    freed_bytes: int = 0
    source: HubModel | None = None
    fit: Fit | None = None
    problem: str = ""
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class StoppedDownload:
    """A download that was stopped. source: what to download to go on."""

    name: str
    source: HubModel
    kept_bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class Score:
    """A benchmark: with thinking, without, and of a -Base model; None where there is none."""

    name: str
    thinking: float | None
    direct: float | None
    base: float | None


@dataclass(frozen=True, slots=True)
class CatalogueModel:
    """A model that can be downloaded.

    installed: the name it goes by on this computer; empty where it is not here.
    fit, problem: as of InstalledModel.
    """

    name: str
    repository: str
    licence: str
    description: str
    parameters: int
    download_bytes: int
    size_is_exact: bool
    is_base: bool
    native_context_tokens: int
    position_context_tokens: int
    yarn_context_tokens: int | None
    scores: tuple[Score, ...] = ()
    installed: str = ""
    stopped: StoppedDownload | None = None
    fit: Fit | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class MachineDevice:
    """A GPU, or the processor with the main memory."""

    device: str
    name: str
    total_bytes: int
    free_bytes: int


@dataclass(frozen=True, slots=True)
class MachineFacts:
    """devices: the best first, the processor last. gpu_problem: why a GPU that seems to be there is not used."""

    devices: tuple[MachineDevice, ...]
    gpu_problem: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything about models at one moment. machine: None until it was looked at."""

    installed: tuple[InstalledModel, ...] = ()
    stopped: tuple[StoppedDownload, ...] = ()
    catalogue: tuple[CatalogueModel, ...] = ()
    machine: MachineFacts | None = None


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A model that another program keeps.

    precision: of its weights, in that program's words; empty: not known. imported_bytes: what it takes once it is
    imported; 0: nothing or not known. in_place: the name by which it can be used without an import; empty elsewhere.
    problem: why it cannot be used; empty where it can.
    """

    program: str
    name: str
    path: str
    size_bytes: int
    is_folder: bool
    precision: str = ""
    imported_bytes: int = 0
    in_place: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class WeightsChoice:
    """A way to hold weights that the calculator knows: a precision that Ponder runs, else a GGUF file's format."""

    value: str
    precision: Precision | None


@dataclass(frozen=True, slots=True)
class PlaceSum:
    """Whether it fits a place. computes: whether such weights run there at all; what does not run does not fit."""

    name: str
    memory_bytes: int
    needed_bytes: int
    computes: bool
    fits: bool


@dataclass(frozen=True, slots=True)
class MemorySum:
    """What a model takes with a full context. Every part in bytes.

    overhead_bytes: the device's own share. here: the devices of this machine by what is free on them; empty while it
    is not known. gpus: common cards with nothing else on them. remark: on the context. warning: on the precision.
    """

    weights_bytes: int
    kv_cache_bytes: int
    workspace_bytes: int
    overhead_bytes: int
    here: tuple[PlaceSum, ...]
    gpus: tuple[PlaceSum, ...]
    remark: str = ""
    warning: str = ""

    @property
    def needed_bytes(self) -> int:
        return self.weights_bytes + self.kv_cache_bytes + self.workspace_bytes + self.overhead_bytes
