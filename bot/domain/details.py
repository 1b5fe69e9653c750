"""The details of an answer: how it came about, as lines for people."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.answer import Answer, AnswerKind
from bot.domain.card import Basis, Card
from bot.domain.choice import Choice
from bot.domain.composition import source_line
from bot.domain.sampling import FinishReason, SamplingParams

REVISION_LENGTH = 12
_BASES = {
    Basis.NOTES: "the notes, quoted",
    Basis.ANSWERED: "an earlier answer that a teaching assistant approved",
    Basis.MEMORY: "the model's memory, unchecked",
    Basis.NOTHING: "nothing convincing",
}
_ENDINGS = {
    FinishReason.END_OF_TEXT: "the model ended its text",
    FinishReason.LENGTH: "its length was used up",
    FinishReason.STOP: "a stop rule",
    FinishReason.CANCELLED: "somebody stopped it",
    FinishReason.FAILED: "it failed",
}


@dataclass(frozen=True, slots=True)
class Detail:
    """Something about an answer, in one line or several.

    A table keeps its columns; what is foreign holds words that people wrote.
    """

    label: str
    text: str
    is_table: bool = False
    is_foreign: bool = False


def details_of(answer: Answer) -> tuple[Detail, ...]:
    """Everything that is known of how an ended or running answer was made, in reading order."""
    lines = [
        Detail("Answer", f"#{answer.id} – /replay {answer.id} writes it again"),
        Detail("Model", model_words(answer)),
        Detail("Sampling", _sampling_words(answer)),
        *_card_details(answer.card),
        *_prompt_details(answer),
        Detail("Speed", speed_words(answer)),
    ]
    return tuple(line for line in lines if line.text)


def model_words(answer: Answer) -> str:
    """Which weights answered: name, revision, layout."""
    words = answer.model
    if answer.revision:
        words += f" at revision {answer.revision[:REVISION_LENGTH]}"
    if answer.layout:
        words += f", weights in {answer.layout}"
    return words


def sampling_words(sampling: SamplingParams) -> str:
    """How tokens were chosen, without what was switched off."""
    if sampling.is_contrastive:
        return (
            f"contrastive search over {sampling.num_candidates} candidates, "
            f"α {sampling.degeneration_penalty:g} · up to {sampling.max_new_tokens} tokens"
        )
    words = [f"seed {sampling.seed}"]
    if sampling.temperature == 0:
        words.append("greedy")
    else:
        words.append(f"temperature {sampling.temperature:g}")
        words += [f"top-p {sampling.top_p:g}"] if sampling.top_p < 1 else []
        words += [f"top-k {sampling.top_k}"] if sampling.top_k else []
    if sampling.repetition_penalty != 1:
        words.append(f"repetition penalty {sampling.repetition_penalty:g}")
    if sampling.no_repeat_ngram:
        words.append(f"no {sampling.no_repeat_ngram} tokens twice")
    words.append(f"up to {sampling.max_new_tokens} tokens")
    return " · ".join(words)


def speed_words(answer: Answer) -> str:
    """How many tokens in what time, as far as it is known."""
    words = [f"{answer.num_new_tokens:,} {'token' if answer.num_new_tokens == 1 else 'tokens'}"]
    if answer.first_token_at is not None and answer.num_new_tokens:
        seconds = (answer.first_token_at - answer.created_at).total_seconds()
        words.append(f"the first after {seconds:.2f} s")
        if answer.finished_at is not None and answer.num_new_tokens > 1:
            writing = (answer.finished_at - answer.first_token_at).total_seconds()
            if writing > 0:
                words.append(f"{(answer.num_new_tokens - 1) / writing:,.1f} tokens/s")
    if answer.finish_reason is not None:
        words.append(f"ended by: {_ENDINGS[answer.finish_reason]}")
    return " · ".join(words)


def _sampling_words(answer: Answer) -> str:
    """Of the text that counts; several texts differ in their seeds only."""
    if not answer.drafts:
        return "" if answer.budget is None else sampling_words(answer.sampling)
    words = sampling_words(answer.drafts[0].sampling)
    choice = answer.card.choice if answer.card is not None else Choice()
    if choice.num_drafts > 1:
        words += f" · draft {choice.kept + 1} of {choice.num_drafts}"
        if choice.goodness is not None:
            words += f", ranked as good with {choice.goodness:.0%}"
    return words


def _card_details(card: Card | None) -> list[Detail]:
    if card is None:
        return []
    basis = _BASES[card.basis]
    if card.confidence is not None:
        basis += f" · confidence {card.confidence:.0%}"
    lines = [Detail("Rests on", basis)]
    if card.figures:
        lines.append(Detail("Figures", _figures(card.figures)))
    passages = [
        f"{source_line(source)} · score {source.score:.2f} · covers {source.coverage:.0%}"
        for source in card.sources
    ]
    if passages:
        lines.append(Detail("Passages", "\n".join(passages), is_foreign=True))
    return lines


def _figures(figures: Mapping[str, float]) -> str:
    return " · ".join(f"{name.replace('_', ' ')} {value:.2f}" for name, value in figures.items())


def _prompt_details(answer: Answer) -> list[Detail]:
    budget = answer.budget
    if budget is None:
        return [] if answer.kind is AnswerKind.COMPLETE else [Detail("Prompt", "none")]
    words = f"{answer.num_prompt_tokens:,} of {budget.window:,} tokens"
    dropped = answer.num_dropped_turns
    if dropped:
        words += f", {dropped:,} earlier {'turn' if dropped == 1 else 'turns'} left out"
    return [Detail("Prompt", words), Detail("Window", budget.table, is_table=True)]
