"""Journeys of the curious: how an answer came about, and whether it comes out again."""

from bot.domain.draft import Draft
from tests.discord_server import Message
from tests.journeys.campus import Campus


async def details(campus: Campus, message: Message) -> str:
    press = await campus.bob.click(message, "Details")
    return (await press.responded(campus.patience_seconds)).content


async def replayed(campus: Campus, number: int) -> str:
    asked = await campus.ada.slash(campus.channel, "replay", id=number)
    return (await campus.settled(asked)).content


async def test_an_answer_written_in_company_is_written_again_alone_beside_others(
    campus: Campus,
) -> None:
    async with campus.bot():
        others = [campus.guild.add_channel(f"other-{number}") for number in range(3)]
        for other in others:
            await campus.start(campus.bob, other, "What is a loss?", length="long")
        message = await campus.ask(campus.ada, campus.channel, "What is dropout?", length="short")
        row = await campus.row(message)
        (draft,) = row.drafts
        assert isinstance(draft, Draft)
        assert draft.num_new_tokens == 64
        told = await details(campus, message)
        assert f"**Answer:** #{row.id} – " in told
        assert "weights in float32" in told
        assert "answer         64 ██" in told
        running = await campus.start(campus.bob, others[0], "What is a key?", length="long")
        verdict = await replayed(campus, row.id)
        assert verdict.startswith(f"✅ Identical: its text of answer {row.id} came out the same")
        assert (await campus.ended(running)).buttons[0] == "Regenerate"


async def test_an_answer_is_written_again_after_a_restart(campus: Campus) -> None:
    async with campus.bot():
        message = await campus.ask(campus.ada, campus.channel, "What is dropout?", length="short")
        number = (await campus.row(message)).id
    async with campus.bot():
        assert (await replayed(campus, number)).startswith("✅ Identical")
