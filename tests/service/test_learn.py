"""Lessons: what is opened, what is drawn for it, and what is said where it cannot be."""

import pytest

from bot.domain.charts import Sheet
from bot.domain.errors import (
    HelpOffered,
    InvalidParameter,
    ModelUnavailable,
    NotDecent,
    NotFound,
    PictureUnavailable,
    RateLimited,
)
from bot.domain.illustrations import ILLUSTRATIONS, LookInside, Positions, Sketch
from bot.domain.look import View
from bot.domain.views import NextView, Piece
from bot.service.learn import MAX_SENTENCE, LearnService, Opened
from bot.service.services import Services
from bot.storage.database import Database
from tests.lookers import ScriptedExplainer, ScriptedPainter, view_of
from tests.scripted_models import ScriptedPool, SetClock
from tests.scripted_services import scripted_services
from tests.service.asking import ADA, BOB, CHANNEL


@pytest.fixture
def explainer() -> ScriptedExplainer:
    return ScriptedExplainer()


@pytest.fixture
def painter() -> ScriptedPainter:
    return ScriptedPainter()


@pytest.fixture
def learn(
    store: Database, clock: SetClock, explainer: ScriptedExplainer, painter: ScriptedPainter
) -> LearnService:
    pool = ScriptedPool()
    services = scripted_services(store, pool, clock, [], explainer=explainer, painter=painter)
    return services.learn


async def opened(learn: LearnService, topic: str, sentence: str | None = None) -> Opened:
    return await learn.open(ADA, CHANNEL, topic, sentence)


async def test_a_lesson_names_what_to_learn_next(learn: LearnService) -> None:
    lesson = await opened(learn, "what is a transformer?")
    assert lesson.lesson.text.startswith('"Attention Is All You Need"')
    assert [each.title for each in lesson.see_also][:2] == [
        "Self-attention",
        "Multi-head attention",
    ]
    compared = await opened(learn, "one-hot vs embedding")
    assert [each.slug for each in compared.see_also] == [
        "one-hot-encoding",
        "word-embeddings",
        "cosine-similarity",
    ]


async def test_a_sketch_is_of_the_persons_own_sentence(
    learn: LearnService, painter: ScriptedPainter
) -> None:
    lesson = await opened(learn, "bag of words", "Dogs  chase\ncats")
    assert lesson.sentence == "Dogs chase cats"
    picture = await learn.picture(lesson)
    assert picture is not None
    assert picture.png == b"Sheet dark"
    assert picture.alt.startswith("Bag of words")
    assert "chase" in str(painter.drawn[0])


async def test_a_look_inside_is_of_the_model_that_answers_here(
    learn: LearnService, explainer: ScriptedExplainer
) -> None:
    picture = await learn.picture(await opened(learn, "self-attention", "Dogs chase cats"))
    assert picture is not None
    (specimen,), (look,) = explainer.specimens, explainer.looks
    assert (specimen.model, specimen.prompt, specimen.written) == ("small", "Dogs chase cats", "")
    assert (look.view, look.layer, look.head) == (View.ATTENTION, None, None)
    assert picture.png == b"AttentionView dark"
    assert "in small" in picture.caption


async def test_what_a_server_withholds_is_hidden_in_what_a_model_expects(
    learn: LearnService, explainer: ScriptedExplainer, painter: ScriptedPainter
) -> None:
    explainer.found = view_of(View.NEXT, Piece(5, " fuck"))
    await learn.picture(await opened(learn, "autoregression"))
    (view,) = painter.drawn
    assert isinstance(view, NextView)
    assert [each.piece.text for each in view.candidates] == ["(withheld)", " a"]


async def test_positions_are_those_of_the_model(
    learn: LearnService, painter: ScriptedPainter
) -> None:
    picture = await learn.picture(await opened(learn, "positional encoding"))
    assert picture is not None
    assert picture.alt == "Positions."
    (sheet,) = painter.drawn
    assert isinstance(sheet, Sheet)
    assert sheet.charts[0].title == "Positions"


@pytest.mark.parametrize("slug", ILLUSTRATIONS)
async def test_every_illustration_can_be_drawn_without_a_word_from_the_person(
    slug: str, learn: LearnService, clock: SetClock
) -> None:
    clock.advance(3_600)
    picture = await learn.picture(await opened(learn, slug))
    assert picture is not None
    assert picture.png
    assert picture.alt
    assert "{" not in picture.caption


async def test_a_lesson_without_a_picture_has_none(learn: LearnService) -> None:
    lesson = await opened(learn, "overfitting", "Dogs chase cats")
    assert lesson.note == "This topic has no picture of a sentence; yours was not used."
    assert lesson.sentence is None
    assert await learn.picture(lesson) is None


async def test_what_cannot_be_drawn_is_told_below_the_lesson(
    learn: LearnService, explainer: ScriptedExplainer, painter: ScriptedPainter
) -> None:
    explainer.refusal = ModelUnavailable("small is not here; ask an admin.")
    picture = await learn.picture(await opened(learn, "tokenisation"))
    assert picture is not None
    assert picture.png is None
    assert picture.caption == "There is no picture this time: small is not here; ask an admin."
    painter.refusal = PictureUnavailable("It took too long; please try again.")
    picture = await learn.picture(await opened(learn, "softmax"))
    assert picture is not None
    assert picture.caption.endswith("It took too long; please try again.")


async def test_without_a_painter_or_an_explainer_there_are_fewer_pictures(
    services: Services, store: Database, clock: SetClock, painter: ScriptedPainter
) -> None:
    for slug in ("softmax", "self-attention"):
        assert (await opened(services.learn, slug)).illustration is None
    drawing = scripted_services(store, ScriptedPool(), clock, [], painter=painter).learn
    assert isinstance((await opened(drawing, "softmax")).illustration, Sketch)
    for slug in ("self-attention", "positional-embeddings"):
        lesson = await opened(drawing, slug)
        assert lesson.illustration is None
        assert await drawing.picture(lesson) is None


def test_all_three_kinds_of_pictures_are_there() -> None:
    kinds = {type(each) for each in ILLUSTRATIONS.values()}
    assert kinds == {Sketch, LookInside, Positions}


# Refusals


@pytest.mark.parametrize("sentence", ["", "  ", "🙂🙂", "…!"])
async def test_a_sentence_without_a_word_is_refused(learn: LearnService, sentence: str) -> None:
    with pytest.raises(InvalidParameter, match="cannot find a word"):
        await opened(learn, "softmax", sentence)


async def test_a_sentence_that_is_too_long_is_refused(learn: LearnService) -> None:
    with pytest.raises(InvalidParameter, match="shorten it to 300"):
        await opened(learn, "softmax", "a" * (MAX_SENTENCE + 1))


async def test_a_sentence_is_shown_only_if_it_is_fit_for_the_server(learn: LearnService) -> None:
    with pytest.raises(NotDecent):
        await opened(learn, "bag of words", "I will kill you tonight")
    with pytest.raises(HelpOffered):
        await opened(learn, "bag of words", "I want to kill myself")


async def test_lessons_count_as_questions_and_unknown_ones_do_not(learn: LearnService) -> None:
    for _ in range(10):
        with pytest.raises(NotFound):
            await opened(learn, "pizza")
    for _ in range(6):
        await opened(learn, "dropout")
    with pytest.raises(RateLimited, match="6 questions per minute"):
        await opened(learn, "dropout")
    await learn.open(BOB, CHANNEL, "dropout")
