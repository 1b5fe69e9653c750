"""What statistics read of answers: an index that holds all of it.

An answer's row is some kilobytes of prompt, text and card. Statistics want a few numbers of each
of many, so they stand together here and no row is opened.
"""

from sqlalchemy import Index

from bot.storage.tables import answers

COLUMNS = (
    answers.c.server,
    answers.c.kind,
    answers.c.created_at,
    answers.c.asker_id,
    answers.c.model,
    answers.c.state,
    answers.c.basis,
    answers.c.topic,
    answers.c.is_private,
    answers.c.parent_id,
    answers.c.num_new_tokens,
    answers.c.first_token_at,
    answers.c.finished_at,
)
STATISTICS = Index("ix_answers_statistics", *COLUMNS)
