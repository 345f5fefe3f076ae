"""Settings that would be wrong together are refused at the start."""

import pytest
from pydantic import ValidationError

from chalicelib.kernel.settings import Settings


def test_a_single_shard_can_be_named_only_for_an_emulator() -> None:
    """On AWS a stream has many, and counting them as one would be wrong."""
    with pytest.raises(ValidationError, match="ONLY_SHARD"):
        Settings(only_shard="the-one")

    assert Settings(only_shard="the-one", aws_endpoint_url="http://127.0.0.1:4566").only_shard == "the-one"


def test_a_password_goes_over_tls_alone() -> None:
    """A mail account without STARTTLS is refused."""
    with pytest.raises(ValidationError, match="SMTP_STARTTLS"):
        Settings(smtp_secret="minsheng/smtp")
