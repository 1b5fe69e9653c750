"""One system generating with one model, measured in a process of its own.

    python -m benchmarks.engine_system lectern-int8 FOLDER --streams 8 --tokens 32

Prints one JSON line: seconds of the prefill, milliseconds per step of all streams together,
tokens per second, and the process's memory. Greedy, prompts of random token ids.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

PROMPT_TOKENS = 128
Generate = Callable[[list[list[int]], int], None]


def prompts(streams: int, length: int) -> list[list[int]]:
    """The same random token ids for every system."""
    generator = torch.Generator().manual_seed(1)
    return torch.randint(0, 256, (streams, length), generator=generator).tolist()


def lectern(folder: Path, dtype: str, quantization: str, streams: int) -> Generate:
    """Our engine, stepped in this thread."""
    from bot.domain.sampling import SamplingParams
    from bot.generation.layout import Machine
    from bot.generation.request import Request
    from bot.generation.resident import ModelFiles, ServingLimits

    limits = ServingLimits(max_batch=streams, max_step_tokens=max(128, 2 * streams))
    files = ModelFiles(folder, "bench", Machine.here("cpu", dtype, quantization), limits)
    engine = files.load(lambda share: None, lambda: False)

    def generate(ids: list[list[int]], tokens: int) -> None:
        sampling = SamplingParams(max_new_tokens=tokens)
        for number, each in enumerate(ids):
            engine.add(Request(number, tuple(each), sampling))
        while engine.step():
            pass
        while engine.scheduler.num_running:
            engine.step()

    return generate


def transformers(folder: Path, dtype: torch.dtype) -> Generate:
    """What most people write first: `model.generate`."""
    from transformers import GPT2LMHeadModel

    model: Any = GPT2LMHeadModel.from_pretrained(folder, dtype=dtype, use_safetensors=True)

    @torch.inference_mode()
    def generate(ids: list[list[int]], tokens: int) -> None:
        rows = torch.tensor(ids)
        model.generate(
            rows,
            attention_mask=torch.ones_like(rows),
            max_new_tokens=tokens,
            min_new_tokens=tokens,
            do_sample=False,
            pad_token_id=0,
        )

    return generate


def ctranslate2(folder: Path, compute_type: str) -> Generate:
    """CTranslate2; converted once, beside the model."""
    import ctranslate2 as library
    from ctranslate2.converters import TransformersConverter

    converted = folder / f"ctranslate2-{compute_type}"
    if not converted.is_dir():
        converter = TransformersConverter(str(_with_full_vocabulary(folder)))
        converter.convert(str(converted), quantization=compute_type)
    model = library.Generator(
        str(converted),
        compute_type=compute_type,
        intra_threads=torch.get_num_threads(),
        inter_threads=1,
    )
    names = json.loads((converted / "vocabulary.json").read_text())

    def generate(ids: list[list[int]], tokens: int) -> None:
        model.generate_batch(
            [[names[id_] for id_ in each] for each in ids],
            max_length=tokens,
            min_length=tokens,
            sampling_topk=1,
            include_prompt_in_result=False,
        )

    return generate


def _with_full_vocabulary(folder: Path) -> Path:
    """The same model with a name for every id, which the converter insists on."""
    other = folder / "full-vocabulary"
    other.mkdir(exist_ok=True)
    config = json.loads((folder / "config.json").read_text())
    names = json.loads((folder / "vocab.json").read_text())
    names |= {f"<{id_}>": id_ for id_ in range(len(names), config["vocab_size"])}
    (other / "vocab.json").write_text(json.dumps(names))
    for name in ("config.json", "merges.txt", "model.safetensors"):
        (other / name).unlink(missing_ok=True)
        (other / name).symlink_to(folder / name)
    return other


SYSTEMS: dict[str, Callable[[Path, int], Generate]] = {
    "lectern-float32": lambda folder, n: lectern(folder, "float32", "none", n),
    "lectern-bfloat16": lambda folder, n: lectern(folder, "bfloat16", "none", n),
    "lectern-int8": lambda folder, n: lectern(folder, "float32", "int8", n),
    "transformers-float32": lambda folder, n: transformers(folder, torch.float32),
    "transformers-bfloat16": lambda folder, n: transformers(folder, torch.bfloat16),
    "ctranslate2-int8": lambda folder, n: ctranslate2(folder, "int8"),
    "ctranslate2-float32": lambda folder, n: ctranslate2(folder, "float32"),
}


def memory(field: str) -> int:
    """A size of this process from /proc, in bytes; 0 where there is none."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(field)), 0)


def seconds(generate: Generate, ids: list[list[int]], tokens: int) -> float:
    """Wall time of one call."""
    started = time.perf_counter()
    generate(ids, tokens)
    return time.perf_counter() - started


def main() -> None:
    """Load, warm up, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("system", choices=SYSTEMS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--streams", type=int, default=1)
    parser.add_argument("--tokens", type=int, default=32)
    options = parser.parse_args()
    started = time.perf_counter()
    generate = SYSTEMS[options.system](options.folder, options.streams)
    loading = time.perf_counter() - started
    ids = prompts(options.streams, PROMPT_TOKENS)
    generate(ids, 2)
    prefill = seconds(generate, ids, 1)
    whole = seconds(generate, ids, options.tokens + 1)
    step = (whole - prefill) / options.tokens
    print(
        json.dumps(
            {
                "system": options.system,
                "streams": options.streams,
                "load_seconds": loading,
                "prefill_seconds": prefill,
                "ms_per_step": 1000 * step,
                "tokens_per_second": options.streams / step,
                "peak_bytes": memory("VmHWM"),
                "resident_bytes": memory("VmRSS"),
            }
        )
    )


if __name__ == "__main__":
    main()
