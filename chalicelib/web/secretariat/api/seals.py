"""The secretariat's route to a campaign's seal."""

from chalice.app import Request, Response

from chalicelib.access.domain.roles import Act
from chalicelib.access.usecases.authenticate import secretariat
from chalicelib.campaigns import campaigns
from chalicelib.kernel.errors import NotSealed
from chalicelib.kernel.gateways import files
from chalicelib.kernel.instants import rfc3339
from chalicelib.web.rim import caller
from chalicelib.web.rim.problems import answered


@answered
def get_seal(request: Request, campaign_id: str) -> Response:
    """`GET /api/v1/campaigns/{id}/seal`"""
    secretariat(caller.key(request), Act.LOOK)
    seal = campaigns.read(campaign_id).seal
    if seal is None:
        raise NotSealed("not_sealed", campaign=campaign_id)
    manifest = files.read(seal.manifest).decode()
    head = caller.reply({"sealed_at": rfc3339(seal.sealed_at), "manifest_sha256": seal.manifest_sha256})
    # The manifest stands in the answer as it was hashed, byte for byte.
    head.body = f'{head.body[:-1]},"manifest":{manifest}}}'
    return head
