"""`/model list` and `show`: looking is for everybody."""

import pytest

from bot.cogs.model import model_details
from bot.domain.model_spec import ModelSpec, ModelStatus
from tests.cogs.conftest import Scene
from tests.discord_server.refusal import NotPossible
from tests.study_server import answers_from_now_on

LIST = """\
```
model    layers  params  disk  memory  state
→ small  2       3 M     2 MB  1 MB    loaded
  large  2       3 M     2 MB  1 MB    on disk
  tiny   2       3 M     2 MB  1 MB    on disk
```
-# → answers here"""


async def test_any_member_lists_the_models_in_private(bot: Scene) -> None:
    message = await (await bot.ada.slash(bot.channel, "model list")).responded()
    assert message.content == LIST
    assert not bot.bob.sees(message)


async def test_any_member_sees_one_model_in_detail_in_private(bot: Scene) -> None:
    asked = await bot.ada.slash(bot.channel, "model show", model="large")
    message = await asked.responded()
    assert message.content == (
        "**large** · on disk\n"
        "Source: `test/large`\n"
        f"Revision: `{'0' * 40}`\n"
        "2 layers × 64 wide, 4 heads, 3.4 million parameters, reads 1,024 tokens\n"
        "Disk: 2 MB · memory: 1 MB"
    )
    assert not bot.bob.sees(message)


def test_a_model_that_has_read_tells_how_much_it_knew_already() -> None:
    spec = ModelSpec("large", "test/large")
    details = model_details(ModelStatus(spec, True, True, 1_000_000, None, None, 12_000, 9_000))
    assert details.endswith("12,000 tokens of prompts, 75% of them known from earlier ones")


async def test_the_list_can_be_seen_although_the_servers_model_was_removed(bot: Scene) -> None:
    await bot.set(model="gone")
    message = await (await bot.admin.slash(bot.channel, "model list")).responded()
    assert "small" in message.content
    assert "→ small" not in message.content
    assert (
        "-# gone was chosen here but is no longer listed; an admin must switch." in message.content
    )
    assert (await bot.switch("large")).content == answers_from_now_on("large")


@pytest.mark.parametrize("command", ["show", "switch"])
@pytest.mark.parametrize(
    ("typed", "offered"),
    [("", ["small", "large", "tiny"]), ("AR", ["large"]), ("l", ["small", "large"]), ("x", [])],
)
async def test_names_are_suggested_by_what_they_contain(
    bot: Scene, command: str, typed: str, offered: list[str]
) -> None:
    asked = await bot.ada.autocomplete(bot.channel, f"model {command}", "model", typed)
    assert await asked.suggestions() == offered


@pytest.mark.parametrize("command", ["show", "switch"])
async def test_an_unknown_model_is_named_with_the_known_ones(bot: Scene, command: str) -> None:
    asked = await bot.admin.slash(bot.channel, f"model {command}", model="gpt-5")
    message = await bot.settled(asked)
    assert message.content == "There is no model gpt-5; there are large, small and tiny."


async def test_an_unknown_model_pings_nobody(bot: Scene) -> None:
    message = await bot.switch(f"@everyone {bot.ada.mention}")
    assert message.content.startswith("There is no model @everyone")
    assert not message.pinged_everyone
    assert message.pinged_users == []


@pytest.mark.parametrize("command", ["model show", "model switch"])
async def test_a_name_that_no_message_could_repeat_cannot_be_typed(
    bot: Scene, command: str
) -> None:
    with pytest.raises(NotPossible, match="takes 1 to 100 characters"):
        await bot.admin.slash(bot.channel, command, model="x" * 3_000)
