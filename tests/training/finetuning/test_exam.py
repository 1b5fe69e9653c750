"""What is held back to be asked afterwards, and in which words."""

from bot.domain.model_spec import GPT2, GPT2_XL
from bot.domain.words import words_of
from bot.training import wording
from bot.training.finetuning import exam, frames
from bot.training.finetuning.exam import hold_exam
from bot.training.finetuning.material import Example


def pair(number: int, *questions: str) -> Example:
    return Example(f"Sheet {number} is due in week {number}.", f"doc-{number}", questions)


def unit(text: str, heading: str = "Rules") -> Example:
    return Example(text, "rules.md", heading=heading, passage=f"{heading}\n{text}")


def test_of_several_wordings_one_is_held_back_and_never_learned() -> None:
    words = ("When is sheet {} due?", "when is sheet {} due", "sheet {}, when?")
    given = [pair(n, *(each.format(n) for each in words)) for n in range(9)]
    learned, asked = hold_exam(given)
    assert len(asked) == 9
    assert not any(each.is_by_code for each in asked)
    known = {" ".join(words_of(question)) for each in learned for question in each.questions}
    assert not known & {" ".join(words_of(each.question)) for each in asked}
    assert all(each.questions for each in learned)
    assert [each.answer for each in learned] == [each.answer for each in given]


def test_wordings_in_rows_of_their_own_are_known_by_their_answer() -> None:
    rows = [pair(1, "When is it due?"), pair(1, "What is its deadline?"), pair(1, "due when?")]
    learned, asked = hold_exam(rows)
    (held,) = asked
    assert held.answer == rows[0].answer
    assert held.question not in [question for each in learned for question in each.questions]
    assert len(learned) == 2


def test_of_many_answers_with_several_wordings_a_third_lose_one() -> None:
    given = [pair(n, f"When is sheet {n} due?", f"deadline of sheet {n}") for n in range(90)]
    learned, asked = hold_exam(given)
    own = [each for each in asked if not each.is_by_code]
    assert len(own) == 30
    assert len(asked) == 90
    assert sum(len(each.questions) for each in learned) == 150


def test_a_question_that_somebody_asked_once_is_asked_behind_another_opening() -> None:
    learned, (asked,) = hold_exam([pair(1, "When is sheet 1 due?")])
    assert learned[0].questions == ("When is sheet 1 due?",)
    assert asked.is_by_code
    assert "when is sheet 1 due" in asked.question
    assert asked.question.lower() != "when is sheet 1 due?"


def test_a_question_by_code_has_words_that_only_one_passage_has_together() -> None:
    texts = [
        f"Rule {n} says that sheet {n + 1} is due in week {n + 2} on Monday." for n in range(30)
    ]
    learned, asked = hold_exam([unit(text) for text in texts])
    assert len(learned) == 30
    assert asked
    assert all(each.is_by_code for each in asked)
    for each in asked:
        said = set(words_of(each.question))
        having = [text for text in texts if len(said & set(words_of(f"Rules {text}"))) >= 3]
        assert each.answer in having
    alike = [unit("Labs are on Monday."), unit("On Monday are labs.")]
    assert hold_exam(alike)[1] == ()


def test_the_same_material_gives_the_same_exam_in_any_order() -> None:
    given = [unit(f"Lab {n} takes place in room {n * 7} of the tower.") for n in range(200)]
    one, other = hold_exam(given)[1], hold_exam(given[::-1])[1]
    assert len(one) == exam.MOST
    assert {each.answer for each in one} == {each.answer for each in other}
    assert len({each.id for each in one}) == exam.MOST
    shorter = hold_exam(given, exam.most_asked(GPT2))[1]
    assert len(shorter) == exam.MOST_OF_OTHERS > exam.most_asked(GPT2_XL)
    assert set(shorter) < set(one)


def test_training_uses_none_of_the_frames() -> None:
    by_kind = (frame for some in frames.BY_KIND for frame in some)
    learned = {each.lower() for each in (*frames.ANY, *by_kind, *wording.FORMS, *wording.GREETINGS)}
    assert not learned & {each.lower() for each in (*exam.FRAMES, *exam.OPENINGS)}
