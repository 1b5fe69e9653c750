"""The view *tokens*: how a text is cut.

Byte-pair encoding (Sennrich et al. 2016; over bytes, Radford et al. 2019) starts from single
bytes and merges, again and again, the two neighbours that stood together most often in the
texts it was made from. Frequent words become one token, rare ones several. No model is needed
for it, only its list of merges.
"""

from bot.domain.views import TokensView
from bot.insight.slide import Slide


def tokens_view(slide: Slide) -> TokensView:
    """Every token with its id."""
    num_prompt = slide.num_prompt if slide.is_written else 0
    return TokensView(slide.pieces(0, len(slide.tokens)), num_prompt)
