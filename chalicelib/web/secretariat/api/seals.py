"""The secretariat's route to a campaign's seal."""

from typing import Any

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.campaigns import campaigns
from chalicelib.kernel.errors import NotFound, NotSealed
from chalicelib.kernel.gateways import files
from chalicelib.kernel.instants import rfc3339
from chalicelib.web.rim import caller
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.operation import operation
from chalicelib.web.rim.replies import Reply


class SealReply(Reply):
    """What was sealed: the manifest, and the SHA-256 of the manifest's file."""

    sealed_at: str
    manifest: dict[str, Any]
    manifest_sha256: str


@operation("GET", "/api/v1/campaigns/{campaign}/seal", who=Act.LOOK, gives=SealReply, refuses=(NotFound, NotSealed))
def get_seal(call: Call, campaign_id: str) -> Response:  # noqa: ARG001 - who asks is all that it says
    """What was sealed."""
    seal = campaigns.read(campaign_id).seal
    if seal is None:
        raise NotSealed("not_sealed", campaign=campaign_id)
    manifest = files.read(seal.manifest).decode()
    head = caller.reply({"sealed_at": rfc3339(seal.sealed_at), "manifest_sha256": seal.manifest_sha256})
    # The manifest stands in the answer as it was hashed, byte for byte.
    head.body = f'{head.body[:-1]},"manifest":{manifest}}}'
    return head
