"""How alike the places of a text are to a model: its position embeddings, compared.

GPT-2 learns one vector for each place and adds it to the token's (Radford et al. 2018). Nothing
tells it that 5 is nearer to 6 than to 600; that neighbours have become alike is learnt. The
cosine of two vectors is 1 where they point the same way and 0 where they have nothing in common.
"""

import torch
from torch.nn import functional

from bot.domain.charts import HeatMap
from bot.generation.anatomy import Anatomy
from bot.generation.errand import Pieces

NUM_PLACES = 64
"""Places that are compared: cells that can still be told apart."""


def position_similarity(anatomy: Anatomy, model: str) -> Pieces[HeatMap]:
    """Cosines of every n-th position embedding with every n-th."""
    vectors = anatomy.gpt2.positions  # (window, W)
    step = -(-len(vectors) // NUM_PLACES)
    chosen = functional.normalize(vectors[::step].float(), dim=-1)
    yield
    cosines = torch.clamp(chosen @ chosen.T, -1, 1)
    names = tuple(str(place) for place in range(0, len(vectors), step))
    return HeatMap(
        title=f"How alike the positions are to {model}",
        rows=names,
        columns=names,
        values=tuple(tuple(row) for row in cosines.tolist()),
        row_name="position",
        column_name="position",
        value_name="cosine",
    )
