"""What becomes of a response, for who holds its receipt: received, and after the seal counted, with a proof of it."""

from dataclasses import dataclass

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign, Seal
from chalicelib.collection import members, responses
from chalicelib.collection.response import Response
from chalicelib.collection.ticket import id_of
from chalicelib.kernel.codes import receipt_in
from chalicelib.kernel.errors import ReceiptUnknown
from chalicelib.sealing.roll import tree
from chalicelib.sealing.roll.lines import line_of


class NoProof(Exception):
    """The tree's file isn't the one that was sealed."""


@dataclass(frozen=True, slots=True)
class Proved:
    """That a line stands in the roll."""

    place: int
    """Counted from 0, of so many `lines`."""
    lines: int
    path: tuple[str, ...]
    root: str


@dataclass(frozen=True, slots=True)
class Counted:
    """How the seal counted a response."""

    valid: bool
    line: str
    """Of the roll."""
    proved: Proved | None
    """None: it was sealed before there was `tree.bin`."""


@dataclass(frozen=True, slots=True)
class Found:
    """A response by its receipt; `counted` once its campaign is sealed."""

    response: Response
    campaign: Campaign
    counted: Counted | None

    @property
    def receipt(self) -> str:
        """As it is printed."""
        return self.response.receipt

    @property
    def withdrawn(self) -> bool:
        """Whether it was taken back; a seal counts it all the same, as not valid."""
        return self.response.withdrawn


def find_receipt(typed: str) -> Found:
    """The response whose receipt was typed, however it was. Raises `ReceiptUnknown`.

    Two reads of tables; after the seal three ranges of files. Nothing is read for what can be no receipt.
    """
    receipt = receipt_in(typed)
    response = responses.find(id_of(receipt)) if receipt else None
    if response is None:
        raise ReceiptUnknown("no_receipt")
    campaign = campaigns.read(response.campaign)
    counted = _counted(campaign.id, campaign.seal, response) if campaign.seal else None
    return Found(response, campaign, counted)


def _counted(campaign: str, seal: Seal, response: Response) -> Counted:
    """By the seal that holds. Raises `ReceiptUnknown` where it came too late for it, and was never acknowledged."""
    member = members.find(campaign, seal, response.id)
    if member is None:
        raise ReceiptUnknown("no_receipt")
    valid = response.valid if member.valid is None else member.valid
    line = line_of(response, valid=valid).decode()
    if member.place is None or not seal.root:
        return Counted(valid, line, None)
    return Counted(valid, line, _proved(campaign, seal, member.place))


def _proved(campaign: str, seal: Seal, place: int) -> Proved:
    """Read from the tree's file, whose root must be the one that was sealed. Raises `NoProof`."""
    lines = seal.members or 0
    proof = tree.prove(f"{seal.folder(campaign, 'final', seal.number)}/{tree.NAME}", lines, place)
    if proof.root.hex() != seal.root:
        raise NoProof
    return Proved(place, lines, tuple(one.hex() for one in proof.path), seal.root)
