"""Contrastive search: likely tokens that do not lead back to where the text has been.

    next = argmax over the k likeliest tokens v of
           (1 − α) · p(v | text) − α · max over earlier positions j of cos(h_v, h_j)

h_j is the model's last hidden state at position j, h_v the one that v would have: it has to be
computed for every candidate, so a step has k rows. Their logits come along, and the winner's
are those that the next candidates are taken from. A text that begins to loop comes back to
states that it had, and pays for it. Source: Su et al. 2022, "A Contrastive Framework for Neural
Text Generation", equation 5; as there, j runs over all positions, those of the prompt too.

Shapes: k candidates, T earlier positions, H heads, D = W / H, V vocabulary.
"""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The likeliest next tokens, best first, with their natural log-probabilities."""

    tokens: tuple[int, ...]
    logprobs: tuple[float, ...]


def shortlist(logits: Tensor, num_candidates: int) -> Shortlist:
    """The `num_candidates` likeliest tokens of one row (V,)."""
    logprobs = torch.log_softmax(logits.float(), dim=-1)
    best = torch.topk(logprobs, min(num_candidates, len(logprobs)))
    return Shortlist(tuple(best.indices.tolist()), tuple(best.values.tolist()))


def choose(candidates: Shortlist, states: Tensor, earlier: Tensor, penalty: float) -> int:
    """The number of the candidate that is taken, the likelier one where two score alike.

    `states` (k, H, D) are the candidates' own, `earlier` (H, T, D) those of the text, T ≥ 1;
    `penalty` is α.
    """
    ours, theirs = states.float(), earlier.float()
    # As one product for all heads, summed: (H, k, D) × (H, D, T).
    products = torch.bmm(ours.transpose(0, 1), theirs.transpose(1, 2)).sum(0)  # (k, T)
    lengths = ours.square().sum((1, 2)).sqrt()[:, None] * theirs.square().sum((0, 2)).sqrt()
    cosines = products / lengths.clamp_min(torch.finfo(torch.float32).tiny)
    nearest = cosines.max(dim=-1).values  # (k,)
    likelihoods = torch.tensor(candidates.logprobs, device=nearest.device).exp()
    return int(((1 - penalty) * likelihoods - penalty * nearest).argmax())
