"""What a deployment is asked for, and the conditions that follow from it."""

from infra.aws import functions
from infra.aws.cfn import Json, equals, given


def _text(description: str, default: str = "") -> Json:
    return {"Type": "String", "Default": default, "Description": description}


def _switch(description: str, default: str = "false") -> Json:
    return _text(description, default) | {"AllowedValues": ["true", "false"]}


def _number(description: str, default: int, least: int = 1) -> Json:
    return {"Type": "Number", "Default": default, "MinValue": least, "Description": description}


_AT_ONCE: Json = {
    f"{function.name.capitalize()}AtOnce": _number(f"Executions reserved for {function.name}.", function.at_once)
    for function in functions.ALL
}

PARAMETERS: Json = {
    "Protect": _switch("Deletion protection, and data that outlives its stack. True for production.", "true"),
    "BaseUrl": _text(
        "Where links point to, without a slash at the end. Empty: the domain, else the API's own address."
    ),
    "DomainName": _text("A domain of our own for the site. Empty: none."),
    "CertificateArn": _text("The domain's certificate, in this region (ACM)."),
    "MailDoor": _text("smtp, or ses where the region has it.", "smtp") | {"AllowedValues": ["smtp", "ses"]},
    "MailFrom": _text("The sender of our mail.", "minsheng@minsheng.example"),
    "SesIdentity": _text("With ses: the verified identity (a domain or an address) that mail is sent as."),
    "SmtpHost": _text("With smtp: the mail host.", "127.0.0.1"),
    "SmtpPort": _number("With smtp: its port.", 587),
    "SmtpStartTls": _switch("With smtp: whether the host must offer TLS.", "true"),
    "SmtpSecretArn": _text("With smtp: the secret {username, password}. Empty: the host asks for none."),
    "AlarmMail": _text("Who is mailed by alarms. Empty: nobody but those who subscribe to the topic."),
    "SettleSeconds": _number("From the close to the recount; exceeds every write deadline.", 60, 0),
    "SealKeptDays": _number("Days for which nobody can delete what a seal made, where the stage is protected.", 3650),
    "StageRate": _number("Requests a second, all together; more are answered 429.", 8000),
    "StageBurst": _number("As many at once.", 5000),
    "DeskRate": _number("Requests a second to each method of the desks.", 100),
    "DeskBurst": _number("As many at once.", 200),
    "Reserve": _switch(
        "Reserve executions for each function. An account that has just been opened has too few: ask AWS for 1,000.",
        "true",
    ),
    **_AT_ONCE,
    "Waf": _switch("A rate rule by address in front, generous to shared ones. It costs by the request.", "true"),
    "WafRate": _number("With the rule: requests of one address in five minutes.", 30000, 15000),
    "BehindNetwork": _switch("A content network is in front: the rule goes by the address that it forwards."),
    "MakeApiLogsRole": _switch("Make the role by which API Gateway writes logs: once an account and region.", "true"),
    "LogDays": _number("Days that logs are kept.", 30) | {"AllowedValues": [1, 7, 14, 30, 60, 90, 180, 365]},
    "OnlyShard": _text("For emulators whose streams name no shard. Refused on AWS."),
}

CONDITIONS: Json = {
    "Protected": equals("Protect", "true"),
    "HasBaseUrl": given("BaseUrl"),
    "HasDomain": given("DomainName"),
    "HasSmtpSecret": given("SmtpSecretArn"),
    "BySes": equals("MailDoor", "ses"),
    "HasAlarmMail": given("AlarmMail"),
    "HasWaf": equals("Waf", "true"),
    "IsBehindNetwork": equals("BehindNetwork", "true"),
    "OnAws": equals("OnlyShard", ""),
    "Reserves": equals("Reserve", "true"),
    "MakesApiLogsRole": equals("MakeApiLogsRole", "true"),
}
