"""What the usage costs, by service, and what the alternative would. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from infra.drills.costs.assumptions import Assumptions, Prices
from infra.drills.costs.usage import HOURS_A_MONTH, Usage

_MILLION = 1e6


@dataclass(frozen=True)
class Line:
    """One line of a bill; `cost` is none where the price is not known."""

    service: str
    what: str
    amount: float
    cost: float | None


def bill(used: Usage, given: Assumptions, prices: Prices, *, waf: bool) -> list[Line]:
    """The campaign's lines."""
    months, kept = used.months, given.kept
    lines = [
        _line("API Gateway", "million requests", used.requests / _MILLION, prices.of("gateway_million")),
        _line("Lambda", "million invocations", used.invocations / _MILLION, prices.of("lambda_million")),
        _line("Lambda", "GB-seconds", used.gb_s, prices.of("lambda_gb_s")),
        _line("DynamoDB", "million write units", used.write_units / _MILLION, prices.of("write_million")),
        _line("DynamoDB", "million read units", used.read_units / _MILLION, prices.of("read_million")),
        _line("DynamoDB", "million stream reads, by Lambda", used.stream_reads / _MILLION, prices.of("stream_million")),
        _line("DynamoDB", "GB-months stored", used.table_gb_months, prices.of("table_gb_month")),
        _line("DynamoDB", "GB-months of recovery", used.table_gb_months, prices.of("recovery_gb_month")),
        _line("S3", "GB-months", used.file_gb_months, prices.of("files_gb_month")),
        _line("CloudWatch", "GB of logs", used.log_gb, prices.of("logs_gb")),
        _line("CloudWatch", "alarm-months", kept["alarms"].value * months, prices.of("alarm_month")),
        _line("CloudWatch", "metric-months", kept["metrics"].value * months, prices.of("metric_month")),
        _line("CloudWatch", "dashboard-months", months, prices.of("dashboard_month")),
        _line("Transfer", "GB to the internet", used.transfer_gb, prices.of("transfer_gb")),
        _line("Secrets", "secret-months", kept["secrets"].value * months, prices.of("secret_month")),
    ]
    return lines + (_waf(used, given, prices) if waf else [])


def _waf(used: Usage, given: Assumptions, prices: Prices) -> list[Line]:
    rules = given.kept["waf_rules"].value * used.months
    return [
        _line("WAF", "million requests", used.requests / _MILLION, prices.of("waf_million")),
        _line("WAF", "list-months", used.months, prices.of("waf_acl_month")),
        _line("WAF", "rule-months", rules, prices.of("waf_rule_month")),
    ]


def pair(used: Usage, given: Assumptions, prices: Prices) -> list[Line]:
    """The alternative: two servers that are always on, a load balancer, a database in two zones."""
    has = given.pair
    hours = has["months"].value * HOURS_A_MONTH
    units = has["load_balancer_units"].value * hours
    stored = has["database_gb"].value * has["months"].value
    return [
        _line("Servers", "server-hours", has["servers"].value * hours, prices.of("server_hour")),
        _line("Load balancer", "hours", hours, prices.of("load_balancer_hour")),
        _line("Load balancer", "unit-hours", units, prices.of("load_balancer_unit_hour")),
        _line("Database", "hours, two zones", hours, prices.of("database_hour")),
        _line("Database", "GB-months, two zones", stored, prices.of("database_gb_month")),
        _line("CloudWatch", "GB of logs", used.log_gb * has["logs_share"].value, prices.of("logs_gb")),
        _line("Transfer", "GB to the internet", used.transfer_gb, prices.of("transfer_gb")),
    ]


def total(lines: Sequence[Line]) -> tuple[float, list[str]]:
    """What is known to be due, and the lines whose price is not known."""
    known = sum(line.cost for line in lines if line.cost is not None)
    return known, [f"{line.service}: {line.what}" for line in lines if line.cost is None]


def _line(service: str, what: str, amount: float, price: float | None) -> Line:
    return Line(service, what, amount, None if price is None else amount * price)
