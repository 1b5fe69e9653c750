"""Models as the catalogue knows them: names, sources, shapes and what they need."""

from dataclasses import dataclass
from pathlib import PurePath

BYTES_PER_ELEMENT = {"float32": 4, "bfloat16": 2}
CONTEXT_WINDOW = 1024


@dataclass(frozen=True, slots=True)
class ModelShape:
    """The sizes that determine a GPT-2 (Radford et al. 2019, table 2)."""

    num_layers: int
    width: int
    num_heads: int
    vocabulary: int = 50_257
    window: int = CONTEXT_WINDOW

    @property
    def num_parameters(self) -> int:
        """Weights of the model; the output head shares the token embedding.

        A block has 12 width² weights (4 in attention, 8 in the feed-forward part) and
        13 width biases and norms.
        """
        block = 12 * self.width**2 + 13 * self.width
        embeddings = (self.vocabulary + self.window) * self.width
        return embeddings + self.num_layers * block + 2 * self.width

    def weight_bytes(self, dtype: str) -> int:
        """Bytes of all weights in `dtype`."""
        return self.num_parameters * BYTES_PER_ELEMENT[dtype]

    def cache_bytes_per_token(self, dtype: str) -> int:
        """Bytes of keys, values and the last state that one token keeps in the cache."""
        return (2 * self.num_layers + 1) * self.width * BYTES_PER_ELEMENT[dtype]


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One entry of the catalogue.

    `source` is a hub id (`openai-community/gpt2`) or a local folder; `revision` the pinned
    commit of a hub id, or what tells a run from another that had its name; `shape` what is known
    before the files are here; `template` the name of the prompt template; `disk_bytes` the size of
    the weights to download where known; `figures` say of a run whether it is better than its base.
    """

    name: str
    source: str
    revision: str | None = None
    shape: ModelShape | None = None
    template: str = "base"
    disk_bytes: int | None = None
    is_local: bool = False
    figures: str = ""

    @property
    def public_source(self) -> str:
        """Where it is from, for everybody: of a folder only its name, not where it lies here."""
        return PurePath(self.source).name if PurePath(self.source).is_absolute() else self.source


DISTILGPT2 = ModelShape(6, 768, 12)
GPT2 = ModelShape(12, 768, 12)
GPT2_MEDIUM = ModelShape(24, 1024, 16)
GPT2_LARGE = ModelShape(36, 1280, 20)
GPT2_XL = ModelShape(48, 1600, 25)

# Revisions are the ones that many public projects pin; sizes are those of model.safetensors.
OFFICIAL_MODELS = (
    ModelSpec(
        "distilgpt2",
        "distilbert/distilgpt2",
        "2290a62682d06624634c1f46a6ad5be0f47f38aa",
        DISTILGPT2,
        disk_bytes=352_824_413,
    ),
    ModelSpec(
        "gpt2",
        "openai-community/gpt2",
        "607a30d783dfa663caf39e06633721c8d4cfcd7e",
        GPT2,
        disk_bytes=548_105_171,
    ),
    ModelSpec(
        "gpt2-medium",
        "openai-community/gpt2-medium",
        "6dcaa7a952f72f9298047fd5137cd6e4f05f41da",
        GPT2_MEDIUM,
        disk_bytes=1_519_984_962,
    ),
    ModelSpec(
        "gpt2-large",
        "openai-community/gpt2-large",
        "32b71b12589c2f8d625668d2335a01cac3249519",
        GPT2_LARGE,
        disk_bytes=3_247_159_078,
    ),
    ModelSpec(
        "gpt2-xl",
        "openai-community/gpt2-xl",
        "15ea56dee5df4983c59b2538573817e1667135e2",
        GPT2_XL,
        disk_bytes=6_431_829_964,
    ),
)


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """A catalogue entry with what this machine knows of it, for lists.

    `on_disk` tells whether its files are here; `is_loaded` whether it is in memory now;
    `memory_bytes` what it takes in the layout that it is loaded in. `shape` and `disk_bytes` are
    those of the files that are here, else what the entry promises. Of `num_prompt_tokens` that
    it was asked to read since it was loaded, `num_reused_tokens` had been read before.
    """

    spec: ModelSpec
    on_disk: bool
    is_loaded: bool
    memory_bytes: int | None
    shape: ModelShape | None
    disk_bytes: int | None
    num_prompt_tokens: int = 0
    num_reused_tokens: int = 0
