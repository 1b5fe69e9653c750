"""Whoever runs Lectern, at the terminal or at a page without a password, and what is theirs."""

from bot.domain.conversation import Asker

TERMINAL = "terminal"
"""The server of the terminal and the page: its notes, its settings, its conversations."""

OPERATOR = Asker(id="operator", name="operator", is_manager=True, is_operator=True)
