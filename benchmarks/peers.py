"""Other systems that run GPT-2 on a processor or a GPU, each as its documentation would have it.

CTranslate2 and llama.cpp read files of their own, made once in `FOLDER/converted`. Imports
are inside the functions: a process loads only the system that it measures.
"""

import json
import time
from pathlib import Path
from threading import Thread
from typing import Any

import psutil

from benchmarks.workload import Generate, Workload

PAGE_TOKENS = 256
LLAMA_STEP_TOKENS = 512


def num_threads() -> int:
    """One per core, as PyTorch chooses too."""
    return psutil.cpu_count(logical=False) or psutil.cpu_count() or 1


class Ticks:
    """Notes the time of every step; as a transformers streamer and as a token callback."""

    def __init__(self, streams: int) -> None:
        self.times: list[float] = []
        self._streams = streams
        self._num_tokens = 0

    def token(self, event: object) -> bool:
        """One token of one stream; never asks to stop."""
        self._num_tokens += 1
        if self._num_tokens % self._streams == 0:
            self.times.append(time.perf_counter())
        return False

    def put(self, value: object) -> None:
        """The prompts, then one token of every stream."""
        self.times.append(time.perf_counter())

    def end(self) -> None:
        """Nothing is left to note."""


def _gpt2(folder: Path, dtype: str, device: str) -> Any:
    """transformers' GPT-2, which is not to stop at any token."""
    import torch
    from transformers import GPT2LMHeadModel

    model: Any = GPT2LMHeadModel.from_pretrained(
        folder, dtype=getattr(torch, dtype), use_safetensors=True
    )
    model.generation_config.eos_token_id = None
    return model.eval().to(device)


def transformers(folder: Path, load: Workload, dtype: str, device: str = "cpu") -> Generate:
    """What most people write first: `model.generate`."""
    import torch

    model = _gpt2(folder, dtype, device)

    @torch.inference_mode()
    def generate(ids: list[list[int]], steps: int) -> list[float]:
        rows, ticks = torch.tensor(ids, device=device), Ticks(1)
        model.generate(
            rows,
            attention_mask=torch.ones_like(rows),
            max_new_tokens=steps + 1,
            do_sample=False,
            pad_token_id=0,
            streamer=ticks,
        )
        return ticks.times[1:]  # the first is the prompts'

    return generate


def continuous_batching(folder: Path, load: Workload, dtype: str, device: str = "cpu") -> Generate:
    """transformers' own continuous batching, its cache sized for the workload.

    Left alone it would take most of the free memory for the cache.
    """
    from transformers import ContinuousBatchingConfig, GenerationConfig

    model = _gpt2(folder, dtype, device)
    pages = -(-(load.prompt_tokens + load.steps + 1) // PAGE_TOKENS)
    manager = model.init_continuous_batching(
        generation_config=GenerationConfig(do_sample=False, eos_token_id=-1, pad_token_id=0),
        continuous_batching_config=ContinuousBatchingConfig(
            page_size=PAGE_TOKENS,
            num_blocks=load.streams * pages,
            max_batch_tokens=load.streams * load.prompt_tokens,
            max_requests_per_batch=load.streams,
            allow_block_sharing=False,
        ),
    )
    # As `manager.start()` does, but so that the process need not wait for it in the end.
    manager._generation_thread = Thread(target=manager._run_generation_loop, daemon=True)
    manager._generation_thread.start()

    def generate(ids: list[list[int]], steps: int) -> list[float]:
        waiting = set(manager.add_requests(ids, max_new_tokens=steps + 1, streaming=True))
        counts = dict.fromkeys(waiting, 0)
        ticks: list[float] = []
        for output in manager:
            if output.error is not None:
                raise RuntimeError(output.error)
            counts[output.request_id] = len(output.generated_tokens)
            if min(counts.values()) > len(ticks):
                ticks.append(time.perf_counter())
            if output.is_finished():
                waiting.discard(output.request_id)
            if not waiting:
                break
        return ticks

    return generate


def convert_for_ctranslate2(folder: Path, compute_type: str) -> Path:
    """The converted folder, made where it is missing."""
    converted = folder / "converted" / f"ctranslate2-{compute_type}"
    if not converted.is_dir():
        from ctranslate2.converters import TransformersConverter

        converter = TransformersConverter(str(_with_full_vocabulary(folder)))
        converter.convert(str(converted), quantization=compute_type)
    return converted


def _with_full_vocabulary(folder: Path) -> Path:
    """The same model with a name for every id, which the converter insists on."""
    other = folder / "converted" / "full-vocabulary"
    other.mkdir(parents=True, exist_ok=True)
    config = json.loads((folder / "config.json").read_text())
    names = json.loads((folder / "vocab.json").read_text())
    names |= {f"<{id_}>": id_ for id_ in range(len(names), config["vocab_size"])}
    (other / "vocab.json").write_text(json.dumps(names))
    for name in ("config.json", "merges.txt", "model.safetensors"):
        (other / name).unlink(missing_ok=True)
        (other / name).symlink_to((folder / name).resolve())
    return other


def ctranslate2(folder: Path, load: Workload, compute_type: str) -> Generate:
    """CTranslate2's generator, all streams in one batch."""
    import ctranslate2 as library

    converted = convert_for_ctranslate2(folder, compute_type)
    model = library.Generator(
        str(converted),
        device="cpu",
        compute_type=compute_type,
        intra_threads=num_threads(),
        inter_threads=1,
    )
    names = json.loads((converted / "vocabulary.json").read_text())

    def generate(ids: list[list[int]], steps: int) -> list[float]:
        ticks = Ticks(len(ids))
        model.generate_batch(
            [[names[id_] for id_ in each] for each in ids],
            max_length=steps + 1,
            min_length=steps + 1,
            sampling_topk=1,
            include_prompt_in_result=False,
            callback=ticks.token,
        )
        return ticks.times

    return generate


def convert_for_llama(folder: Path, file_type: str) -> Path:
    """The GGUF file, made where it is missing."""
    path = folder / "converted" / f"llama-{file_type}.gguf"
    if not path.is_file():
        from benchmarks.gguf_file import write_gguf

        path.parent.mkdir(exist_ok=True)
        write_gguf(folder, path, file_type)
    return path


def llama(folder: Path, load: Workload, file_type: str) -> Generate:
    """llama.cpp by its C interface, whose batches hold tokens of many sequences.

    `use_extra_bufts` stays off: with repacked weights GPT-2 has crashed it.
    """
    import llama_cpp as library
    import numpy as np

    path = convert_for_llama(folder, file_type)
    library.llama_backend_init()
    model_params = library.llama_model_default_params()
    model_params.n_gpu_layers = 0
    model_params.use_extra_bufts = False
    model = library.llama_model_load_from_file(str(path).encode(), model_params)
    params = library.llama_context_default_params()
    params.n_seq_max = load.streams
    params.n_ctx = load.streams * (load.prompt_tokens + load.steps + 2)
    params.n_batch = params.n_ubatch = max(LLAMA_STEP_TOKENS, load.streams)
    params.n_threads = params.n_threads_batch = num_threads()
    context = library.llama_init_from_model(model, params)
    if not context:
        raise RuntimeError(f"llama.cpp cannot open {path.name}")
    vocabulary = json.loads((folder / "config.json").read_text())["vocab_size"]
    batch = library.llama_batch_init(params.n_batch, 0, 1)

    def decode(tokens: list[tuple[int, int, int, bool]]) -> list[int]:
        """Compute (id, position, stream, wanted) and return the wanted ones' next tokens."""
        batch.n_tokens = len(tokens)
        for row, (id_, position, stream, wanted) in enumerate(tokens):
            batch.token[row], batch.pos[row] = id_, position
            batch.n_seq_id[row], batch.seq_id[row][0] = 1, stream
            batch.logits[row] = wanted
        if library.llama_decode(context, batch):
            raise RuntimeError("llama.cpp could not decode a batch")
        return [
            int(
                np.ctypeslib.as_array(
                    library.llama_get_logits_ith(context, row), (vocabulary,)
                ).argmax()
            )
            for row, (*_, wanted) in enumerate(tokens)
            if wanted
        ]

    def generate(ids: list[list[int]], steps: int) -> list[float]:
        library.llama_memory_clear(library.llama_get_memory(context), True)
        last = len(ids[0]) - 1
        rows = [
            (id_, position, stream, position == last)
            for stream, each in enumerate(ids)
            for position, id_ in enumerate(each)
        ]
        newest = []
        for start in range(0, len(rows), LLAMA_STEP_TOKENS):
            newest += decode(rows[start : start + LLAMA_STEP_TOKENS])
        ticks = [time.perf_counter()]
        for step in range(1, steps + 1):
            newest = decode([(id_, last + step, s, True) for s, id_ in enumerate(newest)])
            ticks.append(time.perf_counter())
        return ticks

    return generate
