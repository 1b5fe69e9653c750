"""`/model` where the operator has configured more models than one message shows."""

import pytest

from bot.domain.model_spec import ModelShape, ModelSpec, ModelStatus
from tests.cogs.conftest import Scene
from tests.scripted_models import ScriptedPool


async def test_a_catalogue_beyond_one_suggestion_list_offers_the_first_25(
    bot: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [ModelStatus(ModelSpec(f"m{n}", "x"), True, False, None, None, None) for n in range(40)]

    async def statuses(pool: ScriptedPool) -> list[ModelStatus]:
        return many

    monkeypatch.setattr(ScriptedPool, "statuses", statuses)
    asked = await bot.ada.autocomplete(bot.channel, "model switch", "model", "m")
    assert len(await asked.suggestions()) == 25


async def test_a_long_catalogue_is_listed_in_several_messages(
    bot: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"{'of-a-course-' * (1 + number % 4)}{number}" for number in range(40)]
    shape = ModelShape(12, 768, 12)
    many = [
        ModelStatus(ModelSpec(name, "x"), True, False, 500_000_000, shape, 500_000_000)
        for name in names
    ]

    async def statuses(pool: ScriptedPool) -> list[ModelStatus]:
        return many

    monkeypatch.setattr(ScriptedPool, "statuses", statuses)
    asked = await bot.ada.slash(bot.channel, "model list")
    first = await asked.responded()
    await bot.server.until(lambda: "-#" in (asked.followups or [first])[-1].content)
    messages = [first, *asked.followups]
    rows = [row for message in messages for row in message.content.split("\n") if "12 " in row]
    assert [row.split()[0] for row in rows] == names
    assert len(messages) > 2
    for message in messages:
        assert message.content.startswith("```\nmodel ")
        assert not bot.bob.sees(message)
