"""What the environment decides: read once, typed, and refused at start where it is wrong.

Nobody else reads `os.environ`.
"""

import os
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AnyHttpUrl, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator

_URL: TypeAdapter[AnyHttpUrl] = TypeAdapter(AnyHttpUrl)


def _paths(value: object) -> object:
    return value.split(os.pathsep) if isinstance(value, str) else value


class Settings(BaseModel):
    """The settings of one deployment; each field is the environment variable of that name in upper case."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    base_url: str = "http://127.0.0.1:8000"
    """Where links point to, without a trailing slash. The only source of absolute URLs."""

    table_prefix: str = "minsheng-"
    dynamodb_endpoint: str | None = None
    """Another DynamoDB-compatible engine; none means the regional endpoint of AWS."""
    aws_region: str = "cn-north-1"
    aws_endpoint_url: str | None = None
    """An emulator of AWS; botocore reads it too. None means AWS itself."""
    only_shard: str | None = None
    """The name of the stream's only shard, for an emulator that names none. Counting by it on AWS would be wrong."""

    files_dir: Path = Path(".data/exports")
    """Where exported files land, unless there is a bucket."""
    files_bucket: str | None = None
    """The bucket where exported files land."""
    seal_kept_days: int = Field(default=0, ge=0)
    """For so long nobody can delete in the bucket what a seal made (S3's Object Lock); 0: that is left to versions."""
    data_files: Annotated[tuple[Path, ...], BeforeValidator(_paths)] = ()
    """Files of this machine without which nothing that is answered is kept, with `os.pathsep` between them: a database
    that was removed goes on answering until it is closed."""
    secrets_file: Path = Path(".data/secrets.json")
    """The ticket signing keys, unless they are in a secret; see `kernel.gateways.secrets`."""
    ticket_keys_secret: str | None = None
    """Name or ARN of the secret (AWS Secrets Manager) with the ticket signing keys."""

    mail_door: Literal["smtp", "ses"] = "smtp"
    smtp_host: str = "127.0.0.1"
    smtp_port: int = Field(default=25, ge=1, le=65535)
    smtp_starttls: bool = False
    """Whether the server must offer TLS, with a valid certificate, before anything is sent to it."""
    smtp_secret: str | None = None
    """Name or ARN of the secret with the mail account, `{"username", "password"}`; none: the server asks for none."""
    mail_from: str = "minsheng@minsheng.example"

    log_format: Literal["text", "json"] = "text"

    load_at_start: str = ""
    """Modules, with commas between them, that `app.py` runs at once and not at their first use: what a function of
    Lambda answers with, since it starts with a whole core and before anybody waits."""

    settle_s: float = Field(default=60, ge=0)
    """Seconds between the close and the recount; exceeds every write deadline (docs/adr/0002)."""

    score_every_s: float = Field(default=3600, gt=0)
    """Seconds from one judging of a campaign's responses to the next, at least."""

    link_per_s: float = Field(default=300, gt=0)
    """Tickets and responses that a process lets through one link in the long run, beyond the burst."""
    link_burst: int = Field(default=20_000, ge=1)
    stage_per_s: float = Field(default=2_000, gt=0)
    stage_burst: int = Field(default=60_000, ge=1)
    failures_per_s: float = Field(default=1, gt=0)
    """How often a process looks up a key that opens nothing, beyond the burst."""
    failures_burst: int = Field(default=30, ge=1)

    @model_validator(mode="after")
    def _refuse_what_would_be_wrong(self) -> Self:
        if self.only_shard and not (self.dynamodb_endpoint or self.aws_endpoint_url):
            raise ValueError("ONLY_SHARD is for emulators: AWS names the shard, if the mapping has a tumbling window")
        if self.smtp_secret and not self.smtp_starttls:
            raise ValueError("SMTP_SECRET without SMTP_STARTTLS would send a password in the clear")
        return self

    @property
    def public_url(self) -> str:
        """`base_url`, checked to be an absolute http(s) URL, without a trailing slash."""
        _URL.validate_python(self.base_url)
        return self.base_url.rstrip("/")

    @property
    def is_encrypted(self) -> bool:
        """Whether the site is reached over TLS."""
        return self.public_url.startswith("https:")


@cache
def settings() -> Settings:
    """The settings of this process.

    Raises `pydantic.ValidationError`, and so ends a process at its start, where a variable is wrong.
    """
    return Settings.model_validate({name.lower(): value for name, value in os.environ.items() if value})
