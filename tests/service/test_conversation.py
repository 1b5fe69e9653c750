"""What a person finds of a conversation when they come back, and the sampling they asked with."""

from bot.service.services import Services
from tests.scripted_models import ScriptedPool
from tests.service.asking import ADA, BOB, CHANNEL, ask


async def test_a_person_finds_their_own_newest_answers_again(services: Services) -> None:
    for text in ("What is a loss?", "What is a gate?", "What is dropout?"):
        await ask(services, text)
    await ask(services, "What is attention?", asker=BOB)
    found = await services.details.newest(ADA, CHANNEL, 3)
    assert [answer.question for answer in found] == ["What is a gate?", "What is dropout?"]
    assert all(answer.text for answer in found)


async def test_a_conversation_that_was_forgotten_is_empty(services: Services) -> None:
    await ask(services)
    await services.settings.reset(CHANNEL)
    assert await services.details.newest(ADA, CHANNEL, 3) == []


async def test_the_sampling_that_a_person_named_goes_before_every_other(
    services: Services, pool: ScriptedPool
) -> None:
    await ask(services, sampling={"temperature": 1.5, "top_p": 0.5, "top_k": 30})
    used = pool.samplings[-1]
    assert (used.temperature, used.top_p, used.top_k) == (1.5, 0.5, 30)
    assert not used.is_contrastive
