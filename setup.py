"""Builds the native kernels (engine/native/src) where there is a C compiler; everything else is in pyproject.toml."""

from __future__ import annotations

import os

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

SOURCES = [
    f"engine/native/src/{name}.c"
    for name in (
        "choose",
        "kernels_avx2",
        "kernels_avx2_vnni",
        "kernels_avx512",
        "kernels_neon",
        "kernels_neon_dot",
        "kernels_portable",
        "reading",
        "reading_avx2",
        "reading_avx512",
        "reading_portable",
        "step",
        "team",
    )
]
HEADERS = [
    f"engine/native/src/{name}"
    for name in (
        "kernels.inc",
        "kernels_avx2.inc",
        "kernels_neon.inc",
        "ponder.h",
        "reading.h",
        "reading_rows.inc",
        "team.h",
    )
]
# No -march and no -ffast-math: each file names the instructions that it uses, and sums keep their order. Python's own
# -fwrapv, which comes first, would halve the speed of attention.
OPTIONS = {
    "msvc": ["/O2", "/std:c11"],
    "unix": ["-std=gnu11", "-O3", "-g0", "-fno-wrapv", "-fvisibility=hidden", "-ffp-contract=off"],
}


class BuildKernels(build_ext):
    """Options by compiler. An optional extension that cannot be built is left out with a warning."""

    def build_extension(self, ext: Extension) -> None:
        ext.extra_compile_args = OPTIONS.get(self.compiler.compiler_type, [])
        super().build_extension(ext)


setup(
    ext_modules=[
        Extension(
            "engine.native._kernels",
            sources=SOURCES,
            depends=HEADERS,
            libraries=[] if os.name == "nt" else ["m"],
            optional=True,
        )
    ],
    cmdclass={"build_ext": BuildKernels},
)
