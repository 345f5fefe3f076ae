"""What may be in front of the API: a domain of our own, and a rate rule by address."""

from infra.aws import STAGE
from infra.aws.cfn import Json, att, either, ref, resource, sub


def resources() -> Json:
    """Each only where it is asked for."""
    return _domain() | _rate_rule()


def _domain() -> Json:
    domain = {
        "DomainName": ref("DomainName"),
        "RegionalCertificateArn": ref("CertificateArn"),
        "EndpointConfiguration": {"Types": ["REGIONAL"]},
        "SecurityPolicy": "TLS_1_2",
    }
    mapped = {"DomainName": ref("Domain"), "RestApiId": ref("RestAPI"), "Stage": STAGE}
    return {
        "Domain": resource("AWS::ApiGateway::DomainName", domain, Condition="HasDomain"),
        "DomainMapping": resource(
            "AWS::ApiGateway::BasePathMapping", mapped, Condition="HasDomain", DependsOn=[_stage()]
        ),
    }


def _rate_rule() -> Json:
    """Schools and offices share an address: the least that can be set is 50 requests a second of it."""
    seen = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": True}
    later = {"Name": "Retry-After", "Value": "60"}
    rule = {
        "Name": "by-address",
        "Priority": 0,
        "Action": {"Block": {"CustomResponse": {"ResponseCode": 429, "ResponseHeaders": [later]}}},
        "Statement": {"RateBasedStatement": {"Limit": ref("WafRate")} | _by_address()},
        "VisibilityConfig": seen | {"MetricName": "by-address"},
    }
    acl = {
        "Scope": "REGIONAL",
        "DefaultAction": {"Allow": {}},
        "Rules": [rule],
        "VisibilityConfig": seen | {"MetricName": "all"},
    }
    stage = sub("arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/${RestAPI}/stages/" + STAGE)
    association = {"ResourceArn": stage, "WebACLArn": att("RateRule")}
    return {
        "RateRule": resource("AWS::WAFv2::WebACL", acl, Condition="HasWaf"),
        "RateRuleHere": resource(
            "AWS::WAFv2::WebACLAssociation", association, Condition="HasWaf", DependsOn=[_stage()]
        ),
    }


def _by_address() -> Json:
    """Behind a content network every request has one of the network's addresses."""
    forwarded = {"HeaderName": "X-Forwarded-For", "FallbackBehavior": "MATCH"}
    return {
        "AggregateKeyType": either("IsBehindNetwork", "FORWARDED_IP", "IP"),
        "ForwardedIPConfig": either("IsBehindNetwork", forwarded),
    }


def _stage() -> str:
    """The stage's resource, as SAM names it."""
    return f"RestAPI{STAGE}Stage"
