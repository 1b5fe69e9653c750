"""The section `classifiers`: which runs tell labels, and what for."""

from bot.config_section import Section
from bot.domain.classifier import Use
from bot.domain.topic_guard import GuardMode


class ClassifiersSection(Section):
    """Names of runs, none where empty; `topic_guard_mode` holds where a server chose none."""

    topic_guard: str = ""
    topic_guard_mode: GuardMode = GuardMode.OFF
    answer_ranking: str = ""

    def runs(self) -> dict[Use, str]:
        """The runs that are named, by what they are for."""
        named = {Use.TOPIC_GUARD: self.topic_guard, Use.ANSWER_RANKING: self.answer_ranking}
        return {use: name for use, name in named.items() if name}
