"""The other side of `benchmarks.in_bot`: a loopback Discord with people, in its own process.

Prints its addresses as one JSON line, then, for every line `NUM_PEOPLE NUM_TOKENS` that it
reads, lets that many people use /complete at once and prints when each of them saw the first
word, as one JSON line.
"""

import asyncio
import json
import sys
import time

from tests.discord_server import DiscordServer, Message, Person, TextChannel

PATIENCE_SECONDS = 600.0


async def play(server: DiscordServer, people: list[Person], channels: list[TextChannel]) -> None:
    """Serve rounds until standard input ends."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        num_people, num_tokens = map(int, line.split())
        asked = await asyncio.gather(
            *(
                person.slash(
                    channel,
                    "complete",
                    text="Once upon a time",
                    max_new_tokens=num_tokens,
                    temperature=1.0,
                    seed=number,
                )
                for number, (person, channel) in enumerate(
                    zip(people[:num_people], channels, strict=False)
                )
            )
        )
        seen = []
        for interaction in asked:
            message = await interaction.responded(PATIENCE_SECONDS)
            await server.until(
                lambda shown=message: "Regenerate" in shown.buttons, PATIENCE_SECONDS
            )
            seen.append(
                {"source": f"interaction:{interaction.id}", "first_text": first_text(message)}
            )
        print(json.dumps(seen), flush=True)


def first_text(message: Message) -> float | None:
    """When the first version with a word of the model appeared, in seconds since 1970."""
    for version in message.versions:
        if "**Once upon a time**" in version.content:
            return version.at - time.monotonic() + time.time()
    return None  # the model had nothing to say


async def main() -> None:
    """Open the study server."""
    async with DiscordServer() as server:
        guild = server.add_guild("Benchmark")
        people = [server.add_person(f"person{number}") for number in range(32)]
        for person in people:
            guild.join(person)
        channels = [guild.add_channel(f"room{number}") for number in range(32)]
        addresses = {"api": server.api_url, "gateway": server.gateway_url, "token": server.token}
        print(json.dumps(addresses), flush=True)
        await play(server, people, channels)


if __name__ == "__main__":
    asyncio.run(main())
