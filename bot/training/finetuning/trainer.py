"""The training loop: transformers' Trainer over rows, with checkpoints that a kill cannot halve."""

import math
import shutil
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from safetensors import SafetensorError
from torch import Tensor
from torch.utils.data import Sampler, SequentialSampler
from transformers import PrinterCallback, Trainer, TrainerCallback, TrainingArguments

from bot.domain.errors import BotError
from bot.training.finetuning.losses import batch_of, mean_loss, summed_loss
from bot.training.finetuning.plan import Plan
from bot.training.finetuning.rows import Row
from bot.training.finetuning.stages import Stage

UNFINISHED = "unfinished"
PREFIX = "checkpoint-"
MIN_STEPS_BETWEEN_LOOKS = 10
NUM_LOOKS = 12


class NoNumber(BotError):
    """The loss or a weight is not a number."""


class Learnable(Protocol):
    """What the trainer asks of the rows of a run, which have their `ids`."""

    @property
    def learned(self) -> Sequence[Any]:
        """Rows in the order of all epochs."""

    def batch(self, rows: Sequence[Any]) -> dict[str, Tensor]:
        """Rows as tensors; as many of `labels` as are not ignored share the loss of a step."""

    def summed_loss(self, model: Any, batch: dict[str, Tensor]) -> Tensor:
        """Nats over all that is learned in a batch."""

    def look(self, model: Any) -> dict[str, float]:
        """Figures of what is held back, `eval_loss` among them; nothing if nothing is."""


@dataclass(frozen=True, slots=True)
class Readings:
    """The rows of a run: `learned` in the order of all epochs, `validated` again and again."""

    learned: Sequence[Row]
    validated: Sequence[Row]
    padding: int

    def batch(self, rows: Sequence[Row]) -> dict[str, Tensor]:
        """See `batch_of`."""
        return batch_of(rows, self.padding)

    def summed_loss(self, model: Any, batch: dict[str, Tensor]) -> Tensor:
        """See `losses.summed_loss`."""
        return summed_loss(model, batch)

    def look(self, model: Any) -> dict[str, float]:
        """The loss of what is held back."""
        if not self.validated:
            return {}
        return {"eval_loss": mean_loss(model, self.validated, self.padding)}


def train(
    model: Any,
    readings: Learnable,
    plan: Plan,
    folder: Path,
    device: str,
    save_every: int,
    on_stage: Callable[[Stage], None],
) -> list[dict[str, float]]:
    """Train in place; returns what was logged: `loss` and `eval_loss` by `step`.

    Goes on at the newest checkpoint in `folder`, where there is one, perhaps with another rate.
    The `seconds` that each step took are logged too.

    Raises:
        NoNumber: the loss is none.
        BotError: a checkpoint cannot be written.
    """
    shutil.rmtree(folder / UNFINISHED, ignore_errors=True)
    newest = newest_checkpoint(folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of transformers, about its own calls
        trainer = RowTrainer(model, readings, plan, folder, device, save_every, on_stage)
        trainer.train(resume_from_checkpoint=None if newest is None else str(newest))
    return [dict(entry) for entry in trainer.state.log_history]


def newest_checkpoint(folder: Path) -> Path | None:
    """The whole checkpoint of the latest step; None if there is none."""
    found = [each for each in folder.glob(f"{PREFIX}*") if each.is_dir()]
    return max(found, key=lambda each: int(each.name.removeprefix(PREFIX)), default=None)


class RowTrainer(Trainer):
    """Trainer with our loss and order of rows, and with checkpoints that appear whole."""

    def __init__(
        self,
        model: Any,
        readings: Learnable,
        plan: Plan,
        folder: Path,
        device: str,
        save_every: int,
        on_stage: Callable[[Stage], None],
    ) -> None:
        self._readings = readings
        self._is_saving = False
        num_steps = math.ceil(len(readings.learned) / plan.batch)
        arguments = TrainingArguments(
            output_dir=str(folder),
            num_train_epochs=1,  # the rows of every epoch are there, one behind the other
            per_device_train_batch_size=plan.rows_at_once,
            gradient_accumulation_steps=plan.accumulation,
            learning_rate=plan.learning_rate,
            weight_decay=plan.weight_decay,
            adam_beta2=0.95,
            lr_scheduler_type="cosine_with_min_lr",
            lr_scheduler_kwargs={"min_lr_rate": 0.05},
            warmup_steps=max(round(plan.warm_up_share * num_steps), 1),
            max_grad_norm=1.0,
            activation_checkpointing=plan.recomputes,
            activation_checkpointing_kwargs={"use_reentrant": False},
            seed=plan.seed,
            data_seed=plan.seed,
            use_cpu=device == "cpu",
            bf16=device.startswith("cuda"),
            save_strategy="steps",
            save_steps=save_every,
            save_total_limit=2,
            logging_steps=1,
            logging_nan_inf_filter=False,
            remove_unused_columns=False,
            dataloader_pin_memory=False,
            report_to=[],
            disable_tqdm=True,
        )
        looks = Looks(readings, num_steps, on_stage)
        super().__init__(
            model=model,
            args=arguments,
            data_collator=readings.batch,
            train_dataset=readings.learned,
            callbacks=[looks],
        )
        self.remove_callback(PrinterCallback)
        self.model_accepts_loss_kwargs = True  # the loss is divided by all tokens of a step

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Tensor],
        return_outputs: bool = False,
        num_items_in_batch: Tensor | int | None = None,
    ) -> Any:
        """Nats per learned token (or text) of the step; stops where that is not a number."""
        if num_items_in_batch is None:
            raise RuntimeError("the Trainer did not count the tokens of the step")
        loss = self._readings.summed_loss(model, inputs) / num_items_in_batch
        if not bool(torch.isfinite(loss)):
            raise self._no_number(self.state.global_step + 1)
        return (loss, None) if return_outputs else loss

    def _no_number(self, step: int) -> NoNumber:
        newest = newest_checkpoint(Path(str(self.args.output_dir)))
        where = f"goes on at {newest.name}" if newest else "begins again"
        return NoNumber(
            f"The loss is not a number at step {step}; the same command with a lower "
            f"--learning-rate than {self.args.learning_rate:g} {where}."
        )

    def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
        """As it was saved, but at the rate that was asked for now."""
        super()._load_optimizer_and_scheduler(checkpoint)
        rate, optimizer, scheduler = self.args.learning_rate, self.optimizer, self.lr_scheduler
        if checkpoint is None or optimizer is None or scheduler is None:
            return
        for group in optimizer.param_groups:
            if group["initial_lr"] != rate:
                group["lr"] *= rate / group["initial_lr"]
                group["initial_lr"] = rate
        scheduler.base_lrs = [rate for _ in optimizer.param_groups]
        scheduler._last_lr = [group["lr"] for group in optimizer.param_groups]

    def _get_train_sampler(self, train_dataset: Any = None) -> Sampler[int]:
        return SequentialSampler(self._readings.learned)

    def _get_output_dir(self, trial: Any) -> str:
        folder = Path(super()._get_output_dir(trial))
        return str(folder / UNFINISHED if self._is_saving else folder)

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        """Write beside the older checkpoints, then rename: a kill leaves only whole ones.

        Weights that are no numbers are not kept: nothing could go on from there.
        """
        if not all(bool(torch.isfinite(each).all()) for each in model.parameters()):
            raise self._no_number(self.state.global_step)
        folder = Path(str(self.args.output_dir))
        self._is_saving = True
        try:
            super()._save_checkpoint(model, trial)
            name = f"{PREFIX}{self.state.global_step}"
            shutil.rmtree(folder / name, ignore_errors=True)
            (folder / UNFINISHED / name).rename(folder / name)
        except (OSError, RuntimeError, SafetensorError) as error:
            raise _unwritten(folder, error) from error
        finally:
            self._is_saving = False
            shutil.rmtree(folder / UNFINISHED, ignore_errors=True)
        kept = sorted(folder.glob(f"{PREFIX}*"), key=lambda e: int(e.name.removeprefix(PREFIX)))
        for old in kept[:-2]:
            shutil.rmtree(old, ignore_errors=True)


def _unwritten(folder: Path, error: Exception) -> BotError:
    newest = newest_checkpoint(folder)
    kept = f"{newest.name} is kept, and the same command goes on there" if newest else "none is yet"
    reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
    return BotError(f"A checkpoint cannot be written to {folder} ({reason}); {kept}. Make room.")


class Looks(TrainerCallback):
    """Looks at the loss of the validated rows now and then, and tells how far the run is."""

    def __init__(
        self, readings: Learnable, num_steps: int, on_stage: Callable[[Stage], None]
    ) -> None:
        self._readings = readings
        self._on_stage = on_stage
        self._every = max(num_steps // NUM_LOOKS, MIN_STEPS_BETWEEN_LOOKS)
        self._since = time.monotonic()

    def on_train_begin(self, args: Any, state: Any, control: Any, **given: Any) -> None:
        """The loss of the base, unless it was looked at before a kill."""
        if state.global_step == 0:
            self._look(state, given["model"])
        self._since = time.monotonic()

    def on_step_end(self, args: Any, state: Any, control: Any, **given: Any) -> None:
        """Every so many steps and at the last one."""
        is_last = state.global_step == state.max_steps
        if is_last or state.global_step % self._every == 0:
            self._look(state, given["model"])

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        """After every step."""
        if logs is None or "loss" not in logs:
            return
        now = time.monotonic()
        state.log_history[-1]["seconds"] = round(now - self._since, 4)
        self._since = now
        per_step = args.per_device_train_batch_size * args.gradient_accumulation_steps
        start = (state.global_step - 1) * per_step
        read = self._readings.learned[start : start + per_step]
        self._on_stage(
            Stage(
                step=state.global_step,
                num_steps=state.max_steps,
                loss=float(logs["loss"]),
                num_tokens=sum(len(row.ids) for row in read),
                validation_loss=_latest(state.log_history),
            )
        )

    def _look(self, state: Any, model: Any) -> None:
        if figures := self._readings.look(model):
            state.log_history.append({"step": state.global_step, **figures})


def _latest(history: Sequence[dict[str, float]]) -> float | None:
    return next((e["eval_loss"] for e in reversed(history) if "eval_loss" in e), None)
