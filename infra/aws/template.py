"""The merge template: what Chalice can't express, laid over the template that it makes."""

from infra.aws import alarms, api, dashboard, front, functions, roles, storage, stream, tables
from infra.aws.cfn import Json, att, ref
from infra.aws.parameters import CONDITIONS, PARAMETERS

_PARTS = (tables, storage, roles, functions, stream, api, front, alarms, dashboard)


def template() -> Json:
    """Merged by Chalice: mappings grow together, lists and all else are replaced."""
    found: Json = {}
    for part in _PARTS:
        found |= part.resources()
    return {
        # The first lets `Protect` decide what outlives the stack.
        "Transform": ["AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"],
        "Description": "Minsheng: collection, counts and the seal",
        # Without it SAM adds a second stage, public and unguarded.
        "Globals": {"Api": {"OpenApiVersion": "2.0"}},
        "Parameters": PARAMETERS,
        "Conditions": CONDITIONS,
        "Resources": found,
        "Outputs": _outputs(),
    }


def _outputs() -> Json:
    return {
        "SiteURL": {"Value": api.address(), "Description": "Where the site is"},
        "FilesBucket": {"Value": ref("Files"), "Description": "Exports and what was sealed"},
        "TicketKeysSecret": {"Value": ref("TicketKeys"), "Description": "The keys that sign tickets"},
        "TablePrefix": {"Value": {"Ref": "AWS::StackName"}, "Description": "Tables are named this, a dash, and a word"},
        "AlarmTopic": {"Value": ref("Alarms"), "Description": "Where alarms speak"},
        "LastNetQueue": {"Value": ref("LastNet"), "Description": "Where records end that the stream gave up"},
        "DomainTarget": {
            "Value": att("Domain", "RegionalDomainName"),
            "Condition": "HasDomain",
            "Description": "What the domain's CNAME names",
        },
    }
