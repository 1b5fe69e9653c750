"""Looking inside: what is looked at, by whom, and what is told where nothing can be seen."""

import asyncio
from typing import Any

import pytest

from bot.domain.conversation import Asker, Conversation
from bot.domain.errors import (
    BotError,
    InvalidParameter,
    ModelUnavailable,
    NotDecent,
    NotFound,
    PictureUnavailable,
    QuestionRefused,
    RateLimited,
    UnknownModel,
)
from bot.domain.look import Look, View
from bot.domain.progress import LoadProgress
from bot.domain.rate_limit import Limit
from bot.domain.views import AnyView, NextView, Piece, TemperatureView
from bot.service.complete import Wish
from bot.service.explain import BUSY, MAX_CHARACTERS, ExplainService, Insight
from bot.service.insight_ports import Theme
from bot.service.seemly import HIDDEN
from bot.service.services import Services
from bot.storage.database import Database
from tests.lookers import ScriptedExplainer, ScriptedPainter, view_of
from tests.scripted_models import Script, ScriptedPool, SetClock
from tests.scripted_services import scripted_services
from tests.service.asking import ADA, ADMIN, BOB, CHANNEL, ask, last_snapshot, question
from tests.service.notes import ASKED, KNOWN, keep, saying

NEXT = Look(View.NEXT)
OPERATOR = Asker("0", "operator", is_operator=True)


@pytest.fixture
def explainer() -> ScriptedExplainer:
    return ScriptedExplainer()


@pytest.fixture
def painter() -> ScriptedPainter:
    return ScriptedPainter()


@pytest.fixture
def services(
    store: Database,
    pool: ScriptedPool,
    clock: SetClock,
    bugs: list[BaseException],
    explainer: ScriptedExplainer,
    painter: ScriptedPainter,
) -> Services:
    return scripted_services(store, pool, clock, bugs, explainer=explainer, painter=painter)


async def look_at(
    services: Services, answer_id: int, look: Look = NEXT, asker: Asker = ADA, **more: Any
) -> Insight:
    return await services.explain.of_answer(asker, "guild", answer_id, look, **more)


async def look_at_text(
    services: Services, text: str = "The cat sat", look: Look = NEXT, **more: Any
) -> Insight:
    asker = more.pop("asker", ADA)
    return await services.explain.of_text(asker, CHANNEL, text, look, **more)


async def refusal_of_text(services: Services, text: str, **more: Any) -> BotError:
    with pytest.raises(BotError) as refused:
        await look_at_text(services, text, **more)
    return refused.value


async def test_an_answer_is_seen_as_its_model_read_and_wrote_it(
    services: Services, explainer: ScriptedExplainer, pool: ScriptedPool
) -> None:
    answer = await ask(services, seed=7)
    insight = await look_at(services, answer.answer_id)
    (specimen,) = explainer.specimens
    assert specimen.prompt == pool.prompts[0]
    assert specimen.written == "Dropout zeroes activations."
    assert specimen.sampling == pool.samplings[0]
    assert (specimen.model, specimen.revision) == ("small", "0" * 40)
    assert insight.png == b"NextView dark"
    assert insight.model == "small"
    assert insight.alt
    assert insight.words


@pytest.mark.parametrize("view", list(View))
async def test_every_view_has_a_picture_and_words(services: Services, view: View) -> None:
    answer = await ask(services)
    insight = await look_at(services, answer.answer_id, Look(view), theme=Theme.LIGHT)
    assert insight.png.endswith(b"View light")
    assert 0 < len(insight.alt) <= 1_000
    assert "\n" not in insight.words.strip()


async def test_what_the_view_chose_is_told_so_that_pages_can_be_turned(services: Services) -> None:
    answer = await ask(services)
    assert (await look_at(services, answer.answer_id)).look == Look(View.NEXT, position=0)
    shown = await look_at(services, answer.answer_id, Look(View.ATTENTION, position=3, layer=1))
    assert shown.look == Look(View.ATTENTION, position=3, layer=1)
    tokens = await look_at(services, answer.answer_id, Look(View.TOKENS))
    assert tokens.look == Look(View.TOKENS)


async def test_below_quotes_what_the_model_wrote_is_seen_not_what_was_shown(
    services: Services, store: Database, pool: ScriptedPool, explainer: ScriptedExplainer
) -> None:
    await keep(store)
    pool.scripts = saying(KNOWN, "Bananas are blue.")
    answer = await ask(services, ASKED)
    assert "Bananas" not in answer.text
    insight = await look_at(services, answer.answer_id)
    assert insight.remark.startswith("Seen here is all that the model itself wrote")
    assert explainer.specimens[0].written == f" {KNOWN} Bananas are blue."
    assert explainer.specimens[0].prompt == pool.prompts[0]


async def test_where_the_model_wrote_nothing_question_and_answer_are_seen(
    services: Services, store: Database, pool: ScriptedPool, explainer: ScriptedExplainer
) -> None:
    await keep(store)
    pool.scripts = [Script(error=QuestionRefused("no"))]
    answer = await ask(services, ASKED)
    insight = await look_at(services, answer.answer_id)
    assert insight.remark.startswith("The model wrote nothing")
    assert explainer.specimens[0].prompt == f"{ASKED}\n"
    assert explainer.specimens[0].written == answer.text


async def test_an_answer_that_has_no_text_is_seen_as_its_question(
    services: Services, pool: ScriptedPool, explainer: ScriptedExplainer
) -> None:
    pool.scripts = [Script(words=[])]
    answer = await ask(services)
    await look_at(services, answer.answer_id)
    assert explainer.specimens[0].prompt == "What is dropout?"
    assert explainer.specimens[0].written == ""


async def test_of_several_samples_the_first_is_seen(
    services: Services, explainer: ScriptedExplainer
) -> None:
    wish = Wish("test:wish", ADA, CHANNEL, "Once upon", num_samples=3, seed=5)
    async with services.complete.complete(wish) as live:
        answer = await last_snapshot(live)
    await look_at(services, answer.answer_id)
    assert explainer.specimens[0].prompt == "Once upon"
    assert explainer.specimens[0].written == "Dropout zeroes activations."
    assert explainer.specimens[0].sampling.seed == 5


async def test_everybody_on_the_server_may_look_and_nobody_else(services: Services) -> None:
    answer = await ask(services)
    assert await look_at(services, answer.answer_id, asker=BOB)
    with pytest.raises(NotFound):
        await services.explain.of_answer(ADA, "elsewhere", answer.answer_id, NEXT)
    with pytest.raises(NotFound):
        await look_at(services, answer.answer_id + 1)


async def test_a_private_answer_is_seen_by_its_asker_only(services: Services) -> None:
    answer = await ask(services, is_private=True)
    assert await look_at(services, answer.answer_id)
    with pytest.raises(NotFound):
        await look_at(services, answer.answer_id, asker=ADMIN)


async def test_an_answer_that_is_being_written_is_waited_for(
    services: Services, pool: ScriptedPool
) -> None:
    pool.scripts = [Script(gate=asyncio.Event())]
    async with services.ask.ask(question()) as live:
        with pytest.raises(QuestionRefused, match="still being written"):
            await look_at(services, live.answer.id)
        live.stop()


async def test_a_model_that_is_gone_is_told_with_the_answer(
    services: Services, explainer: ScriptedExplainer
) -> None:
    answer = await ask(services)
    explainer.refusal = UnknownModel("There is no model small; there are large and tiny.")
    with pytest.raises(ModelUnavailable, match="Answer 1 was written by small, which is no longer"):
        await look_at(services, answer.answer_id)


async def test_loading_is_told(services: Services) -> None:
    answer = await ask(services)
    heard: list[LoadProgress] = []
    await look_at(services, answer.answer_id, on_progress=heard.append)
    assert [each.model for each in heard] == ["small"]


@pytest.mark.parametrize(
    "refusal", [InvalidParameter("There is no layer 99."), PictureUnavailable("Too slow.")]
)
async def test_refusals_come_through(
    services: Services,
    explainer: ScriptedExplainer,
    painter: ScriptedPainter,
    refusal: BotError,
) -> None:
    answer = await ask(services)
    if isinstance(refusal, PictureUnavailable):
        painter.refusal = refusal
    else:
        explainer.refusal = refusal
    with pytest.raises(type(refusal), match=refusal.text):
        await look_at(services, answer.answer_id)


async def test_a_text_is_seen_whole_by_the_servers_model_or_the_one_that_is_named(
    services: Services, explainer: ScriptedExplainer
) -> None:
    await look_at_text(services, " The cat\u200d sat")
    await look_at_text(services, model="large")
    first, second = explainer.specimens
    assert (first.prompt, first.written) == (" The cat\u200d sat", "")
    assert [first.model, second.model] == ["small", "large"]


async def test_a_text_counts_as_a_question(
    services: Services, store: Database, explainer: ScriptedExplainer
) -> None:
    await services.settings.change(ADMIN, CHANNEL.server, person_limit=Limit(2, 60))
    await look_at_text(services)
    await look_at_text(services)
    assert isinstance(await refusal_of_text(services, "The cat sat"), RateLimited)
    assert len(explainer.specimens) == 2
    assert await look_at_text(services, asker=OPERATOR)


async def test_an_answer_is_looked_at_without_limits(services: Services) -> None:
    await services.settings.change(ADMIN, CHANNEL.server, person_limit=Limit(1, 60))
    answer = await ask(services)
    for _ in range(3):
        await look_at(services, answer.answer_id)


class Waiting(ScriptedExplainer):
    """Looks for as long as nobody opens the gate."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.is_looking = asyncio.Event()

    async def view(self, *wanted: Any) -> AnyView:
        self.is_looking.set()
        await self.gate.wait()
        return await super().view(*wanted)


async def test_one_person_looks_at_one_thing_at_a_time_and_others_meanwhile(
    store: Database,
    pool: ScriptedPool,
    clock: SetClock,
    bugs: list[BaseException],
    painter: ScriptedPainter,
) -> None:
    explainer = Waiting()
    services = scripted_services(store, pool, clock, bugs, explainer=explainer, painter=painter)
    answer = await ask(services)
    first = asyncio.create_task(look_at(services, answer.answer_id))
    await explainer.is_looking.wait()
    with pytest.raises(QuestionRefused, match="your last picture"):
        await look_at(services, answer.answer_id)
    assert (await refusal_of_text(services, "The cat sat")).text == BUSY
    other = asyncio.create_task(look_at(services, answer.answer_id, asker=BOB))
    explainer.gate.set()
    assert all(await asyncio.gather(first, other))
    assert await look_at(services, answer.answer_id), "and again after that"


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
async def test_an_empty_text_is_refused_and_charged_to_nobody(
    services: Services, text: str, explainer: ScriptedExplainer
) -> None:
    await services.settings.change(ADMIN, CHANNEL.server, person_limit=Limit(1, 60))
    assert "There is no text" in (await refusal_of_text(services, text)).text
    assert await look_at_text(services)


async def test_a_far_too_long_text_is_refused_before_it_is_read(
    services: Services, explainer: ScriptedExplainer
) -> None:
    refused = await refusal_of_text(services, "x" * (MAX_CHARACTERS + 1))
    assert "8,001 characters" in refused.text
    assert not explainer.specimens


async def test_an_indecent_text_is_refused(services: Services) -> None:
    assert isinstance(await refusal_of_text(services, "I fuck you all"), NotDecent)


async def test_what_a_server_withholds_stands_in_no_picture(
    services: Services, explainer: ScriptedExplainer, painter: ScriptedPainter
) -> None:
    explainer.found = view_of(View.NEXT, word=Piece(9, " fuck"))
    shown = (await look_at_text(services)).view
    assert isinstance(shown, NextView)
    assert [each.piece for each in shown.candidates] == [Piece(9, HIDDEN), Piece(2, " a")]
    explainer.found = view_of(View.TEMPERATURE, continuation=" you fucking idiot")
    shown = (await look_at_text(services)).view
    assert isinstance(shown, TemperatureView)
    assert shown.columns[0].continuation == HIDDEN
    assert painter.drawn[-1] == shown


async def test_without_a_painter_nobody_looks_inside(
    store: Database, pool: ScriptedPool, clock: SetClock, bugs: list[BaseException]
) -> None:
    services = scripted_services(store, pool, clock, bugs)
    assert isinstance(services.explain, ExplainService)
    with pytest.raises(PictureUnavailable, match="Nobody can look inside"):
        await services.explain.of_text(ADA, Conversation("guild", "general"), "The cat", NEXT)
