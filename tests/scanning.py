"""Reading what was drawn with programs that aren't ours: zbar scans codes, poppler draws and reads PDF."""

import subprocess
from pathlib import Path

_QR_ALONE = ("-Sdisable", "-Sqrcode.enable")
"""By chance the modules of one code in some hundreds look like a short barcode too."""


def scan(image: bytes, folder: Path) -> list[str]:
    """What the codes in an image say."""
    return scan_all([image], folder)


def scan_all(images: list[bytes], folder: Path) -> list[str]:
    """What the codes in many images say, in their order."""
    paths = [folder / f"scanned-{number:05d}.png" for number in range(len(images))]
    for path, image in zip(paths, images, strict=True):
        path.write_bytes(image)
    scanned = subprocess.run(
        ["zbarimg", "--nodbus", "-q", *_QR_ALONE, "--raw", *paths], capture_output=True, text=True, check=False
    )
    return scanned.stdout.splitlines()


def drawn(pdf: bytes, dpi: int, folder: Path) -> bytes:
    """The first page of a document as PNG."""
    path = folder / "drawn.pdf"
    path.write_bytes(pdf)
    command = ["pdftoppm", "-r", str(dpi), "-png", "-singlefile", str(path), str(folder / "page")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == "", done.stderr
    return (folder / "page.png").read_bytes()


def text_of(pdf: bytes, folder: Path) -> str:
    """The text of a document, as one copies it."""
    path = folder / "read.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
