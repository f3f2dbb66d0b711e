"""What goes into the frozen folder and what stays out: names and rules, without PyInstaller.

ponder.spec hands this to PyInstaller. A rule about a file takes its place in the bundle, with `/` on every system.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from fnmatch import fnmatchcase

FLAVOUR_VARIABLE = "PONDER_FLAVOUR"
BUNDLE_ID = "chat.ponder.Ponder"
LICENCES_FILE = "third_party_licences.json"


class Flavour(StrEnum):
    """For which processors a bundle is made."""

    CPU = "cpu"
    CUDA = "cuda"


def flavour() -> Flavour:
    """The one that the environment asks for; else for CPUs.

    Raises:
        ValueError: it asks for something that does not exist.
    """
    return Flavour(os.environ.get(FLAVOUR_VARIABLE) or Flavour.CPU)


def cuda_version() -> str:
    """The CUDA version of the PyTorch that is packaged, such as "13.0"; empty where the flavour is another."""
    if flavour() is not Flavour.CUDA:
        return ""
    from importlib import import_module

    version: str | None = import_module("torch.version").cuda
    if version is None:
        raise SystemExit("This PyTorch is one for CPUs: there is nothing to make a CUDA bundle of.")
    return version


# Imported by name, late or from a table, so that following the import statements does not find them.
PACKAGES = ("app", "engine", "resources")  # with all that is in them
LATE_PACKAGES = (
    "bitsandbytes",
    "latex2mathml",
    "mdit_py_plugins",
    "platformdirs",
    "pygments",
    "tokenizers",
    "ziafont",
    "ziamath",
)
LATE_MODULES = (
    "PySide6.QtCore",
    "PySide6.QtGui",
    "PySide6.QtNetwork",
    "PySide6.QtSvg",
    "PySide6.QtWidgets",
    "accelerate",
    "huggingface_hub.hf_api",
    "jinja2.ext",
    "jinja2.sandbox",
    "psutil",
    "safetensors.torch",
    "torch.nn.attention.bias",
    "transformers",
    "transformers.cache_utils",
    "transformers.generation",
    "transformers.integrations.bitsandbytes",
    "transformers.integrations.sdpa_attention",
    "transformers.masking_utils",
    "transformers.modeling_utils",
    "transformers.models.auto.modeling_auto",
    "transformers.quantizers.quantizer_bnb_4bit",
    "transformers.quantizers.quantizer_bnb_8bit",
)
DATA_PACKAGES = ("resources", "latex2mathml", "pygments", "ziafont", "ziamath")
DISTRIBUTION = "ponder-chat"

EXCLUDED_MODULES = (
    "IPython",
    "PIL",
    "_pytest",
    "hf_xet",  # downloads are Ponder's own
    "jax",
    "matplotlib",
    "pandas",
    "pip",
    "pytest",
    "scipy",
    "setuptools",
    "tensorboard",
    "tensorflow",
    "tkinter",
    "torchaudio",
    "torchvision",
    "triton",  # a compiler, and nothing is compiled at run time
    "triton_xpu",
)

# Places in the bundle, as fnmatch understands them; `*` matches `/` too.
_UNUSED = (
    # For building against torch and for testing it. torch/testing is something else and is imported by torch itself.
    "torch/test/*",
    "torch/include/*",
    "torch/share/*",
    "torch/bin/*",
    "torch/lib/*test*",
    "torch/lib/libbackend_with_compiler.*",
    "torch/lib/libaoti_custom_ops.*",
    "*.a",
    "*.lib",
    "*.pyi",
    "*.h",
    "*.hpp",
    "*.cuh",
    # What transformers' own files are generated from.
    "transformers/models/*/modular_*.py",
    # Catalogues' sources: the window reads the compiled ones.
    "resources/i18n/*.ts",
    # Parts of Qt that the window does not use, some of which come with a plugin that does.
    "PySide6/*Qml*",
    "PySide6/*Quick*",
    "PySide6/*VirtualKeyboard*",
    "PySide6/*Pdf*",
    "PySide6/*virtualkeyboard*",
    "PySide6/*EglF*",
    "PySide6/qml/*",
    "PySide6/Qt/qml/*",
)
_KEPT = ("torch/bin/torch_shm_manager*",)  # torch does not start without it

QT_PLUGIN_FOLDERS = ("PySide6/Qt/plugins/", "PySide6/plugins/")
QT_TRANSLATION_FOLDERS = ("PySide6/Qt/translations/", "PySide6/translations/")
QT_PLUGINS = (
    "iconengines/*svg*",
    "imageformats/*svg*",
    "imageformats/*ico*",
    "imageformats/*icns*",
    "imageformats/*jpeg*",
    "platforminputcontexts/*compose*",
    "platforminputcontexts/*ibus*",
    "platforms/*cocoa*",
    "platforms/*offscreen*",
    "platforms/*wayland*",
    "platforms/*windows*",
    "platforms/*xcb*",
    "platformthemes/*xdgdesktopportal*",  # not gtk3: it would bring the build machine's GTK along
    "styles/*",
    "wayland-decoration-client/*",
    "wayland-graphics-integration-client/*",
    "wayland-shell-integration/*",
    "xcbglintegrations/*",
)
_QT_TRANSLATIONS = ("qtbase_ar.qm", "qtbase_de.qm", "qtbase_en.qm", "qtbase_zh_CN.qm")


_LOADED_BY_THE_PROGRAM = "libpython"  # by its name, and linked with nothing
# Of transformers, what chooses a model's class. Each model is a package beside it.
_MODELS = "transformers.models"


def model_packages(model_types: Collection[str]) -> tuple[str, ...]:
    """The packages of transformers that hold these models, and what looks them up.

    Args:
        model_types: As `model_type` in config.json.
    """
    # The one type that is a part of a package of another name.
    names = {name.removesuffix("_text") for name in model_types}
    return (f"{_MODELS}.auto", *(f"{_MODELS}.{name}" for name in sorted(names)))


def is_runtime_module(name: str) -> bool:
    """Whether a module may be imported in the application; the others are tools beside it."""
    last = name.rpartition(".")[2]
    return last != "__main__" and not last.startswith("modular_") and ".tests" not in name


def unneeded(tops: Collection[str], needs: Mapping[str, Iterable[str]]) -> set[str]:
    """Libraries of the system that lie at the top of the bundle, and that nothing in it needs any more.

    They came with a file that was left out, such as a plugin for GTK.

    Args:
        tops: Their names.
        needs: For each binary of the bundle by its place, the names of the libraries that it is linked with.
    """
    kept = set(needs) - {top for top in tops if not top.startswith(_LOADED_BY_THE_PROGRAM)}
    waiting = list(kept)
    while waiting:
        found = set(needs.get(waiting.pop(), ())) & set(tops) - kept
        kept |= found
        waiting += found
    return set(tops) - kept


def is_wanted(place: str, flavour: Flavour, cuda_version: str = "") -> bool:
    """Whether a file belongs into the bundle.

    Args:
        place: Where it would lie, relative to the bundle's folder of libraries.
        flavour: For which processors.
        cuda_version: As `cuda_version()` says it; only for Flavour.CUDA.
    """
    if _matches(place, _KEPT):
        return True
    if _matches(place, _UNUSED):
        return False
    if plugin := _below(place, QT_PLUGIN_FOLDERS):
        return _matches(plugin, QT_PLUGINS)
    if catalogue := _below(place, QT_TRANSLATION_FOLDERS):
        return catalogue in _QT_TRANSLATIONS
    if place.startswith("bitsandbytes/") and "libbitsandbytes_" in place:
        return _is_wanted_kernel_library(place.partition("libbitsandbytes_")[2], flavour, cuda_version)
    return True


def _is_wanted_kernel_library(name: str, flavour: Flavour, cuda_version: str) -> bool:
    """bitsandbytes takes the library of torch's CUDA version, or another of the same major version."""
    if flavour is Flavour.CPU:
        return name.startswith("cpu")
    return name.startswith(("cpu", f"cuda{cuda_version.partition('.')[0]}"))


def _matches(place: str, patterns: Collection[str]) -> bool:
    return any(fnmatchcase(place, pattern) for pattern in patterns)


def _below(place: str, folders: Collection[str]) -> str:
    """The rest of the path where it lies in one of the folders, else an empty text."""
    return next((place.removeprefix(folder) for folder in folders if place.startswith(folder)), "")
