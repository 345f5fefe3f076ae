"""What Lambda never runs, left out of the package."""

SERVICES = {"dynamodb", "s3", "secretsmanager", "sesv2"}
"""The services that the product calls: botocore describes four hundred."""

_NEVER_RUN = (
    "bin/",
    "pip/",
    "setuptools/",
    "pkg_resources/",
    "wheel/",
    "pydantic/v1/",
    "pydantic/mypy.py",
    "dateutil/zoneinfo/",
)
_OF_DISTRIBUTIONS = {"METADATA"}
_OF_STDNUM = {"__init__.py", "exceptions.py", "util.py", "iso7064"}
_FOLDERS = {"tests", "test", "__pycache__"}


def runs(path: str) -> bool:
    """Whether a file of the package can be needed in Lambda."""
    parts = path.split("/")
    if path.startswith(_NEVER_RUN) or _FOLDERS & set(parts[:-1]) or path.endswith((".pyi", "/py.typed")):
        return False
    if parts[0].endswith(".dist-info"):
        return parts[1] in _OF_DISTRIBUTIONS
    if parts[0] == "stdnum":
        return parts[1] in _OF_STDNUM
    if path.startswith("botocore/data/") and len(parts) > 3:
        return parts[2] in SERVICES and not parts[-1].startswith(("examples-", "waiters-"))
    return True
