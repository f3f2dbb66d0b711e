"""Scores of the dense Qwen3 models as their technical report gives them (arXiv:2505.09388, tables 8 and 13 to 20).

Plain data. A score compares with another only where both stand in the same row.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One row of the report's tables: a score in each mode, or of a -Base model."""

    name: str
    thinking: float | None = None
    direct: float | None = None
    base: float | None = None


_CHAT_SIZES = ("0.6B", "1.7B", "4B", "8B", "14B", "32B")
_BASE_SIZES = ("0.6B", "1.7B")

# For each size: thinking, then direct answers.
_CHAT = (
    ("MMLU-Redux", (55.6, 73.9, 83.7, 87.5, 88.6, 90.9), (44.6, 64.4, 77.3, 79.5, 82.0, 85.7)),
    ("GPQA-Diamond", (27.9, 40.1, 55.9, 62.0, 64.0, 68.4), (22.9, 28.6, 41.7, 39.3, 54.8, 54.6)),
    ("C-Eval", (50.4, 68.1, 77.5, 83.4, 86.2, 87.3), (42.6, 61.0, 72.2, 77.9, 81.0, 83.3)),
    ("LiveBench", (30.3, 51.1, 63.6, 67.1, 71.3, 74.9), (21.8, 35.6, 48.4, 53.5, 59.6, 59.8)),
    ("IFEval strict", (59.2, 72.5, 81.9, 85.0, 85.4, 85.0), (54.5, 68.2, 81.2, 83.0, 84.8, 83.2)),
    ("Arena-Hard", (8.5, 43.1, 76.6, 85.8, 91.7, 93.8), (6.5, 36.9, 66.2, 79.6, 86.3, 92.8)),
    ("AlignBench", (6.1, 7.6, 8.3, 8.46, 8.56, 8.72), (5.6, 7.2, 8.1, 8.38, 8.52, 8.58)),
    ("Creative Writing v3", (30.6, 48.0, 61.1, 75.0, 80.3, 81.0), (28.4, 43.6, 53.6, 64.5, 73.1, 78.3)),
    ("WritingBench", (5.61, 7.02, 7.35, 7.59, 7.8, 7.9), (5.13, 6.54, 6.85, 7.15, 7.24, 7.54)),
    ("MATH-500", (77.6, 93.4, 97.0, 97.4, 96.8, 97.2), (55.2, 73.0, 84.8, 87.4, 90.0, 88.6)),
    ("AIME 2024", (10.7, 48.3, 73.8, 76.0, 79.3, 81.4), (3.4, 13.4, 25.0, 29.1, 31.7, 31.0)),
    ("AIME 2025", (15.1, 36.8, 65.6, 67.3, 70.4, 72.9), (2.6, 9.8, 19.1, 20.9, 23.3, 20.2)),
    ("ZebraLogic", (30.3, 63.2, 81.0, 84.8, 88.5, 88.8), (4.2, 12.8, 35.2, 26.7, 33.0, 29.2)),
    ("AutoLogi", (61.6, 83.2, 87.9, 89.1, 89.2, 87.3), (37.4, 59.8, 76.3, 76.5, 82.0, 78.5)),
    ("BFCL v3", (46.4, 56.6, 65.9, 68.1, 70.4, 70.3), (44.1, 52.2, 57.6, 60.2, 61.5, 63.0)),
    ("LiveCodeBench v5", (12.3, 33.2, 54.2, 57.5, 63.5, 65.7), (3.6, 11.6, 21.3, 22.8, 29.0, 31.3)),
    ("Multi-IF", (36.1, 51.2, 66.3, 71.2, 74.8, 73.0), (33.3, 44.7, 61.3, 69.2, 72.9, 70.7)),
    ("INCLUDE", (35.9, 51.8, 61.8, 67.8, 71.7, 73.7), (34.4, 42.6, 53.8, 62.5, 67.8, 70.9)),
    ("MMMLU (14 languages)", (43.1, 59.1, 69.8, 74.4, 77.9, 80.6), (37.1, 48.3, 61.7, 66.9, 72.6, 76.5)),
    ("MT-AIME 2024", (7.8, 36.1, 60.7, 65.4, 73.3, 75.0), (1.5, 4.9, 13.9, 16.6, 23.2, 24.1)),
    ("PolyMath", (11.4, 25.2, 40.0, 42.7, 45.8, 47.4), (4.6, 10.3, 16.6, 18.8, 22.0, 22.5)),
    ("MLogiQA", (40.9, 56.0, 65.9, 69.0, 71.1, 76.3), (37.3, 41.1, 49.9, 51.4, 58.9, 62.9)),
)
_BASE = (
    ("MMLU", (52.81, 62.63)),
    ("MMLU-Redux", (51.26, 61.66)),
    ("MMLU-Pro", (24.74, 36.76)),
    ("SuperGPQA", (15.03, 20.92)),
    ("BBH", (41.47, 54.47)),
    ("GPQA", (26.77, 28.28)),
    ("GSM8K", (59.59, 75.44)),
    ("MATH", (32.44, 43.5)),
    ("EvalPlus", (36.23, 52.7)),
    ("MultiPL-E", (24.58, 42.71)),
    ("MBPP", (36.6, 55.4)),
    ("CRUX-O", (27.0, 36.4)),
    ("MGSM", (30.99, 50.71)),
    ("MMMLU", (50.16, 63.27)),
    ("INCLUDE", (34.26, 45.57)),
)


def chat_benchmarks(size: str) -> tuple[Benchmark, ...]:
    """Of the chat model of a size such as "0.6B"; empty where the report has no such model."""
    if size not in _CHAT_SIZES:
        return ()
    at = _CHAT_SIZES.index(size)
    return tuple(Benchmark(name, thinking[at], direct[at]) for name, thinking, direct in _CHAT)


def base_benchmarks(size: str) -> tuple[Benchmark, ...]:
    """Of the -Base model of a size; empty where its scores are not recorded here."""
    if size not in _BASE_SIZES:
        return ()
    at = _BASE_SIZES.index(size)
    return tuple(Benchmark(name, base=scores[at]) for name, scores in _BASE)
