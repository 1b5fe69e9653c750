"""What a run needs in memory and computes: the formulas, in one place.

With P weights, of which T are trained, in float32 (4 bytes), width h, L layers, vocabulary V and
n tokens that are read at once:

    weights        4 P                    (LoRA: its own T are among P)
    gradients      4 T
    optimiser      8 T                    two moments of AdamW
    activations    4 n h (L · 17 + 4)     what backpropagation keeps of a token and layer: 7 h in
                                          attention (norm in and out, q, k, v, output, merged),
                                          10 h in the feed-forward part (norm in and out, 4 h before
                                          and 4 h after GELU, which is computed in one pass)
                   4 n h (L · 5 + 4)      recomputed: where each layer began, and what the
                                          allocator does not give back between them (measured)
                   4 n h · 2 L            with LoRA: what its layers keep beside that
    logits         2 · 4 n V              logits or their gradient, and their softmax; learned
                                          tokens only
    temporaries    4 n h · 20             of one layer on the way back, when logits are gone: the
                                          larger of the two counts
    program        measured + 90 MB       Python and torch before the base is loaded, and what the
                                          Trainer brings along (peft: 130 MB more)

Attention keeps no T × T weights: it has no dropout, so the fused kernel is used. A step computes
6 floating-point operations a weight and token (2 forward, 4 back), 8 if activations are
recomputed, 4 for weights that are not trained; attention adds 12 L h n_row / 2.
"""

import time
from dataclasses import dataclass, replace

import psutil
import torch

from bot.domain.errors import NotEnoughMemory
from bot.domain.model_spec import ModelShape
from bot.training.finetuning.plan import Plan, TuningMethod

FLOAT = 4
IN_ATTENTION, IN_FEED_FORWARD, OUTSIDE, TEMPORARY = 7, 10, 4, 20
RECOMPUTED_LAYER, LORA_LAYER = 5, 2
TRAINER_BYTES, PEFT_BYTES = 90_000_000, 130_000_000
USED_SHARE = 0.9
"""Of what is free: the rest is for what others start meanwhile."""
CPU_TOKENS, CUDA_TOKENS = 4096, 32_768
"""More tokens at once are not faster."""
CPU_EFFICIENCY, CUDA_EFFICIENCY = 0.6, 0.4
"""Of the speed of plain matrix products: norms, GELU, softmax and the optimiser take the rest."""
PROBE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Estimate:
    """Bytes at the peak, by what they are for."""

    weights: int
    gradients: int
    optimiser: int
    activations: int
    logits: int
    program: int

    @property
    def total(self) -> int:
        """All of them together."""
        return (
            self.weights
            + self.gradients
            + self.optimiser
            + self.activations
            + self.logits
            + self.program
        )


def num_trained(shape: ModelShape, plan: Plan) -> int:
    """Weights that are trained."""
    if plan.method is TuningMethod.FULL:
        return shape.num_parameters
    width = shape.width
    return (
        shape.num_layers
        * plan.lora_rank
        * sum(num_in + num_out for num_in, num_out in lora_shapes(width, shape.num_parameters))
    )


def lora_shapes(width: int, num_parameters: int) -> tuple[tuple[int, int], ...]:
    """The layers of a block that LoRA corrects: `c_attn`, and in tiny models all four."""
    attention = ((width, 3 * width),)
    others = ((width, width), (width, 4 * width), (4 * width, width))
    return (*attention, *others) if num_parameters < 50_000_000 else attention


def estimate(shape: ModelShape, plan: Plan, learned_share: float, program: int) -> Estimate:
    """The memory of a step; `learned_share` of the tokens count in the loss."""
    trained = num_trained(shape, plan)
    is_lora = plan.method is TuningMethod.LORA
    weights = shape.num_parameters + trained * is_lora
    num_tokens = plan.rows_at_once * plan.row_length
    in_layer = RECOMPUTED_LAYER if plan.recomputes else IN_ATTENTION + IN_FEED_FORWARD
    kept = shape.num_layers * (in_layer + LORA_LAYER * is_lora)
    in_logits = 2 * int(num_tokens * learned_share) * shape.vocabulary
    on_the_way_back = TEMPORARY * num_tokens * shape.width
    return Estimate(
        weights=FLOAT * weights,
        gradients=FLOAT * trained,
        optimiser=2 * FLOAT * trained,
        activations=FLOAT * num_tokens * shape.width * (kept + OUTSIDE),
        logits=FLOAT * max(in_logits, on_the_way_back),
        program=program + TRAINER_BYTES + PEFT_BYTES * is_lora,
    )


def fitted(
    shape: ModelShape, plan: Plan, learned_share: float, program: int, available: int, device: str
) -> Plan:
    """The plan with as many rows at once as memory allows, recomputing only if it must.

    Raises:
        NotEnoughMemory: not even one row at once fits; the text says what would.
    """
    most = max((CPU_TOKENS if device == "cpu" else CUDA_TOKENS) // plan.row_length, 1)
    divisors = [n for n in range(min(most, plan.batch), 0, -1) if plan.batch % n == 0]
    for recomputes in (False, True):
        for rows in divisors:
            tried = replace(plan, rows_at_once=rows, recomputes=recomputes)
            if estimate(shape, tried, learned_share, program).total <= available * USED_SHARE:
                return tried
    least = replace(plan, rows_at_once=1, recomputes=True)
    needed = estimate(shape, least, learned_share, program).total
    raise NotEnoughMemory(
        f"This needs at least {_gigabytes(needed)} and {_gigabytes(available * USED_SHARE)} are "
        f"free for it; {_proposal(shape, least, learned_share, program, available)}."
    )


def _proposal(
    shape: ModelShape, plan: Plan, learned_share: float, program: int, available: int
) -> str:
    """What would fit, in words."""
    ways = (
        ("--method lora", replace(plan, method=TuningMethod.LORA)),
        ("--context 256", replace(plan, row_length=min(plan.row_length, 256))),
        (
            "--method lora --context 256",
            replace(plan, method=TuningMethod.LORA, row_length=min(plan.row_length, 256)),
        ),
    )
    for words, tried in ways:
        if tried != plan:
            needed = estimate(shape, tried, learned_share, program).total
            if needed <= available * USED_SHARE:
                return f"`{words}` needs {_gigabytes(needed)}"
    return "take a smaller base, such as distilgpt2 or starter"


def available_bytes(device: str) -> int:
    """Memory that a run may have, with what this process has already."""
    if device.startswith("cuda"):
        free, _ = torch.cuda.mem_get_info(device)
        return int(free)
    return int(psutil.virtual_memory().available) + program_bytes(device)


def program_bytes(device: str) -> int:
    """What this process has now; on a GPU the few hundred megabytes of CUDA itself."""
    return 600 * 2**20 if device.startswith("cuda") else int(psutil.Process().memory_info().rss)


def seconds(shape: ModelShape, plan: Plan, num_tokens: int, device: str) -> float:
    """How long a run takes on this device, roughly: its operations at the speed of a probe."""
    trained_share = num_trained(shape, plan) / shape.num_parameters
    per_weight = 4 + 2 * trained_share + (2 if plan.recomputes else 0)
    attention = 6 * shape.num_layers * shape.width * plan.row_length
    operations = num_tokens * (per_weight * shape.num_parameters + attention)
    efficiency = CPU_EFFICIENCY if device == "cpu" else CUDA_EFFICIENCY
    return operations / (_speed(shape.width, device) * efficiency)


def _speed(width: int, device: str) -> float:
    """Operations a second of the products that a layer is made of."""
    is_cuda = device.startswith("cuda")
    dtype = torch.bfloat16 if is_cuda else torch.float32
    left = torch.ones(1024, width, device=device, dtype=dtype)
    right = torch.ones(width, 4 * width, device=device, dtype=dtype)
    left @ right
    number, started = 0, time.perf_counter()
    while (taken := time.perf_counter() - started) < PROBE_SECONDS:
        left @ right
        if is_cuda:
            torch.cuda.synchronize(device)
        number += 1
    return 2 * 1024 * width * 4 * width * number / taken


def _gigabytes(num_bytes: float) -> str:
    return f"{num_bytes / 1e9:.1f} GB"
