"""`/ask` as people meet it: one message grows, ends once, and keeps Discord's rules."""

import asyncio
import re

import pytest

from bot.domain.conversation import Length
from bot.domain.sampling import FinishReason
from bot.domain.server_settings import ThreadsMode
from tests.cogs.conftest import Scene
from tests.discord_server.commands import SLASH
from tests.discord_server.interaction import COMMAND
from tests.discord_server.refusal import NotPossible
from tests.scripted_models import Script
from tests.study_server import JUDGING

LONG = [f" word{number}" for number in range(900)]


async def test_an_answer_streams_into_one_message_and_ends_with_buttons(bot: Scene) -> None:
    gate = asyncio.Event()
    bot.pool.scripts = [Script(gate=gate)]
    interaction = await bot.ada.slash(bot.channel, "ask", question="What is dropout?", seed=7)
    message = await interaction.responded()
    await bot.server.until(lambda: "Stop" in message.buttons)
    assert "Dropout ▌" in message.content
    gate.set()
    await bot.ended(message)
    assert message.content == (
        "> What is dropout?\nDropout zeroes activations.\n"
        "-# ⚠️ From the model's memory, unchecked.\n-# small · seed 7 · 4 tokens"
    )
    assert message.buttons == ["Regenerate", "Details", "Look inside", *JUDGING]
    assert [each for each in bot.channel.messages if not each.deleted] == [message]


async def test_it_is_acknowledged_before_the_model_is_even_loaded(bot: Scene) -> None:
    bot.pool.load_gate = asyncio.Event()
    interaction = await bot.ada.slash(bot.channel, "ask", question="Why?", model="large")
    await interaction.acknowledged(1)
    message = interaction.response_message
    assert message is not None
    await bot.server.until(lambda: "Loading large: 25%" in message.content)
    bot.pool.load_gate.set()
    await bot.ended(message)


async def test_a_waiting_person_sees_their_place(bot: Scene) -> None:
    admission = asyncio.Event()
    bot.pool.scripts = [Script(admission=admission)]
    interaction = await bot.ada.slash(bot.channel, "ask", question="What is dropout?")
    message = await interaction.responded()
    await bot.server.until(lambda: "In line: 1 answer ahead, about 3 s" in message.content)
    admission.set()
    await bot.ended(message)


async def test_a_long_answer_becomes_several_messages_with_every_word_once(bot: Scene) -> None:
    bot.server.rate_limits.lift()
    bot.pool.scripts = [Script(words=LONG)]
    await bot.set(threads=ThreadsMode.OFF)
    parts = await bot.ask_long()
    assert len(parts) >= 4
    assert all(len(part.content) <= 2_000 for part in parts)
    text = " ".join(part.content for part in parts)
    assert re.findall(r"word\d+", text) == [word.strip() for word in LONG]
    assert [part.buttons for part in parts[:-1]] == [[]] * (len(parts) - 1)


async def test_a_code_block_is_whole_in_every_message(bot: Scene) -> None:
    bot.server.rate_limits.lift()
    code = "\n".join(f"x{number} = layer(x{number - 1})" for number in range(1, 150))
    bot.pool.scripts = [Script(words=["Look:\n```python\n", code, "\n```\nDone."])]
    await bot.set(threads=ThreadsMode.OFF)
    for part in await bot.ask_long():
        fences = [line for line in part.content.split("\n") if line.startswith("```")]
        assert len(fences) % 2 == 0
        assert all(fence == "```python" for fence in fences[::2])


async def test_a_fast_answer_is_not_edited_once_per_token(bot: Scene) -> None:
    bot.pool.scripts = [Script(words=LONG[:200])]
    message = await bot.ask()
    assert message.num_edits < 20  # of 200 tokens, also where the machine is slow
    assert bot.server.statistics.num_rate_limited == 0


async def test_a_slow_answer_never_runs_into_the_rate_limit(bot: Scene) -> None:
    class Dripping(asyncio.Event):
        async def wait(self) -> bool:  # type: ignore[override]
            await asyncio.sleep(0.05)
            return True

    bot.pool.scripts = [Script(words=LONG[:80], gate=Dripping())]
    interaction = await bot.ada.slash(bot.channel, "ask", question="What is dropout?")
    message = await interaction.responded()
    await bot.server.until(lambda: "Regenerate" in message.buttons, timeout=20)
    assert bot.server.statistics.num_rate_limited == 0
    assert message.num_edits >= 3
    assert "word79" in message.content


async def test_the_end_lands_although_discord_stumbles(bot: Scene) -> None:
    bot.server.fail_next("PATCH", r".*/messages/@original", status=502, times=2)
    message = await bot.ask()
    assert message.content.endswith("4 tokens")


async def test_a_private_answer_is_seen_by_its_asker_only(bot: Scene) -> None:
    message = await bot.ask("My secret worry?", private=True)
    assert bot.ada.sees(message)
    assert not bot.bob.sees(message)
    assert message.thread is None
    await bot.ask("What is dropout?")
    assert "secret" not in bot.pool.prompts[-1]


async def test_a_long_private_answer_stays_private(bot: Scene) -> None:
    bot.server.rate_limits.lift()
    bot.pool.scripts = [Script(words=LONG)]
    parts = await bot.ask_long("Tell me?", private=True)
    assert len(parts) >= 4
    assert all(message.is_ephemeral for message in bot.server.messages)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("\u200b\u200b", "Your question is empty; please write one"),
        ("\u202e\u2066", "Your question is empty; please write one"),
        ("\u3164\u2800", "Your question is empty; please write one"),
        ("🤖🤖", "please ask in words"),
        ("x" * 5_000, "please shorten it to 4,000 or fewer"),
    ],
)
async def test_a_question_that_cannot_be_answered_gets_one_sentence(
    bot: Scene, question: str, sentence: str
) -> None:
    interaction = await bot.ada.slash(bot.channel, "ask", question=question)
    message = await interaction.responded()
    await bot.server.until(lambda: not message.is_loading)
    assert sentence in message.content
    assert bot.pool.prompts == []


@pytest.mark.parametrize(
    "question",
    [
        "@everyone what is dropout?",
        "```\nbroken fence",
        "\u202eמה זה?",
        "> quote\n# head",
        "[a](b)",
    ],
)
async def test_a_strange_question_is_answered_and_pings_nobody(bot: Scene, question: str) -> None:
    bot.pool.scripts = [Script(words=["@everyone ", "<@123> ", "no"])]
    message = await bot.ask(question)
    assert not message.pinged_everyone
    assert message.pinged_users == []
    assert "@everyone" not in message.content
    assert "<@123>" not in message.content
    assert "-# small" in message.content


async def test_a_question_beyond_what_discord_takes_cannot_be_typed(bot: Scene) -> None:
    with pytest.raises(NotPossible, match="takes 1 to 6000 characters"):
        await bot.ada.slash(bot.channel, "ask", question="x" * 10_000)


async def test_a_client_that_sends_white_space_gets_one_sentence(bot: Scene) -> None:
    """Discord's own app strips it; others send what they like."""
    with pytest.raises(NotPossible):
        await bot.ada.slash(bot.channel, "ask", question="  \n\t ")
    command = bot.server.commands.find("ask", SLASH, bot.guild)
    assert command is not None
    option = {"name": "question", "type": 3, "value": "  \n\t "}
    data = {"id": command["id"], "name": "ask", "type": SLASH, "options": [option]}
    message = await bot.ada.interact(COMMAND, bot.channel, data).responded()
    assert message.content.startswith("Your question is empty; please write one")
    assert bot.pool.prompts == []


@pytest.mark.parametrize("length", list(Length))
async def test_a_length_is_how_long_the_answer_may_become(bot: Scene, length: Length) -> None:
    await bot.ask(length=length.value)
    assert bot.pool.samplings[-1].max_new_tokens == length.max_new_tokens


async def test_a_length_that_is_not_offered_cannot_be_chosen(bot: Scene) -> None:
    with pytest.raises(NotPossible, match="offers"):
        await bot.ada.slash(bot.channel, "ask", question="Why?", length="endless")


async def test_an_unknown_model_is_named_with_the_known_ones(bot: Scene) -> None:
    interaction = await bot.ada.slash(bot.channel, "ask", question="Why?", model="gpt-5")
    message = await interaction.responded()
    await bot.server.until(lambda: not message.is_loading)
    assert message.content == "There is no model gpt-5; there are large, small and tiny."


async def test_model_names_are_suggested(bot: Scene) -> None:
    asked = await bot.ada.autocomplete(bot.channel, "ask", "model", "LA", question="Why?")
    assert await asked.suggestions() == ["large"]


async def test_a_bug_is_one_sentence_with_an_id(bot: Scene) -> None:
    bot.pool.scripts = [Script(error=RuntimeError("tensor on fire"))]
    message = await bot.ask()
    assert "error id bug1" in message.content
    assert "fire" not in message.content
    assert [str(bug) for bug in bot.bugs] == ["tensor on fire"]
    bot.bugs.clear()


async def test_an_answer_without_a_word_says_so(bot: Scene) -> None:
    bot.pool.scripts = [Script(words=[])]
    message = await bot.ask()
    assert "nothing to say" in message.content


async def test_dropped_turns_are_told_below_the_answer(bot: Scene) -> None:
    bot.pool.window = 260
    for _ in range(3):
        await bot.ask("word " * 60)
    assert "no longer fit" in (await bot.ask("word " * 60)).content


async def test_an_answer_outlives_the_interactions_token(bot: Scene) -> None:
    gate = asyncio.Event()
    bot.pool.scripts = [Script(gate=gate)]
    interaction = await bot.ada.slash(bot.channel, "ask", question="What is dropout?")
    message = await interaction.responded()
    await bot.server.until(lambda: "Stop" in message.buttons)
    bot.server.clock.advance(16 * 60)
    gate.set()
    await bot.ended(message)
    assert "Dropout zeroes activations." in message.content


async def test_a_deleted_message_ends_its_answer_and_nothing_else(bot: Scene) -> None:
    gate = asyncio.Event()
    bot.pool.scripts = [Script(gate=gate), Script()]
    interaction = await bot.ada.slash(bot.channel, "ask", question="What is dropout?")
    message = await interaction.responded()
    await bot.server.until(lambda: "Stop" in message.buttons)
    await bot.admin.delete(message)
    gate.set()
    await bot.closed(1)
    assert "zeroes" in (await bot.ask()).content


async def test_a_deleted_channel_ends_its_answer_and_nothing_else(bot: Scene) -> None:
    gate = asyncio.Event()
    bot.pool.scripts = [Script(gate=gate), Script()]
    other = bot.guild.add_channel("doomed")
    interaction = await bot.ada.slash(other, "ask", question="What is dropout?")
    message = await interaction.responded()
    await bot.server.until(lambda: "Stop" in message.buttons)
    other.delete()
    gate.set()
    await bot.closed(1)
    assert "zeroes" in (await bot.ask()).content


async def test_an_answer_that_was_cut_off_offers_to_go_on(bot: Scene) -> None:
    bot.pool.scripts = [Script(finish_reason=FinishReason.LENGTH)]
    assert (await bot.ask()).buttons == [
        "Regenerate",
        "Continue",
        "Details",
        "Look inside",
        *JUDGING,
    ]


async def test_losing_the_gateway_in_the_middle_costs_nothing(bot: Scene) -> None:
    gate = asyncio.Event()
    bot.pool.scripts = [Script(gate=gate)]
    interaction = await bot.ada.slash(bot.channel, "ask", question="What is dropout?")
    message = await interaction.responded()
    await bot.server.until(lambda: "Stop" in message.buttons)
    await bot.server.drop_gateway(resumable=True)
    gate.set()
    await bot.ended(message)
    await bot.server.connected()
    assert "zeroes" in (await bot.ask()).content


async def test_what_discord_answers_in_privates_works_too(bot: Scene) -> None:
    interaction = await bot.ada.slash(bot.ada.dm_channel, "ask", question="What is dropout?")
    message = await bot.final(interaction)
    assert "zeroes" in message.content
    assert message.thread is None
