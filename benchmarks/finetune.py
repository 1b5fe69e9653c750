"""Fine-tuning: the preflight's memory against the kernel's, and LoRA against a plain Trainer.

    python -m benchmarks.finetune [--threads 2] [--steps 4] [--cuda]

Every row is a process of its own with random weights of some shape. `estimated` is what the
preflight says, of memory and of tokens a second, `peak` the high-water mark of the process. The
plain script is transformers' own Trainer on the same rows, with peft, its own loss and no
preflight.

With `--cuda`, gpt2-xl is trained on a GPU in bfloat16, fully and by LoRA; without a CUDA device
nothing is measured and the exit code is 69.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from transformers import Trainer, TrainingArguments

from benchmarks.machine import memory, save, summary, table
from benchmarks.random_model import END_OF_TEXT_ID, write_random_model
from bot.domain.model_spec import GPT2_MEDIUM, GPT2_XL, ModelShape
from bot.training.finetuning.adapters import with_adapters
from bot.training.finetuning.base import Base
from bot.training.finetuning.losses import batch_of
from bot.training.finetuning.memory import (
    available_bytes,
    estimate,
    fitted,
    program_bytes,
    seconds,
)
from bot.training.finetuning.plan import Plan, TuningMethod, Wishes, plan_for
from bot.training.finetuning.rows import Row
from bot.training.finetuning.trainer import Readings, train

CONFIGURATIONS = {
    "small, full": (ModelShape(6, 512, 8, 8_192), "full", 2, 512, False),
    "small vocabulary of GPT-2, full": (ModelShape(4, 512, 8), "full", 1, 512, False),
    "medium's width, LoRA": (ModelShape(8, 1024, 16, 8_192), "lora", 2, 512, False),
    "small, full, recomputing": (ModelShape(12, 512, 8, 8_192), "full", 2, 512, True),
    "smaller, full, recomputing": (ModelShape(6, 512, 8, 8_192), "full", 2, 512, True),
}
TOLERATED = 0.15
FULL, LORA = "full", "lora"
ON_CUDA = {f"gpt2-xl, {method}, bfloat16": method for method in (FULL, LORA)}
UNAVAILABLE = 69


def measure(kind: str, folder: Path, num_steps: int, num_threads: int) -> dict[str, Any]:
    """One configuration, in this process."""
    torch.set_num_threads(num_threads)
    shape, method, rows, length, recomputes = CONFIGURATIONS[kind]
    plan = _plan(shape, method, rows, length, recomputes)
    readings = Readings(_rows(shape, plan, num_steps), (), END_OF_TEXT_ID)
    needed = estimate(shape, plan, 1.0, program_bytes("cpu"))
    num_tokens = num_steps * rows * length
    expected = seconds(shape, plan, num_tokens, "cpu")
    lasted = _train(folder, plan, readings)
    return {
        "configuration": kind,
        "parameters, M": round(shape.num_parameters / 1e6, 1),
        "tokens at once": rows * length,
        "estimated, MB": round(needed.total / 1e6),
        "peak, MB": round(memory("VmHWM") / 1e6),
        "off by": round(needed.total / memory("VmHWM") - 1, 3),
        "estimated tokens/s": round(num_tokens / expected),
        "tokens/s": round(num_tokens / lasted),
    }


def measure_on_cuda(kind: str, folder: Path, num_steps: int) -> dict[str, Any]:
    """gpt2-xl on the GPU as the preflight would train it there, in this process."""
    device = "cuda"
    torch.cuda.init()
    free, total = torch.cuda.mem_get_info()
    wishes = Wishes(TuningMethod(ON_CUDA[kind]))
    plan = fitted(
        GPT2_XL,
        plan_for(GPT2_XL, wishes),
        1.0,
        program_bytes(device),
        available_bytes(device),
        device,
    )
    readings = Readings(_rows(GPT2_XL, plan, num_steps), (), END_OF_TEXT_ID)
    needed = estimate(GPT2_XL, plan, 1.0, program_bytes(device))
    num_tokens = num_steps * plan.batch * plan.row_length
    expected = seconds(GPT2_XL, plan, num_tokens, device)
    lasted = _train(folder, plan, readings, device)
    peak = total - free + torch.cuda.max_memory_reserved()
    return {
        "configuration": f"{kind}{', recomputing' if plan.recomputes else ''}",
        "parameters, M": round(GPT2_XL.num_parameters / 1e6, 1),
        "tokens at once": plan.rows_at_once * plan.row_length,
        "estimated, MB": round(needed.total / 1e6),
        "peak, MB": round(peak / 1e6),
        "off by": round(needed.total / peak - 1, 3),
        "estimated tokens/s": round(num_tokens / expected),
        "tokens/s": round(num_tokens / lasted),
    }


def compare(kind: str, folder: Path, num_steps: int, num_threads: int) -> dict[str, Any]:
    """LoRA of gpt2-medium's shapes, ours or the plain script, in this process."""
    torch.set_num_threads(num_threads)
    plan = _plan(GPT2_MEDIUM, LORA, 1, 256, False)
    readings = Readings(_rows(GPT2_MEDIUM, plan, num_steps), (), END_OF_TEXT_ID)
    run = _train if kind == "ours" else _train_plainly
    lasted = run(folder, plan, readings)
    return {
        "LoRA of gpt2-medium": kind,
        "tokens/s": round(num_steps * 256 / lasted, 1),
        "peak, MB": round(memory("VmHWM") / 1e6),
    }


def _plan(shape: ModelShape, method: str, rows: int, length: int, recomputes: bool) -> Plan:
    plan = plan_for(shape, Wishes(TuningMethod(method), batch=rows, row_length=length))
    return replace(plan, rows_at_once=rows, recomputes=recomputes, dropout=0.1)


def _rows(shape: ModelShape, plan: Plan, num_steps: int) -> list[Row]:
    chance = random.Random(0)
    rows = []
    for _ in range(num_steps * plan.batch):
        ids = tuple(chance.randrange(256) for _ in range(plan.row_length))
        rows.append(Row(ids, ids))
    return rows


def _train(folder: Path, plan: Plan, readings: Readings, device: str = "cpu") -> float:
    """Seconds of training without loading."""
    model: Any = Base.of("random", folder, "base").load(plan.dropout)
    if plan.method is TuningMethod.LORA:
        model = with_adapters(model, plan)
    with tempfile.TemporaryDirectory() as checkpoints:
        start = time.perf_counter()
        train(model, readings, plan, Path(checkpoints), device, 10**6, lambda stage: None)
        return time.perf_counter() - start


def _train_plainly(folder: Path, plan: Plan, readings: Readings) -> float:
    model = with_adapters(Base.of("random", folder, "base").load(plan.dropout), plan)
    with tempfile.TemporaryDirectory() as checkpoints:
        trainer = Trainer(
            model=model,
            args=TrainingArguments(
                output_dir=checkpoints,
                num_train_epochs=1,
                per_device_train_batch_size=plan.rows_at_once,
                gradient_accumulation_steps=plan.accumulation,
                learning_rate=plan.learning_rate,
                use_cpu=True,
                save_strategy="no",
                report_to=[],
                disable_tqdm=True,
            ),
            data_collator=lambda rows: batch_of(rows, readings.padding),
            train_dataset=readings.learned,
        )
        start = time.perf_counter()
        trainer.train()
        return time.perf_counter() - start


def _child(words: list[str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.finetune", *words],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main() -> None:
    """All rows, each in a process of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--only", choices=["measure", "compare"])
    parser.add_argument("--cuda", action="store_true")
    parser.add_argument("--child", nargs=3)
    options = parser.parse_args()
    if options.child:
        deed, kind, folder = options.child
        if deed == "cuda":
            row = measure_on_cuda(kind, Path(folder), options.steps)
        else:
            work = measure if deed == "measure" else compare
            row = work(kind, Path(folder), options.steps, options.threads)
        print(json.dumps(row))
        return
    if options.cuda and not torch.cuda.is_available():
        print("There is no CUDA device here, so nothing was measured.", file=sys.stderr)
        raise SystemExit(UNAVAILABLE)
    print(summary(), flush=True)
    rows: list[dict[str, Any]] = []
    more = ["--steps", str(options.steps), "--threads", str(options.threads)]
    with tempfile.TemporaryDirectory() as temporary:
        if options.cuda:
            write_random_model(Path(temporary) / "xl", GPT2_XL)
            for kind in ON_CUDA:
                rows.append(_child(["--child", "cuda", kind, f"{temporary}/xl", *more]))
            print(table(rows))
            save("finetune-cuda", rows, steps=options.steps)
            return
        for kind in CONFIGURATIONS if options.only != "compare" else ():
            folder = Path(temporary) / "shape"
            write_random_model(folder, CONFIGURATIONS[kind][0])
            rows.append(_child(["--child", "measure", kind, str(folder), *more]))
        if options.only != "measure":
            write_random_model(Path(temporary) / "medium", GPT2_MEDIUM)
            for kind in ("plain Trainer", "ours", "plain Trainer", "ours"):
                folder = Path(temporary) / "medium"
                rows.append(_child(["--child", "compare", kind, str(folder), *more]))
    print(table(rows))
    save("finetune", rows, threads=options.threads, steps=options.steps)


if __name__ == "__main__":
    main()
