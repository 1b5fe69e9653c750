"""The examples of the prompt are the handbook's own."""

from bot.domain.template import EXAMPLES
from bot.handbook import load_topics


def test_every_example_of_the_prompt_stands_in_the_handbook() -> None:
    pairs = {(pair.question, pair.answer) for topic in load_topics() for pair in topic.pairs}
    assert {(example.question, example.answer) for example in EXAMPLES} <= pairs
