"""The base of a run: its folder checked, its weights loaded for training."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import GPT2LMHeadModel

from bot.domain.errors import ModelUnavailable
from bot.domain.model_spec import ModelShape
from bot.training.finetuning.vocabulary import Vocabulary
from bot.training.gpt2_config import gpt2_config
from bot.training.loop import FUSED_GELU, GELU

_CHUNK = 1 << 20
TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.json",
    "merges.txt",
    "special_tokens_map.json",
)


@dataclass(frozen=True, slots=True)
class Base:
    """A model that runs start from; `template` is how it is asked."""

    name: str
    folder: Path
    template: str
    shape: ModelShape
    end_of_text_id: int
    stored_as: torch.dtype

    @classmethod
    def of(cls, name: str, folder: Path, template: str) -> "Base":
        """Look at a folder; nothing large is read.

        Raises:
            ModelUnavailable: no GPT-2 in transformers' format, pickled weights, no tokenizer.
        """
        config = gpt2_config(name, folder)
        if not any(folder.glob("*.safetensors")):
            what = "only pickled weights, which can run code when opened"
            has = what if any(folder.glob("*.bin")) else "no weights"
            raise ModelUnavailable(f"{name} has {has}; a base needs model.safetensors in {folder}.")
        shape = ModelShape(
            num_layers=int(config.get("n_layer", 12)),
            width=int(config.get("n_embd", 768)),
            num_heads=int(config.get("n_head", 12)),
            vocabulary=int(config.get("vocab_size", 50_257)),
            window=int(config.get("n_positions", 1024)),
        )
        end = config.get("eos_token_id")
        stored = config.get("dtype") or config.get("torch_dtype") or "float32"
        dtype = getattr(torch, str(stored), torch.float32)
        return cls(name, folder, template, shape, 50_256 if end is None else int(end), dtype)

    def vocabulary(self) -> Vocabulary:
        """Its tokenizer.

        Raises:
            ModelUnavailable: see `Vocabulary`.
        """
        return Vocabulary(self.folder, self.shape.vocabulary, self.end_of_text_id)

    def load(self, dropout: float, kind: Any = GPT2LMHeadModel, **changes: Any) -> Any:
        """Its weights in float32. Attention has no dropout: with it, all of its weights are kept.

        `kind` is the class of transformers, `changes` are those of its configuration.
        GELU is computed in one pass over memory and not in seven, which keeps less of it, too.

        Raises:
            ModelUnavailable: the weights are damaged or do not fit the configuration.
        """
        written = gpt2_config(self.name, self.folder).get("activation_function", GELU)
        try:
            model = kind.from_pretrained(
                self.folder,
                dtype=torch.float32,
                use_safetensors=True,
                attn_pdrop=0.0,
                resid_pdrop=dropout,
                embd_pdrop=dropout,
                activation_function=FUSED_GELU if written == GELU else written,
                **changes,
            )
        except Exception as error:
            raise ModelUnavailable(
                f"The weights of {self.name} in {self.folder} cannot be loaded; fetch them again."
            ) from error
        model.config.use_cache = False
        return model

    def fingerprint(self) -> str:
        """A hash of its weights and tokenizer."""
        digest = hashlib.sha256()
        names = [*sorted(path.name for path in self.folder.glob("*.safetensors")), *TOKENIZER_FILES]
        for name in names:
            path = self.folder / name
            if path.is_file():
                digest.update(name.encode())
                with path.open("rb") as file:
                    while chunk := file.read(_CHUNK):
                        digest.update(chunk)
        return digest.hexdigest()
