"""The ended-sessions table: sessions that somebody has signed out of before they ran out, by the hash of their tokens.

Asked about once in every request that comes with a session: so a copied cookie is of no use anywhere from then on.
"""

from pynamodb.attributes import TTLAttribute, UnicodeAttribute

from chalicelib.kernel.instants import shanghai
from chalicelib.kernel.store.dynamodb import Table, TableMeta, table_name
from chalicelib.kernel.store.writes import commit, put


class EndedSessionItem(Table):
    """One session that is over."""

    class Meta(TableMeta):
        table_name = table_name("ended-sessions")

    hash = UnicodeAttribute(hash_key=True)
    gone_at = TTLAttribute()
    """When the session would have run out, so that nobody need know of it any more; DynamoDB may take days more."""


def end(hashed: str, expires_at: int) -> None:
    """Ends the session with the token of this hash, which would last until `expires_at` (ms). Ending it again does
    nothing more."""
    whole_second_after = expires_at + 1_000 - expires_at % 1_000
    commit(put(EndedSessionItem(hashed, gone_at=shanghai(whole_second_after))))


def is_ended(hashed: str) -> bool:
    """Whether somebody has signed out of this session; one consistent read."""
    try:
        EndedSessionItem.get(hashed, consistent_read=True)
    except EndedSessionItem.DoesNotExist:
        return False
    return True
