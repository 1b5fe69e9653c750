"""The panel beside the page: which model answers, and how tokens are chosen."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from bot.domain.conversation import Length
from bot.domain.errors import InvalidParameter
from bot.domain.model_spec import ModelStatus
from bot.domain.sampling import MAX_SEED

AS_USUAL = "as usual"


@dataclass(frozen=True, slots=True)
class Options:
    """What a person chose; None and nothing where it is left to Lectern."""

    model: str | None
    length: Length | None
    seed: int | None
    sampling: dict[str, float]

    @classmethod
    def of(
        cls,
        model: str | None,
        length: str | None,
        seed: str,
        is_own: bool,
        temperature: float,
        top_p: float,
        top_k: float,
    ) -> "Options":
        """The values of the panel's components, in the order of `OptionsPanel.inputs`.

        Raises:
            InvalidParameter: the seed is no whole number that can be one.
        """
        typed = seed.strip()
        if typed and not (typed.isascii() and typed.isdecimal() and int(typed[:20]) <= MAX_SEED):
            raise InvalidParameter(
                f"The seed must be a whole number from 0 to {MAX_SEED}, or empty."
            )
        own = {"temperature": float(temperature), "top_p": float(top_p), "top_k": int(top_k)}
        return cls(
            model or None,
            Length(length) if length in list(Length) else None,
            int(typed) if typed else None,
            own if is_own else {},
        )


class OptionsPanel:
    """The panel's components; make it inside of the page."""

    def __init__(self) -> None:
        with gr.Group():
            self.model = gr.Dropdown(
                [], label="Model", elem_id="model", interactive=True, allow_custom_value=True
            )
            self.about_model = gr.HTML(elem_id="about-model")
        self.length = gr.Dropdown(
            [AS_USUAL, *Length], value=AS_USUAL, label="Length", elem_id="length"
        )
        self.seed = gr.Textbox(
            label="Seed (empty: a new one each time)", max_lines=1, elem_id="seed"
        )
        self.is_own = gr.Checkbox(False, label="Choose the sampling myself", elem_id="own-sampling")
        with gr.Group(visible=False) as group:
            self.temperature = gr.Slider(
                0, 2, 0.7, step=0.05, label="Temperature", elem_id="temperature", buttons=[]
            )
            self.top_p = gr.Slider(
                0.05, 1, 0.9, step=0.05, label="Top-p", elem_id="top-p", buttons=[]
            )
            self.top_k = gr.Slider(
                0, 200, 0, step=1, label="Top-k (0: no limit)", elem_id="top-k", buttons=[]
            )
        self.sliders = group

    @property
    def inputs(self) -> list[Any]:
        """The components whose values make `Options`."""
        return [
            self.model,
            self.length,
            self.seed,
            self.is_own,
            self.temperature,
            self.top_p,
            self.top_k,
        ]


def about(status: ModelStatus) -> str:
    """A model in one line: how large it is, and whether it is here."""
    words = []
    if status.shape is not None:
        words.append(f"{_millions(status.shape.num_parameters)} million parameters")
    if status.is_loaded:
        words.append("loaded")
    elif status.on_disk:
        words.append("on this machine, loads with the next question")
    elif status.disk_bytes is not None:
        words.append(f"downloads {status.disk_bytes / 1e9:.1f} GB with the next question")
    return " · ".join(words)


def _millions(number: int) -> str:
    millions = number / 1e6
    return f"{millions:.1f}" if millions < 10 else f"{millions:,.0f}"
