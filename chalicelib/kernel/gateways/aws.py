"""Clients of AWS's services, made once a process, and only where a setting asks for them."""

from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config

from chalicelib.kernel.settings import settings


@cache
def client(service: str) -> Any:
    """The botocore client of a service, in the deployment's region."""
    config = Config(
        connect_timeout=2,
        read_timeout=20,
        retries={"total_max_attempts": 4, "mode": "standard"},
        signature_version="s3v4" if service == "s3" else None,  # what presigned addresses must be, in China too
    )
    return botocore.session.get_session().create_client(service, settings().aws_region, config=config)
