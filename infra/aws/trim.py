"""What Lambda never runs, left out of the package; and what respondents and fold don't, left out of theirs."""

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

OF_DESK_AND_TICK = {
    "openpyxl",
    "et_xmlfile",
    "defusedxml",
    "xlsxwriter",
    "pypdf",
    "pydyf",
    "resvg_py",
}
"""The dependencies that read and write workbooks, sheets and pictures."""
LEAN_SERVICES = {"dynamodb", "s3", "secretsmanager"}
_DRAWN_WITH = "chalicelib/kernel/fonts/"


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


def answers_or_counts(path: str) -> bool:
    """Whether respondents' or fold's function can need a file that `runs`; tests/deployment/test_lean.py tries it."""
    parts = path.split("/")
    if path.startswith(_DRAWN_WITH) or _dependency(parts[0]) in OF_DESK_AND_TICK:
        return False
    return not path.startswith("botocore/data/") or len(parts) == 3 or parts[2] in LEAN_SERVICES


def _dependency(top: str) -> str:
    """`XlsxWriter-3.3.1.dist-info` is `xlsxwriter`'s."""
    return top.split("-", maxsplit=1)[0].lower()
