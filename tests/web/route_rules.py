"""Who may do what on each route, written down once more beside the code: the tests of roles and of isolation are
generated from it, and a route that isn't named here fails them."""

from dataclasses import dataclass

from chalicelib.access.domain.roles import Act

ANYBODY = "anybody"
UNIT = "unit"
EITHER = "unit or secretariat"
SIGNED = "signed address"


@dataclass(frozen=True)
class Rule:
    """What a route takes: nothing, a unit's key, either key, or a member of the secretariat who may do `act`."""

    opens: str | Act
    form: str = ""
    """The act that a desk's form asks for, where one route does several."""
    member: Act = Act.LOOK
    """Where either key opens it: what a member of the secretariat does there."""


_TOLD: dict[tuple[str, str], tuple[Rule, ...]] = {
    ("GET", "/"): (Rule(ANYBODY),),
    ("GET", "/privacy"): (Rule(ANYBODY),),
    ("GET", "/api/v1/receipts/{receipt}"): (Rule(ANYBODY),),
    ("DELETE", "/api/v1/receipts/{receipt}"): (Rule(ANYBODY),),
    ("GET", "/receipt"): (Rule(ANYBODY),),
    ("POST", "/receipt"): (Rule(ANYBODY),),
    ("GET", "/results"): (Rule(ANYBODY),),
    ("GET", "/api/v1/results"): (Rule(ANYBODY),),
    ("GET", "/api/v1/results/items"): (Rule(ANYBODY),),
    ("GET", "/results/index"): (Rule(ANYBODY),),
    ("GET", "/api/v1/results/{year}/index"): (Rule(ANYBODY),),
    ("GET", "/api/v1/results/{year}/{edition}/{item}"): (Rule(ANYBODY),),
    ("GET", "/api/v1/results/{year}/{edition}/{item}/{name}"): (Rule(ANYBODY),),
    ("GET", "/s/{code}"): (Rule(ANYBODY),),
    ("GET", "/S/{code}"): (Rule(ANYBODY),),
    ("GET", "/s/{code}/topics"): (Rule(ANYBODY),),
    ("GET", "/s/{code}/echo"): (Rule(ANYBODY),),
    ("GET", "/s/{code}/form"): (Rule(ANYBODY),),
    ("POST", "/s/{code}/form"): (Rule(ANYBODY),),
    ("GET", "/static/{name}"): (Rule(ANYBODY),),
    ("GET", "/api/v1/questionnaires/{edition}"): (Rule(ANYBODY),),
    ("POST", "/api/v1/tickets"): (Rule(ANYBODY),),
    ("POST", "/api/v1/responses"): (Rule(ANYBODY),),
    ("GET", "/api/v1/health"): (Rule(ANYBODY),),
    ("GET", "/openapi.json"): (Rule(ANYBODY),),
    ("GET", "/desk/{campaign}"): (Rule(UNIT),),
    ("POST", "/desk/{campaign}"): (Rule(UNIT, "label"), Rule(UNIT, "supporter"), Rule(UNIT, "digest")),
    ("GET", "/api/v1/counts"): (Rule(UNIT),),
    ("GET", "/api/v1/counts/series"): (Rule(UNIT),),
    ("GET", "/api/v1/links"): (Rule(UNIT),),
    ("GET", "/api/v1/links/{code}/qr.svg"): (Rule(EITHER),),
    ("GET", "/api/v1/links/{code}/qr.png"): (Rule(EITHER),),
    ("GET", "/api/v1/links/{code}/sheet.pdf"): (Rule(EITHER),),
    ("GET", "/api/v1/links/{code}"): (Rule(EITHER),),
    ("PATCH", "/api/v1/links/{code}"): (Rule(EITHER, member=Act.LINKS),),
    ("GET", "/api/v1/quality"): (Rule(EITHER),),
    ("GET", "/api/v1/workbook.xlsx"): (Rule(EITHER),),
    ("GET", "/api/v1/kit.zip"): (Rule(EITHER),),
    ("GET", "/secretariat/{campaign}"): (Rule(Act.LOOK),),
    ("POST", "/secretariat/{campaign}"): (Rule(Act.LOOK, "nothing"),),
    ("GET", "/secretariat/{campaign}/campaign"): (Rule(Act.LOOK),),
    ("POST", "/secretariat/{campaign}/campaign"): (Rule(Act.CAMPAIGN),),
    ("GET", "/secretariat/new"): (Rule(Act.CAMPAIGN),),
    ("POST", "/secretariat/new"): (Rule(Act.CAMPAIGN),),
    ("GET", "/secretariat/{campaign}/units"): (Rule(Act.UNITS),),
    ("POST", "/secretariat/{campaign}/units"): (Rule(Act.UNITS),),
    ("GET", "/secretariat/{campaign}/units/{unit}"): (Rule(Act.LOOK),),
    ("POST", "/secretariat/{campaign}/units/{unit}"): (
        Rule(Act.LINKS, "issue"),
        Rule(Act.LINKS, "label"),
        Rule(Act.LINKS, "revoke"),
        Rule(Act.LINKS, "replace"),
        Rule(Act.KEYS, "rotate"),
        Rule(Act.KEYS, "lock"),
        Rule(Act.KEYS, "unlock"),
        Rule(Act.UNITS, "contact"),
        Rule(Act.UNITS, "change"),
    ),
    ("GET", "/secretariat/{campaign}/import"): (Rule(Act.UNITS),),
    ("POST", "/secretariat/{campaign}/import"): (Rule(Act.UNITS),),
    ("GET", "/secretariat/{campaign}/links"): (Rule(Act.LOOK),),
    ("POST", "/secretariat/{campaign}/links"): (
        Rule(Act.LINKS, "wanted"),
        Rule(Act.EXPORTS, "kits"),
        Rule(Act.CANCEL, "cancel"),
    ),
    ("GET", "/secretariat/{campaign}/annexes"): (Rule(Act.LOOK),),
    ("POST", "/secretariat/{campaign}/annexes"): (
        Rule(Act.CAMPAIGN, "due"),
        Rule(Act.UNITS, "remind"),
        Rule(Act.UNITS, "send-back"),
    ),
    ("GET", "/secretariat/{campaign}/gifts"): (Rule(Act.LOOK),),
    ("POST", "/secretariat/{campaign}/gifts"): (Rule(Act.UNITS),),
    ("GET", "/secretariat/{campaign}/supporters"): (Rule(Act.LOOK),),
    ("GET", "/secretariat/{campaign}/exports"): (Rule(Act.LOOK),),
    ("POST", "/secretariat/{campaign}/exports"): (Rule(Act.EXPORTS, "order"), Rule(Act.CANCEL, "cancel")),
    ("GET", "/exports/{export}"): (Rule(Act.LOOK),),
    ("GET", "/secretariat/{campaign}/counting"): (Rule(Act.LOOK),),
    ("POST", "/secretariat/{campaign}/counting"): (Rule(Act.CANCEL, "cancel"),),
    ("GET", "/secretariat/{campaign}/mail"): (Rule(Act.LOOK),),
    ("GET", "/secretariat/{campaign}/mail/{mail}"): (Rule(Act.LOOK),),
    ("POST", "/secretariat/{campaign}/mail/{mail}"): (Rule(Act.MAILS, "again"),),
    ("GET", "/secretariat/{campaign}/audit"): (Rule(Act.LOOK),),
    ("GET", "/api/v1/campaigns"): (Rule(ANYBODY),),
    ("PUT", "/api/v1/campaigns/{campaign}"): (Rule(Act.CAMPAIGN),),
    ("GET", "/api/v1/campaigns/{campaign}"): (Rule(Act.LOOK),),
    ("GET", "/api/v1/campaigns/{campaign}/seal"): (Rule(Act.LOOK),),
    ("POST", "/api/v1/campaigns/{campaign}/take-over"): (Rule(Act.CAMPAIGN),),
    ("GET", "/api/v1/campaigns/{campaign}/take-over"): (Rule(Act.LOOK),),
    ("GET", "/secretariat/{campaign}/publish"): (Rule(Act.LOOK),),
    ("POST", "/secretariat/{campaign}/publish"): (Rule(Act.PUBLISH),),
    ("GET", "/secretariat/{campaign}/unseal"): (Rule(Act.UNSEAL),),
    ("POST", "/secretariat/{campaign}/unseal"): (Rule(Act.UNSEAL),),
    ("GET", "/secretariat/{campaign}/questionnaires"): (Rule(Act.LOOK),),
    ("POST", "/secretariat/{campaign}/questionnaires"): (Rule(Act.CAMPAIGN),),
    ("GET", "/secretariat/{campaign}/questionnaires/{edition}/{version}"): (Rule(Act.LOOK),),
    ("POST", "/secretariat/{campaign}/questionnaires/{edition}/{version}"): (
        Rule(Act.CAMPAIGN, "choose"),
        Rule(Act.CAMPAIGN, "remove"),
    ),
    ("GET", "/secretariat/{campaign}/questionnaires/{edition}/{version}/file/{kind}"): (Rule(Act.CAMPAIGN),),
    ("GET", "/secretariat/{campaign}/questionnaires/{edition}/{version}/try/{size}"): (Rule(Act.LOOK),),
    ("GET", "/secretariat/{campaign}/take-over"): (Rule(Act.CAMPAIGN),),
    ("POST", "/secretariat/{campaign}/take-over"): (Rule(Act.CAMPAIGN, "take"), Rule(Act.CANCEL, "cancel")),
    ("POST", "/api/v1/campaigns/{campaign}/unseal"): (Rule(Act.UNSEAL),),
    ("POST", "/api/v1/units"): (Rule(Act.UNITS),),
    ("GET", "/api/v1/units"): (Rule(Act.LOOK),),
    ("POST", "/api/v1/units/import"): (Rule(Act.UNITS),),
    ("POST", "/api/v1/supporters/import"): (Rule(Act.UNITS),),
    ("GET", "/api/v1/supporters"): (Rule(Act.LOOK),),
    ("GET", "/api/v1/templates/{name}"): (Rule(Act.LOOK),),
    ("POST", "/api/v1/units/{unit}/links"): (Rule(Act.LINKS),),
    ("GET", "/api/v1/units/{unit}"): (Rule(Act.LOOK),),
    ("PATCH", "/api/v1/units/{unit}"): (Rule(Act.UNITS),),
    ("GET", "/api/v1/units/{unit}/contact"): (Rule(Act.LOOK),),
    ("PUT", "/api/v1/units/{unit}/contact"): (Rule(Act.UNITS),),
    ("POST", "/api/v1/units/{unit}/key"): (Rule(Act.KEYS),),
    ("PUT", "/api/v1/gifts"): (Rule(Act.UNITS),),
    ("GET", "/api/v1/gifts"): (Rule(Act.LOOK),),
    ("GET", "/api/v1/gifts/{name}"): (Rule(Act.LOOK),),
    ("GET", "/api/v1/annexes"): (Rule(Act.LOOK),),
    ("POST", "/api/v1/annexes/reminders"): (Rule(Act.UNITS),),
    ("POST", "/api/v1/links/wanted"): (Rule(Act.LINKS),),
    ("GET", "/api/v1/links/wanted/{order}"): (Rule(Act.LOOK),),
    ("POST", "/api/v1/kits"): (Rule(Act.EXPORTS),),
    ("GET", "/api/v1/kits/{order}"): (Rule(Act.LOOK),),
    ("POST", "/api/v1/jobs/{kind}/{order}/cancel"): (Rule(Act.CANCEL),),
    ("POST", "/api/v1/links/{code}/replacement"): (Rule(Act.LINKS),),
    ("DELETE", "/api/v1/links/{code}"): (Rule(Act.LINKS),),
    ("GET", "/api/v1/overview"): (Rule(Act.LOOK),),
    ("POST", "/api/v1/exports"): (Rule(Act.EXPORTS),),
    ("GET", "/api/v1/exports/{export}"): (Rule(Act.LOOK),),
    ("GET", "/files/{export}/{name}"): (Rule(SIGNED),),
    ("POST", "/desk/link"): (Rule(ANYBODY),),
    ("GET", "/enter/{token}"): (Rule(SIGNED),),
    ("POST", "/enter/{token}"): (Rule(SIGNED),),
    ("GET", "/unsubscribe/{token}"): (Rule(SIGNED),),
    ("POST", "/unsubscribe/{token}"): (Rule(SIGNED),),
    ("POST", "/api/v1/recounts"): (Rule(Act.RECOUNTS),),
    ("GET", "/api/v1/recounts/{recount}"): (Rule(Act.LOOK),),
    ("GET", "/desk/{campaign}/materials"): (Rule(UNIT),),
    ("GET", "/desk/{campaign}/annexes"): (Rule(UNIT),),
    ("POST", "/desk/{campaign}/annexes"): (Rule(UNIT, "draft"), Rule(UNIT, "hand-in")),
    ("GET", "/api/v1/materials"): (Rule(EITHER),),
    ("GET", "/api/v1/materials/{material}/file"): (Rule(EITHER),),
    ("GET", "/api/v1/materials/{material}/poster"): (Rule(EITHER),),
    ("GET", "/secretariat/{campaign}/materials"): (Rule(Act.LOOK),),
    ("POST", "/secretariat/{campaign}/materials"): (
        Rule(Act.MATERIALS, "add"),
        Rule(Act.MATERIALS, "version"),
        Rule(Act.MATERIALS, "withdraw"),
        Rule(Act.MATERIALS, "restore"),
    ),
    ("GET", "/secretariat/sessions"): (Rule(Act.LOOK),),
    ("POST", "/secretariat/sessions"): (Rule(Act.LOOK, "end"),),
    ("GET", "/secretariat/members"): (Rule(Act.MEMBERS),),
    ("POST", "/secretariat/members"): (
        Rule(Act.MEMBERS, "add"),
        Rule(Act.MEMBERS, "change"),
        Rule(Act.MEMBERS, "key"),
        Rule(Act.MEMBERS, "remove"),
    ),
    ("GET", "/api/v1/members"): (Rule(Act.MEMBERS),),
    ("POST", "/api/v1/members"): (Rule(Act.MEMBERS),),
    ("GET", "/api/v1/members/{member}"): (Rule(Act.MEMBERS),),
    ("PATCH", "/api/v1/members/{member}"): (Rule(Act.MEMBERS),),
    ("DELETE", "/api/v1/members/{member}"): (Rule(Act.MEMBERS),),
    ("POST", "/api/v1/members/{member}/key"): (Rule(Act.MEMBERS),),
    ("GET", "/api/v1/audit"): (Rule(Act.LOOK),),
    ("POST", "/api/v1/ticket-keys"): (Rule(Act.KEYS),),
}

RULES = _TOLD | {
    (method, path.replace("/{campaign}", "")): rules if method == "GET" else (Rule(rules[0].opens, "nothing"),)
    for (method, path), rules in _TOLD.items()
    if path.startswith(("/desk/{campaign}", "/secretariat/{campaign}"))
    and (method == "GET" or path.endswith("/{campaign}"))
}
"""Whoever may look at a page of a campaign is led there from its address without one; at the root of a desk people sign
in and out, and nothing is changed."""
