"""The manifest of a sealed campaign."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from chalicelib.associations.store import units
from chalicelib.campaigns.campaign import Campaign
from chalicelib.counting.domain import counts
from chalicelib.counting.domain.tally import NATION
from chalicelib.kernel.instants import rfc3339
from chalicelib.quality.usecases.freeze_rules import rules_of, sha256_of, text_of
from chalicelib.sealing.verdicts import Summary
from chalicelib.sealing.write_export import Part

RULES = "rules.json"


def manifest(
    campaign: Campaign, files: Sequence[dict[str, Any]], roll: dict[str, Any], whole: Part, judged: Summary | None
) -> dict[str, Any]:
    """The manifest: what was sealed, by file, unit and day; its figures are those of the exported rows. With the rules
    by which responses were judged, and how often each reason was found."""
    nation = whole.tallies.get(NATION, Counter())
    total = counts.overall(nation)

    def figures(found: counts.Figures) -> dict[str, int]:
        return {"collected": found.collected, "valid": found.valid}

    return {
        "campaign": campaign.id,
        **_instead(campaign),
        "title": campaign.title,
        "opens_at": rfc3339(campaign.opens_at),
        "closes_at": rfc3339(campaign.closes_at),
        "collected": total.collected,
        "valid": total.valid,
        "unreadable": whole.unreadable,
        **_rules(campaign, judged),
        "roll": {name: roll[name] for name in ("name", "sha256", "lines", "root")},
        "files": [*(file | {"rows": whole.rows} for file in files), *_roll_files(roll), *_rules_file(campaign, judged)],
        "units": [
            {"code": u.code} | figures(counts.overall(whole.tallies.get(u.code, Counter())))
            for u in units.of_campaign(campaign.id)
        ],
        "days": [{"day": f"{d[:4]}-{d[4:6]}-{d[6:]}"} | figures(counts.day(nation, d)) for d in counts.days(nation)],
        "questionnaires": [{"edition": e, "version": v} for e, v in sorted(whole.questionnaires)],
    }


def _rules(campaign: Campaign, judged: Summary | None) -> dict[str, Any]:
    if judged is None:
        return {}
    rules = {
        "name": RULES,
        "id": rules_of(campaign).id,
        "sha256": sha256_of(campaign),
        "text": text_of(campaign).decode(),
    }
    return {"rules": rules, "reasons": dict(sorted(judged.reasons.items()))}


def _file(found: dict[str, Any]) -> dict[str, Any]:
    """One that holds no rows of responses."""
    return {name: found[name] for name in ("name", "sha256", "bytes")} | {"rows": 0}


def _roll_files(roll: dict[str, Any]) -> list[dict[str, Any]]:
    return [_file(roll), _file(roll["tree"])]


def _rules_file(campaign: Campaign, judged: Summary | None) -> list[dict[str, Any]]:
    if judged is None:
        return []
    return [_file({"name": RULES, "sha256": sha256_of(campaign), "bytes": len(text_of(campaign))})]


def _instead(campaign: Campaign) -> dict[str, Any]:
    """Of a seal that replaces one: its number, and the SHA-256 of the manifest that holds no longer."""
    if not campaign.superseded:
        return {}
    return {"seal": campaign.seal_number, "supersedes": campaign.superseded[-1].manifest_sha256}
