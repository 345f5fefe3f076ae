"""What the environment decides: read once, typed, and refused at start where it is wrong.

Nobody else reads `os.environ`.
"""

import os
from functools import cache
from pathlib import Path

from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field, TypeAdapter

_URL: TypeAdapter[AnyHttpUrl] = TypeAdapter(AnyHttpUrl)


class Settings(BaseModel):
    """The settings of one deployment; each field is the environment variable of that name in upper case."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    base_url: str = "http://127.0.0.1:8000"
    """Where links point to, without a trailing slash. The only source of absolute URLs."""

    table_prefix: str = "minsheng-"
    dynamodb_endpoint: str | None = None
    """Another DynamoDB-compatible engine; none means the regional endpoint of AWS."""
    aws_region: str = "cn-north-1"

    files_dir: Path = Path(".data/exports")
    """Where exported files land."""
    secrets_file: Path = Path(".data/secrets.json")
    """The ticket signing keys, see `gateways.secrets`."""

    smtp_host: str = "127.0.0.1"
    smtp_port: int = Field(default=25, ge=1, le=65535)
    mail_from: str = "minsheng@minsheng.example"

    settle_s: float = Field(default=60, ge=0)
    """Seconds between the close and the recount; exceeds every write deadline (docs/adr/0002)."""

    @property
    def public_url(self) -> str:
        """`base_url`, checked to be an absolute http(s) URL, without a trailing slash."""
        _URL.validate_python(self.base_url)
        return self.base_url.rstrip("/")


@cache
def settings() -> Settings:
    """The settings of this process.

    Raises `pydantic.ValidationError`, and so ends a process at its start, where a variable is wrong.
    """
    return Settings.model_validate({name.lower(): value for name, value in os.environ.items() if value})
