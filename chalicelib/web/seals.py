"""The secretariat's route to a campaign's seal."""

from chalice.app import Request, Response

from chalicelib.domain.errors import NotSealed
from chalicelib.domain.instants import rfc3339
from chalicelib.domain.roles import Act
from chalicelib.gateways import files
from chalicelib.store import campaigns
from chalicelib.usecases.authenticate import secretariat
from chalicelib.web import caller
from chalicelib.web.problems import answered


@answered
def get_seal(request: Request, campaign_id: str) -> Response:
    """`GET /api/v1/campaigns/{id}/seal`"""
    secretariat(caller.key(request), Act.LOOK)
    seal = campaigns.read(campaign_id).seal
    if seal is None:
        raise NotSealed(f"campaign {campaign_id} isn't sealed yet")
    manifest = files.read(seal.manifest).decode()
    head = caller.reply({"sealed_at": rfc3339(seal.sealed_at), "manifest_sha256": seal.manifest_sha256})
    # The manifest stands in the answer as it was hashed, byte for byte.
    head.body = f'{head.body[:-1]},"manifest":{manifest}}}'
    return head
