"""What a campaign uses of AWS: requests, seconds, units, bytes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import expm1

from infra.drills.costs.assumptions import Assumptions

HOURS_A_MONTH = 730
_VCPU_MB = 1_769
_TICKS_PER_S = 1 / 60
_UNIT_BYTES = 4096


@dataclass(frozen=True)
class Load:
    """What comes."""

    responses: float
    seconds: float
    """How long collection is open."""
    page_hits: float
    """Looks at pages per response."""
    polls_per_s: float
    sizes: Sequence[float]
    """The units' shares of the responses; they add up to 1."""
    cached_share: float = 0.0
    """What share of the looks a content network answers."""

    @property
    def responses_per_s(self) -> float:
        """On average."""
        return self.responses / self.seconds

    def times(self, multiple: float) -> "Load":
        """The load at a moment that is so many times as busy as the mean; units poll as ever."""
        return replace(self, responses=self.responses * multiple)


@dataclass(frozen=True)
class Rates:
    """Requests and invocations per second."""

    pages: float
    files: float
    tickets: float
    responses: float
    polls: float
    folds: float
    tally_rows: float
    """Rows of counts written."""

    @property
    def requests(self) -> float:
        """At the gateway."""
        return self.pages + self.files + self.tickets + self.responses + self.polls

    @property
    def invocations(self) -> float:
        """Of Lambda."""
        return self.requests + self.folds + _TICKS_PER_S


def rates(load: Load, given: Assumptions) -> Rates:
    """The rates at the load's mean."""
    per_s, seen = load.responses_per_s, 1 - load.cached_share
    window, shards = given.load["fold_window_s"].value, given.load["shards"].value
    batch = per_s * window / shards
    busy = -expm1(-batch)  # the share of windows in which anything comes, of arrivals at random
    folds = shards / window * busy
    return Rates(
        pages=per_s * load.page_hits * seen,
        files=per_s * given.load["devices_per_response"].value * given.load["files_per_device"].value * seen,
        tickets=per_s,
        responses=per_s,
        polls=load.polls_per_s,
        folds=folds,
        tally_rows=folds * rows_per_batch(batch / busy if busy > 0 else 0.0, load.sizes),
    )


def rows_per_batch(records: float, sizes: Sequence[float]) -> float:
    """Rows of counts that a batch of so many records touches: its units' and the nation's."""
    return 1 + sum(1 - (1 - size) ** records for size in sizes) if records > 0 else 0.0


def busy_ms(at: Rates, given: Assumptions) -> dict[str, float]:
    """Milliseconds of execution per second, warm, by function: a thousandth is how many run at once.

    An invocation takes its CPU at the memory's share of a core, its waits for DynamoDB, and something around it.
    """
    fixed, wait = given.lambda_["fixed_ms"].value, given.lambda_["wait_ms"].value
    polling = given.lambda_["poll_calls"].value * wait

    def took(function: str, kind: str) -> float:
        return given.cpu_ms[kind].value / min(1.0, memory_mb(function, given) / _VCPU_MB)

    looks = at.pages * (took("respondents", "page") + fixed) + at.files * (took("respondents", "file") + fixed)
    answers = took("respondents", "ticket") + took("respondents", "response") + wait + 2 * fixed
    return {
        "respondents": looks + at.responses * answers,
        "desk": at.polls * (took("desk", "poll") + polling + fixed),
        "fold": at.tally_rows * (took("fold", "tally_row") + wait) + at.folds * fixed,
        "tick": _TICKS_PER_S * (took("tick", "tick") + fixed),
    }


def memory_mb(function: str, given: Assumptions) -> float:
    """What a function is given; CPU comes in proportion to it."""
    return given.lambda_[f"{function}_mb"].value


@dataclass(frozen=True)
class Usage:
    """What is billed; bytes in GB."""

    requests: float
    invocations: float
    gb_s: float
    write_units: float
    read_units: float
    stream_reads: float
    table_gb_months: float
    file_gb_months: float
    log_gb: float
    transfer_gb: float
    months: float


def usage(load: Load, given: Assumptions) -> Usage:
    """Over the whole campaign."""
    at, each, kept = rates(load, given), given.each, given.kept
    gb_s = sum(busy / 1000 * memory_mb(name, given) / 1024 for name, busy in busy_ms(at, given).items()) * load.seconds
    return Usage(
        requests=at.requests * load.seconds,
        invocations=at.invocations * load.seconds,
        gb_s=gb_s,
        write_units=(
            at.responses * each["response_write_units"].value + at.tally_rows * each["tally_write_units"].value
        )
        * load.seconds,
        read_units=at.polls * each["poll_read_units"].value * load.seconds + _recount_units(load, given),
        stream_reads=4 * given.load["shards"].value * load.seconds,
        table_gb_months=load.responses * each["response_bytes"].value / 1e9 * kept["months"].value,
        file_gb_months=load.responses * each["export_bytes"].value / 1e9 * kept["months"].value,
        log_gb=at.invocations * load.seconds * each["log_bytes"].value / 1e9,
        transfer_gb=_transferred(at, given) * load.seconds / 1e9,
        months=kept["months"].value,
    )


def _recount_units(load: Load, given: Assumptions) -> float:
    """A recount reads everything consistently, 4 KB to a unit."""
    return given.kept["recounts"].value * load.responses * given.each["response_bytes"].value / _UNIT_BYTES


def _transferred(at: Rates, given: Assumptions) -> float:
    """Bytes per second to the internet."""
    each = given.each
    files = each["files_bytes"].value / given.load["files_per_device"].value
    answers = at.responses * each["answer_bytes"].value + at.polls * each["poll_bytes"].value
    return at.pages * each["page_bytes"].value + at.files * files + answers
