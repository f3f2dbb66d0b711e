"""The frozen folder: what is put into it, how its processes start, and what the smoke test calls a failure."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from bundle_contents import (
    DATA_PACKAGES,
    LATE_MODULES,
    LATE_PACKAGES,
    PACKAGES,
    Flavour,
    flavour,
    is_runtime_module,
    is_wanted,
    model_packages,
    unneeded,
)
from bundle_folder import (
    MOST_COMPRESSED_BYTES,
    MOST_ON_DISK_BYTES,
    compressed_bytes,
    leftovers,
    put_in_place,
    size_bytes,
    sizes_by_part,
)
from entry import restore_library_path
from smoke_place import FOLDER_NAME, Place
from smoke_report import Row, Verdict, size, table, timing

from engine.checkpoint_safety import GENERAL_ARCHITECTURES, LEAN_MODEL_TYPE

ROOT = Path(__file__).resolve().parents[3]
FREEZE = ROOT / "packaging" / "freeze"


def _is_there(module: str) -> bool:
    """Whether a module's file is, without importing the packages around it."""
    top, *inner = module.split(".")
    spec = find_spec(top)
    if spec is None or spec.submodule_search_locations is None:
        return spec is not None and not inner
    path = Path(spec.submodule_search_locations[0], *inner)
    return path.is_dir() or any(path.parent.glob(f"{path.name}.*"))


def test_the_spec_is_python_and_the_files_it_names_are_there() -> None:
    source = (FREEZE / "ponder.spec").read_text(encoding="utf-8")
    compile(source, "ponder.spec", "exec")
    for name in ("entry.py", "hooks", "bundle_contents.py"):
        assert name.removesuffix(".py") in source
        assert (FREEZE / name).exists()
    assert (ROOT / "packaging" / "icons" / "ponder.ico").is_file()
    assert (ROOT / "packaging" / "icons" / "ponder.icns").is_file()


@pytest.mark.parametrize("module", [*PACKAGES, *LATE_PACKAGES, *LATE_MODULES, *DATA_PACKAGES])
def test_what_is_imported_late_exists(module: str) -> None:
    assert _is_there(module)


def test_every_model_that_may_be_loaded_has_its_package() -> None:
    packages = model_packages((LEAN_MODEL_TYPE, *GENERAL_ARCHITECTURES.values()))
    assert [each for each in packages if not _is_there(each)] == []
    assert {"transformers.models.auto", "transformers.models.qwen3", "transformers.models.gemma3"} <= set(packages)


@pytest.mark.parametrize(
    "place",
    [
        "torch/bin/torch_shm_manager",
        "torch/lib/libtorch_cpu.so",
        "torch/testing/_internal/distributed/distributed_utils.py",
        "transformers/models/llama/modeling_llama.py",
        "transformers/models/whisper/configuration_whisper.py",
        "bitsandbytes/libbitsandbytes_cpu.so",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/wayland-shell-integration/libxdg-shell.so",
        "PySide6/plugins/platforms/qwindows.dll",
        "PySide6/Qt/translations/qtbase_zh_CN.qm",
        "resources/i18n/ponder_de.qm",
        "engine/native/_kernels.cpython-311-x86_64-linux-gnu.so",
    ],
)
def test_what_the_application_needs_is_kept(place: str) -> None:
    assert is_wanted(place, Flavour.CPU)


@pytest.mark.parametrize(
    "place",
    [
        "torch/test/test_ops",
        "torch/bin/protoc",
        "torch/include/ATen/ops/add.h",
        "torch/lib/libtorchbind_test.so",
        "transformers/models/llama/modular_llama.py",
        "bitsandbytes/libbitsandbytes_cuda130.so",
        "bitsandbytes/libbitsandbytes_rocm72.so",
        "PySide6/Qt/lib/libQt6Quick.so.6",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/plugins/sqldrivers/libqsqlite.so",
        "PySide6/Qt/translations/qtbase_fi.qm",
        "resources/i18n/ponder_de.ts",
    ],
)
def test_what_nobody_uses_is_left_out(place: str) -> None:
    assert not is_wanted(place, Flavour.CPU)


def test_gpu_libraries_are_those_of_the_flavour() -> None:
    names = ("cpu", "cuda126", "cuda130", "cuda132", "rocm72", "xpu2025")
    kept = [name for name in names if is_wanted(f"bitsandbytes/libbitsandbytes_{name}.so", Flavour.CUDA, "13.0")]
    assert kept == ["cpu", "cuda130", "cuda132"]


def test_the_flavour_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PONDER_FLAVOUR", raising=False)
    assert flavour() is Flavour.CPU
    monkeypatch.setenv("PONDER_FLAVOUR", "cuda")
    assert flavour() is Flavour.CUDA
    monkeypatch.setenv("PONDER_FLAVOUR", "tpu")
    with pytest.raises(ValueError, match="tpu"):
        flavour()


def test_a_library_goes_with_the_last_that_needs_it() -> None:
    needs = {
        "PySide6/QtGui.so": ["libX11.so.6"],
        "libX11.so.6": ["libXau.so.6", "libc.so.6"],
        "libXau.so.6": [],
        "libgtk-3.so.0": ["libcairo.so.2", "libX11.so.6"],
        "libcairo.so.2": [],
        "libpython3.11.so.1.0": ["libutil.so.1"],
        "libutil.so.1": [],
    }
    assert unneeded([name for name in needs if "/" not in name], needs) == {"libgtk-3.so.0", "libcairo.so.2"}


def test_tools_beside_the_modules_are_not_imported() -> None:
    assert is_runtime_module("engine.host")
    assert not is_runtime_module("ziamath.__main__")
    assert not is_runtime_module("transformers.models.llama.modular_llama")


def test_the_entry_imports_nothing_before_its_guards() -> None:
    tree = ast.parse((FREEZE / "entry.py").read_text(encoding="utf-8"))
    imported = [each for each in tree.body if isinstance(each, ast.Import | ast.ImportFrom)]
    assert [name.name for each in imported for name in each.names] == ["os", "sys"]


@pytest.mark.skipif(sys.platform == "win32", reason="streams are closed by a shell")
def test_a_process_without_streams_gets_them_and_no_file_takes_their_numbers(tmp_path: Path) -> None:
    found = tmp_path / "found"
    script = f"""
import os, sys, entry
entry.open_closed_streams()
print("to nobody"); print("to nobody", file=sys.stderr); empty = sys.stdin.read()
with open({str(found)!r}, "w") as file:
    file.write(f"{{file.fileno() > 2}} {{empty!r}} {{sys.stdout.fileno()}} {{sys.stderr.fileno()}}")
os.write(1, b"from a library"); os.write(2, b"from a library")
"""
    closed = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"]
    done = subprocess.run([*closed, sys.executable, "-c", script], cwd=FREEZE, timeout=60, check=False)
    assert done.returncode == 0
    assert found.read_text() == "True '' 1 2"


def test_open_streams_stay_as_they_are() -> None:
    script = "import entry, sys; before = sys.stdout; entry.open_closed_streams(); print(sys.stdout is before)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=FREEZE, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "True\n"


@pytest.mark.parametrize(("before", "after"), [("/opt/own", "/opt/own"), (None, None), ("", "")])
def test_programs_that_are_started_find_the_systems_libraries(
    before: str | None, after: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/ponder/_internal")
    if before is None:
        monkeypatch.delenv("LD_LIBRARY_PATH_ORIG", raising=False)
    else:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)
    restore_library_path()
    assert os.environ.get("LD_LIBRARY_PATH") == after
    assert "LD_LIBRARY_PATH_ORIG" not in os.environ


def test_nothing_starts_its_own_interpreter() -> None:
    """Frozen, sys.executable is Ponder itself: -m or -c would open a second window. multiprocessing knows that."""
    users = [
        path
        for package in ("app", "engine", "resources")
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("executable", "_base_executable")
    ]
    assert users == []


def test_children_are_spawned_never_forked() -> None:
    calls = [
        node
        for package in ("app", "engine")
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get_context"
    ]
    assert calls
    assert [ast.unparse(each) for each in calls if ast.unparse(each.args[0]) != "'spawn'"] == []


def test_sizes_are_of_files_and_count_links_once(tmp_path: Path) -> None:
    folder = tmp_path / "ponder"
    (folder / "_internal" / "torch" / "lib").mkdir(parents=True)
    (folder / "ponder").write_bytes(b"x" * 10)
    library = folder / "_internal" / "torch" / "lib" / "libtorch.so"
    library.write_bytes(b"x" * 5000)
    if sys.platform != "win32":
        (folder / "_internal" / "libtorch.so").symlink_to("torch/lib/libtorch.so")
    assert sizes_by_part(folder) == {"ponder": 10, "_internal/torch": 5000}
    assert size_bytes(folder) == 5010
    assert 0 < compressed_bytes(folder) < 1000


def test_a_new_build_leaves_nothing_of_the_old_one(tmp_path: Path) -> None:
    fresh, dist, installed = tmp_path / "fresh", tmp_path / "dist", tmp_path / "installed"
    for folder, names in (
        (fresh / "ponder", ("ponder", "_internal/new.so")),
        (dist / "ponder", ("ponder", "_internal/old.so")),
        (installed, ("ponder", "_internal/old.so")),
    ):
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(f"{folder}")
    (dist / "ponder_0.1.0_amd64.deb").write_text("an installer")
    put_in_place(fresh, dist)
    assert leftovers(dist / "ponder", dist / "ponder") == []
    assert (dist / "ponder" / "ponder").read_text() == str(fresh / "ponder")
    assert sorted(each.name for each in dist.rglob("*.*")) == ["new.so", "ponder_0.1.0_amd64.deb"]
    assert leftovers(installed, dist / "ponder") == ["_internal/old.so"]


def test_too_large_is_a_failure_and_too_slow_is_said() -> None:
    assert size("on disk", MOST_ON_DISK_BYTES, MOST_ON_DISK_BYTES).verdict is Verdict.GOOD
    assert size("as .tar.xz", MOST_COMPRESSED_BYTES + 1, MOST_COMPRESSED_BYTES).verdict is Verdict.FAILED
    assert timing("window", 1.4, 1.5).verdict is Verdict.GOOD
    assert timing("window", 3.0, 1.5).verdict is Verdict.OVER
    assert timing("window", 60.0, 1.5).verdict is Verdict.FAILED


def test_the_table_is_aligned() -> None:
    lines = table([Row("on disk", "850 MB", "900 MB"), Row("ponder --version", "ponder 0.1.0")]).splitlines()
    assert lines[1] == "on disk           850 MB        900 MB   ok"
    assert lines[2] == "ponder --version  ponder 0.1.0           ok"


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for the program is a shell script")
def test_the_place_is_read_only_has_an_awkward_name_and_knows_no_home(tmp_path: Path) -> None:
    frozen = tmp_path / "ponder"
    frozen.mkdir()
    program = frozen / "ponder"
    script = (
        '#!/bin/sh\necho "$0|${HOME-no home}|${LANG-no language}"; touch "$(dirname "$0")/written" && echo written\n'
    )
    program.write_text(script)
    program.chmod(0o755)
    with Place(frozen) as place:
        _, output, _ = place.run("--version")
        kept = place.home
    where, home, language = output.splitlines()[0].split("|")
    assert FOLDER_NAME in where
    assert (home, language) == ("no home", "no language")
    if place.in_namespaces:
        assert "written" not in output
        assert not (frozen / "written").exists()
    assert not kept.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has namespaces")
def test_the_place_has_no_network(tmp_path: Path) -> None:
    frozen = tmp_path / "ponder"
    frozen.mkdir()
    (frozen / "ponder").write_text("#!/bin/sh\ncat /proc/net/route /proc/net/dev\n")
    (frozen / "ponder").chmod(0o755)
    with Place(frozen) as place:
        if not place.in_namespaces:
            pytest.skip("this system allows no namespaces")
        code, output, _ = place.run()
    assert code == 0
    interfaces = [line.partition(":")[0].strip() for line in output.splitlines() if ":" in line]
    assert interfaces == ["lo"]
