"""The package: whole, nothing else, and the same bytes whenever and wherever it is built."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from infra.aws import archive, compile_all
from infra.aws.functions import LEAN, WHOLE
from infra.aws.package import ARCHITECTURES, PackageFailed
from infra.aws.trim import SERVICES, answers_or_counts
from infra.local import ROOT


@pytest.fixture(scope="module")
def unpacked(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Lambda has under `/var/task`."""
    folder = tmp_path_factory.mktemp("task")
    shutil.unpack_archive(package / WHOLE, folder)
    return folder


def test_a_clean_interpreter_imports_the_application_from_the_package_alone(unpacked: Path) -> None:
    """And makes each of the clients that the product may ask for, and reads all that it carries."""
    code = (
        "import sys; sys.path = [p for p in sys.path if 'site-packages' not in p]; sys.path.insert(0, sys.argv[1]);"
        "import app; from chalicelib.kernel.gateways.aws import client;"
        "from chalicelib.kernel.gateways import bucket, secret_text; from chalicelib.mail.gateways import mail;"
        "from chalicelib.links.gateways import font, kit, pdf, qr; from chalicelib.associations.gateways import sheets;"
        "from chalicelib.instrument import questionnaires;"
        "from chalicelib.kernel.store.dynamodb import quick_client; quick_client();"
        "[client(name) for name in ('s3', 'secretsmanager', 'sesv2')];"
        "from chalicelib.web.openapi.document import document; document();"
        "import openpyxl; print(app.__file__)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error::ImportWarning", "-c", code, str(unpacked)],
        env={"AWS_REGION": "cn-north-1", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.strip() == str(unpacked / "app.py"), done.stderr


@pytest.mark.parametrize("region", ["cn-north-1", "eu-central-1"])
def test_clients_speak_to_the_same_endpoints_with_what_is_left_of_botocore_s_data(unpacked: Path, region: str) -> None:
    """As with all of them, in either partition; and know the same operations."""
    code = (
        "import sys, botocore.session\n"
        "for name in ('dynamodb', 's3', 'secretsmanager', 'sesv2'):\n"
        "    client = botocore.session.get_session().create_client(name, sys.argv[1])\n"
        "    print(client.meta.endpoint_url, *client.meta.service_model.operation_names)"
    )
    told = [
        subprocess.run(
            [sys.executable, "-c", code, region],
            env=os.environ | {"PYTHONPATH": path},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for path in (str(unpacked), "")
    ]

    assert told[0] == told[1]
    assert len(told[0].splitlines()) == len(SERVICES)


def test_every_module_is_compiled_and_names_no_path_but_lambda_s(unpacked: Path) -> None:
    """Checked against no source, so that its date doesn't matter."""
    modules = sorted(unpacked.rglob("*.py"))
    assert modules
    for module in modules:
        compiled = module.parent / "__pycache__" / f"{module.stem}.cpython-311.pyc"
        content = compiled.read_bytes()
        assert content[4:8] == b"\x01\0\0\0", module  # hash-based and unchecked (PEP 552)
        assert str(ROOT).encode() not in content, module
    assert b"/var/task/app.py" in (unpacked / "__pycache__/app.cpython-311.pyc").read_bytes()


def test_the_package_holds_nothing_of_ours_but_the_product(package: Path) -> None:
    """Neither tests nor tools nor what was lying about."""
    with ZipFile(package / WHOLE) as zipped:
        names = zipped.namelist()

    tops = {name.split("/")[0] for name in names}
    assert not {"pip", "setuptools", "boto3", "tests", "infra", "bench", "bin"} & tops


def test_packing_again_elsewhere_and_later_gives_the_same_bytes(package: Path, unpacked: Path, tmp_path: Path) -> None:
    """Another folder, other dates, modules compiled afresh."""
    elsewhere = tmp_path / "another place"
    shutil.copytree(unpacked, elsewhere, ignore=shutil.ignore_patterns("__pycache__"))
    for path in elsewhere.rglob("*"):
        os.utime(path, (1, 1))

    subprocess.run([sys.executable, "-S", compile_all.__file__, str(elsewhere)], check=True)
    archive.pack(elsewhere, tmp_path / "again.zip")
    archive.pack(elsewhere, tmp_path / "lean again.zip", answers_or_counts)

    assert (tmp_path / "again.zip").read_bytes() == (package / WHOLE).read_bytes()
    assert (tmp_path / "lean again.zip").read_bytes() == (package / LEAN).read_bytes()


def test_another_architecture_is_refused_by_name() -> None:
    """Before anything is built."""
    from infra.aws.__main__ import _package

    assert set(ARCHITECTURES.values()) == {"arm64", "x86_64"}
    with pytest.raises(PackageFailed, match="ARCH=mips"):
        _package("mips")
