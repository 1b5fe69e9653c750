"""Endorsing and correcting answers, for tests."""

from tests.cogs.conftest import Scene
from tests.discord_server import Interaction, Message, Person

QUESTION, TEXT = "Question", "Right answer"
RIGHT = "It is on 14 December at 10:00."
EXAM = "When is the exam?"


async def said(press: Interaction) -> str:
    """What only the presser reads in the end."""

    def shown() -> list[str]:
        messages = [*press.followups, press.response_message]
        return [each.content for each in messages if each and each.is_ephemeral and each.content]

    return (await press.world.waiting.until(shown, 5, lambda: "nothing said"))[0]


async def opened(message: Message, person: Person) -> Interaction:
    """The form that a press on Correct opens."""
    press = await person.click(message, "Correct")
    await press.modal_shown()
    return press


async def correct(message: Message, person: Person, text: str = RIGHT, **fields: str) -> str:
    """Correct an answer; what the assistant then reads."""
    press = await opened(message, person)
    sent = await person.submit_modal(press, {TEXT: text, **fields})
    return (await sent.responded()).content


async def settled(scene: Scene, message: Message, text: str) -> Message:
    await scene.server.until(lambda: text in message.content)
    return message


async def ask_again(scene: Scene, question: str, person: Person | None = None) -> Message:
    """What somebody is told at once, without a model."""
    asked = await (person or scene.bob).slash(scene.channel, "ask", question=question)
    return await scene.final(asked)
