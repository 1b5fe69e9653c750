"""Components: buttons, menus and forms, pressed the way people press them."""

from __future__ import annotations

import discord
import pytest

from tests.discord_server import Message, NotPossible
from tests.discord_server_tests.conftest import Lab


class Panel(discord.ui.View):
    """Two buttons, a link and a menu."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(discord.ui.Button(label="Docs", url="https://example.org"))

    @discord.ui.button(label="Stop", custom_id="stop:1")
    async def stop_it(
        self, interaction: discord.Interaction, button: discord.ui.Button[Panel]
    ) -> None:
        button.disabled = True
        await interaction.response.edit_message(content="stopped", view=self)

    @discord.ui.button(emoji="👍", custom_id="good:1")
    async def good(
        self, interaction: discord.Interaction, button: discord.ui.Button[Panel]
    ) -> None:
        await interaction.response.defer()
        await interaction.followup.send("thanks", ephemeral=True)

    @discord.ui.select(
        placeholder="Length",
        custom_id="length",
        options=[
            discord.SelectOption(label="Short", value="s"),
            discord.SelectOption(label="Long"),
        ],
    )
    async def length(
        self, interaction: discord.Interaction, select: discord.ui.Select[Panel]
    ) -> None:
        await interaction.response.send_message(f"chose {select.values}")

    @discord.ui.button(label="Why", custom_id="why:1", row=2)
    async def why(self, interaction: discord.Interaction, button: discord.ui.Button[Panel]) -> None:
        await interaction.response.send_modal(Form())


class Form(discord.ui.Modal, title="What was wrong?"):
    """One required text."""

    reason: discord.ui.TextInput[Form] = discord.ui.TextInput(
        label="Reason", custom_id="reason", min_length=3, max_length=20
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"noted: {self.reason.value}", ephemeral=True)


@pytest.fixture
async def panel(lab: Lab) -> Message:
    """An answer with the panel under it."""
    lab.bot.on_ask = lambda i: i.response.send_message("answer", view=Panel())
    return await (await lab.ada.slash(lab.general, "ask", question="Panel")).responded()


async def test_a_button_changes_its_message(lab: Lab, panel: Message) -> None:
    assert panel.buttons == ["Stop", "👍", "Docs", "Why"]
    interaction = await lab.bob.click(panel, "Stop")
    await interaction.acknowledged()
    assert panel.content == "stopped"
    assert interaction.response_message is panel
    with pytest.raises(NotPossible, match="greyed out"):
        await lab.ada.click(panel, "stop:1")


async def test_a_button_can_answer_one_person_only(lab: Lab, panel: Message) -> None:
    interaction = await lab.bob.click(panel, "👍")
    message = await interaction.followed_up()
    assert message.visible_to is lab.bob
    assert panel.num_edits == 0


async def test_what_cannot_be_pressed_is_not_sent(lab: Lab, panel: Message) -> None:
    with pytest.raises(NotPossible, match="is a link"):
        await lab.ada.click(panel, "Docs")
    with pytest.raises(NotPossible, match="has no 'Delete'"):
        await lab.ada.click(panel, "Delete")
    stranger = lab.server.add_person("mallory")
    with pytest.raises(NotPossible, match="does not see"):
        await stranger.click(panel, "Stop")


async def test_a_menu_takes_its_own_options(lab: Lab, panel: Message) -> None:
    interaction = await lab.ada.select(panel, "Length", "Short")
    assert (await interaction.responded()).content == "chose ['s']"
    with pytest.raises(NotPossible, match="offers"):
        await lab.ada.select(panel, "length", ["Medium"])
    with pytest.raises(NotPossible, match="1 to 1 values"):
        await lab.ada.select(panel, "length", ["Short", "Long"])


async def test_a_form_is_filled_in_and_sent(lab: Lab, panel: Message) -> None:
    opened = await lab.ada.click(panel, "Why")
    modal = await opened.modal_shown()
    assert modal["title"] == "What was wrong?"
    with pytest.raises(NotPossible, match="3 to 20"):
        await lab.ada.submit_modal(opened, reason="no")
    with pytest.raises(NotPossible, match="required"):
        await lab.ada.submit_modal(opened, {})
    sent = await lab.ada.submit_modal(opened, {"Reason": "too vague"})
    message = await sent.responded()
    assert message.content == "noted: too vague"
    assert sent.message is panel


async def test_layouts_of_the_newer_kind_are_kept_and_never_go_back(lab: Lab) -> None:
    class Layout(discord.ui.LayoutView):
        text: discord.ui.TextDisplay[Layout] = discord.ui.TextDisplay("# Title")

    channel = lab.bot.get_channel(lab.general.id)
    assert isinstance(channel, discord.TextChannel)
    sent = await channel.send(view=Layout())
    assert "# Title" in lab.server.transcript(lab.general)
    with pytest.raises(discord.HTTPException) as refused:
        await sent.edit(content="plain")
    assert refused.value.code == 50035


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([[]] * 6, "BASE_TYPE_MAX_LENGTH"),
        ([[{"type": 2, "style": 1, "label": "x"}]], "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED"),
        ([[{"type": 2, "style": 1, "label": "x" * 81, "custom_id": "a"}]], "BASE_TYPE_MAX_LENGTH"),
        ([[{"type": 2, "style": 1, "label": "x", "custom_id": "a" * 101}]], "BASE_TYPE_BAD_LENGTH"),
        (
            [[{"type": 2, "style": 1, "label": "x", "custom_id": "a"}] * 2],
            "COMPONENT_CUSTOM_ID_DUPLICATED",
        ),
    ],
)
async def test_components_over_the_limits_are_refused(
    lab: Lab, rows: list[list[dict[str, object]]], code: str
) -> None:
    components = [{"type": 1, "components": row} for row in rows]
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=lab.general.id)
    with pytest.raises(discord.HTTPException) as refused:
        await lab.bot.http.request(route, json={"content": "x", "components": components})
    assert refused.value.code == 50035
    assert code in str(refused.value._errors)
