"""The models that Ponder offers by name: the dense Qwen3 sizes, with everything known about them without asking anyone.

Plain data and looking it up; it fetches nothing and knows no machine. A size or SHA-256 stands here only where it was
recorded from the published file; None means that whoever downloads must take it from the hub. Facts are those of the
Qwen3 technical report (arXiv:2505.09388), the model cards and the published config files. Imports no torch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.catalog_benchmarks import Benchmark, base_benchmarks, chat_benchmarks
from engine.memory_plan import ModelShape
from engine.model.geometry import Qwen3Geometry
from engine.types import Sampling

HUB_PREFIX = "Qwen/"
FAMILY_PREFIX = "Qwen3-"
NATIVE_CONTEXT_TOKENS = 32_768  # what all sizes were trained on; more positions leave room for a prompt before it
YARN_CONTEXT_TOKENS = 131_072  # factor 4, validated from 4B on

THINKING_SAMPLING = Sampling(temperature=0.6, top_p=0.95, top_k=20, min_p=0.0)
DIRECT_SAMPLING = Sampling(temperature=0.7, top_p=0.8, top_k=20, min_p=0.0)
BASE_SAMPLING = Sampling(temperature=0.0)  # the -Base models' generation_config.json: do_sample false


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a repository. sha256 is lower-case hex."""

    name: str
    size_bytes: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """A published model.

    revision: the commit that `files` describe; None where it is not recorded.
    files: those known by name. `lists_weights` says whether the weights are among them; the larger models' are split
        into files that only the hub's listing names.
    native_context_tokens: trained on. position_context_tokens: what the config's positions allow.
    yarn_context_tokens: reached with YaRN, at some loss on short texts; None where it was never validated.
    thinking_sampling: None for a model that does not think.
    """

    name: str
    repository: str
    revision: str | None
    files: tuple[RemoteFile, ...]
    licence: str
    description: str
    geometry: Qwen3Geometry
    is_base: bool
    native_context_tokens: int
    yarn_context_tokens: int | None
    thinking_sampling: Sampling | None
    direct_sampling: Sampling
    benchmarks: tuple[Benchmark, ...] = ()

    @property
    def position_context_tokens(self) -> int:
        return self.geometry.max_position_embeddings

    @property
    def parameters(self) -> int:
        """Unique ones: a tied head counted once."""
        return self.geometry.parameter_count

    @property
    def shape(self) -> ModelShape:
        """The sizes that memory planning needs, the same as of the opened checkpoint."""
        geometry = self.geometry
        native = self.native_context_tokens
        return ModelShape(
            parameters=geometry.parameter_count,
            embedding_parameters=geometry.vocab_size * geometry.hidden_size,
            tied_head=geometry.tied_head,
            layers=geometry.layers,
            kv_heads=geometry.kv_heads,
            head_dim=geometry.head_dim,
            hidden=geometry.hidden_size,
            vocab=geometry.vocab_size,
            max_context_tokens=geometry.context_tokens,
            native_context_tokens=native if native < geometry.context_tokens else None,
        )

    @property
    def lists_weights(self) -> bool:
        return any(file.name.endswith(".safetensors") for file in self.files)

    @property
    def size_is_exact(self) -> bool:
        """Whether `download_bytes` adds up recorded sizes."""
        return self.lists_weights and all(file.size_bytes is not None for file in self.files)

    @property
    def download_bytes(self) -> int:
        """Of all files; where the weights' size is not recorded, two bytes a parameter stand for it.

        That is low for a model whose file stores a tied head a second time, as Qwen3-0.6B's does.
        """
        known = sum(file.size_bytes or 0 for file in self.files)
        return known if self.size_is_exact else known + self.geometry.weights_bytes(16)


def find_entry(name_or_repository: str) -> CatalogEntry | None:
    """The entry meant by "Qwen3-0.6B", "Qwen/Qwen3-0.6B" or "0.6b", in any case; None where there is none."""
    wanted = name_or_repository.strip().casefold()
    for prefix in (HUB_PREFIX.casefold(), FAMILY_PREFIX.casefold()):
        wanted = wanted.removeprefix(prefix)
    return next((entry for entry in CATALOG if _short(entry) == wanted), None)


def _short(entry: CatalogEntry) -> str:
    return entry.name.removeprefix(FAMILY_PREFIX).casefold()


# --- data ---------------------------------------------------------------------------------------------------

# Byte-identical in all six sizes after training.
_SHARED_FILES = (
    RemoteFile("generation_config.json", 239, "2325da0f15bb848e018c5ae071b7943332e9f871d6b60e2ed22ca97d4cb993d2"),
    RemoteFile("tokenizer.json", 11_422_654, "aeb13307a71acd8fe81861d94ad54ab689df773318809eed3cbe794b4492dae4"),
    RemoteFile("tokenizer_config.json", 9_732, "d5d09f07b48c3086c508b30d1c9114bd1189145b74e982a265350c923acd8101"),
)
_SMALL_FILES = (
    RemoteFile("model.safetensors", 1_503_300_328, "f47f71177f32bcd101b7573ec9171e6a57f4f4d31148d38e382306f42996874b"),
    RemoteFile("vocab.json", 2_776_833, "ca10d7e9fb3ed18575dd1e277a2579c16d108e32f27439684afa0e10b1440910"),
    RemoteFile("merges.txt", 1_671_853, "8831e4f1a044471340f7c0a83d7bd71306a5b867e95fd870f74d0c5308a904d5"),
    RemoteFile("LICENSE", 11_343, "832dd9e00a68dd83b3c3fb9f5588dad7dcf337a0db50f7d9483f310cd292e92e"),
)
_SMALL_BASE_FILES = (
    RemoteFile("config.json", 727, "504a6b58c4271583724e66584b6b7698aea18450209df6b2f7582df0e89cee59"),
    RemoteFile("generation_config.json", 138, "8c970692323e3ea0e9b8b0a4dca79388d31226e41f83c9fd6014804280ebf6e8"),
    RemoteFile("model.safetensors", 1_192_135_096, "cd2a512003e2f9f3cd3c32a9c3573f820bb28c940f73c57b1ddaa983d9223eba"),
    RemoteFile("tokenizer.json", 7_031_645, "c0382117ea329cdf097041132f6d735924b697924d6f6fc3945713e96ce87539"),
    RemoteFile("tokenizer_config.json", 9_678, "3c04ed3ca964ea2f6b2b5faf0dc4d31aec1cb1e8b4bcf63f402d295046b422b5"),
)
_UNRECORDED_FILES = tuple(
    RemoteFile(name) for name in ("config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json")
)


def _geometry(layers: int, hidden: int, heads: int, intermediate: int, *, tied: bool) -> Qwen3Geometry:
    return Qwen3Geometry(
        vocab_size=151_936,
        hidden_size=hidden,
        intermediate_size=intermediate,
        layers=layers,
        heads=heads,
        kv_heads=8,
        head_dim=128,
        tied_head=tied,
        eos_token_ids=(151_645,),
    )


def _chat(
    size: str,
    geometry: Qwen3Geometry,
    description: str,
    *,
    revision: str,
    config: tuple[int, str],
    files: tuple[RemoteFile, ...] = (),
    yarn: bool = True,
) -> CatalogEntry:
    """config: size in bytes and SHA-256 of config.json."""
    return CatalogEntry(
        name=f"{FAMILY_PREFIX}{size}",
        repository=f"{HUB_PREFIX}{FAMILY_PREFIX}{size}",
        revision=revision,
        files=(RemoteFile("config.json", *config), *_SHARED_FILES, *files),
        licence="Apache-2.0",
        description=description,
        geometry=geometry,
        is_base=False,
        native_context_tokens=NATIVE_CONTEXT_TOKENS,
        yarn_context_tokens=YARN_CONTEXT_TOKENS if yarn else None,
        thinking_sampling=THINKING_SAMPLING,
        direct_sampling=DIRECT_SAMPLING,
        benchmarks=chat_benchmarks(size),
    )


def _base(
    size: str,
    geometry: Qwen3Geometry,
    description: str,
    *,
    revision: str | None,
    files: tuple[RemoteFile, ...],
) -> CatalogEntry:
    return CatalogEntry(
        name=f"{FAMILY_PREFIX}{size}-Base",
        repository=f"{HUB_PREFIX}{FAMILY_PREFIX}{size}-Base",
        revision=revision,
        files=files,
        licence="Apache-2.0",
        description=description,
        geometry=replace(geometry, max_position_embeddings=32_768, eos_token_ids=(151_643,)),
        is_base=True,
        native_context_tokens=NATIVE_CONTEXT_TOKENS,
        yarn_context_tokens=None,
        thinking_sampling=None,
        direct_sampling=BASE_SAMPLING,
        benchmarks=base_benchmarks(size),
    )


_GEOMETRY_0_6B = _geometry(28, 1_024, 16, 3_072, tied=True)
_GEOMETRY_1_7B = _geometry(28, 2_048, 16, 6_144, tied=True)

CATALOG: tuple[CatalogEntry, ...] = (
    _chat(
        "0.6B",
        _GEOMETRY_0_6B,
        "The smallest Qwen3 and the one Ponder is made for: thinks, calls tools and runs on any recent laptop.",
        revision="c1899de289a04d12100db370d81485cdf75e47ca",
        config=(726, "660db3b73d788119c04535e48cf9be5f55bc3100841a718637ae695b442f27dd"),
        files=_SMALL_FILES,
        yarn=False,
    ),
    _chat(
        "1.7B",
        _GEOMETRY_1_7B,
        "Three times the size of 0.6B, for more dependable answers on a laptop or a small GPU.",
        revision="70d244cc86ccca08cf5af4e1e306ecf908b1ad5e",
        config=(726, "1ddb5b89ebc90dcb417a45c213d818577e65976454d29385c8f6140771d95197"),
        yarn=False,
    ),
    _chat(
        "4B",
        _geometry(36, 2_560, 32, 9_728, tied=True),
        "A capable everyday model for a GPU of 12 GB, or one of 8 GB in 8 bits.",
        revision="1cfa9a7208912126459214e8b04321603b3df60c",
        config=(726, "8ba006f74fecfaaeb392872a60f4a480e7ec9860153d2e1b769ec81f9a147f8a"),
    ),
    _chat(
        "8B",
        _geometry(36, 4_096, 32, 12_288, tied=False),
        "A strong general model for a GPU of 24 GB, or one of 12 GB in 8 bits.",
        revision="b968826d9c46dd6066d109eabc6255188de91218",
        config=(728, "f7c4eadfbbf522470667b797a3c89be2524832d2d599797248dc304fff447c30"),
    ),
    _chat(
        "14B",
        _geometry(40, 5_120, 40, 17_408, tied=False),
        "A large model for a GPU of 40 GB, or one of 24 GB in 8 bits.",
        revision="40c069824f4251a91eefaf281ebe4c544efd3e18",
        config=(728, "e73c3664ca09b10a673fef0c22e8a6b456201d49bd4713c9691f775720e8857a"),
    ),
    _chat(
        "32B",
        _geometry(64, 5_120, 64, 25_600, tied=False),
        "The largest dense Qwen3, for a GPU of 80 GB, or one of 48 GB in 8 bits.",
        revision="9216db5781bf21249d130ec9da846c4624c16137",
        config=(728, "97e295b63283935788fac5e4f8860862a56d4089538cafc93f0431f2ebe483bb"),
    ),
    _base(
        "0.6B",
        _GEOMETRY_0_6B,
        "Qwen3-0.6B before it was taught to chat: it continues text and answers no questions.",
        revision="da87bfb608c14b7cf20ba1ce41287e8de496c0cd",
        files=_SMALL_BASE_FILES,
    ),
    _base(
        "1.7B",
        _GEOMETRY_1_7B,
        "Qwen3-1.7B before it was taught to chat: it continues text and answers no questions.",
        revision=None,
        files=_UNRECORDED_FILES,
    ),
)
