"""The bar of a training: lines where there is no terminal."""

import pytest

from bot.training.finetuning.stages import Stage
from bot.training_bar import LINE_EVERY, training_bar


def test_a_pipe_gets_a_line_now_and_then_with_loss_and_speed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    num_steps = LINE_EVERY + 2
    with training_bar(num_steps) as show:
        for step in range(1, num_steps + 1):
            held = None if step < num_steps else 2.5
            show(Stage(step, num_steps, loss=3.0 - step / 100, num_tokens=50, validation_loss=held))
    first, last = capsys.readouterr().err.splitlines()
    assert first.startswith(f"step {LINE_EVERY} of {num_steps}, loss 2.750, ")
    assert last.startswith(f"step {num_steps} of {num_steps}, loss 2.730, held back 2.500, ")
    assert ", about 1 min left, " in first
    assert first.endswith(" tokens/s")
