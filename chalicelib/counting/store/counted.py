"""What a stored response adds to the counts: from its item, as the table or its stream gives it, or as it was read."""

from chalicelib.collection.response import Response
from chalicelib.collection.responses import WAS_VALID, Unreadable
from chalicelib.counting.domain.tally import Counted, hour_of
from chalicelib.kernel.store.dynamodb import Item


def read_counted(item: Item, sequence: int = 0) -> Counted:
    """What an item adds to the tallies, which count as accepted: a withdrawn one as it was. Raises `Unreadable`."""
    try:
        return Counted(
            campaign=item["c"]["S"],
            unit=item["u"]["S"],
            link=item["l"]["S"],
            edition=item["e"]["S"],
            hour=hour_of(int(item["at"]["N"])),
            valid="x" not in item or WAS_VALID in item,
            residence=item["p"]["S"] if "p" in item else None,
            sequence=sequence,
        )
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from None


def counted_of(response: Response) -> Counted:
    """What a response adds to the final figures, with its verdict as it is."""
    return Counted(
        campaign=response.campaign,
        unit=response.unit,
        link=response.link,
        edition=response.edition,
        hour=hour_of(response.accepted_at),
        valid=response.valid,
        residence=response.residence,
    )
