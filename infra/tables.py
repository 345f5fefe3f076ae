"""Makes the tables that may be published of a sealed export: `make tables FOLDER=exports/<campaign>/final OUT=…`.

The export is verified first. Only the versions of the questionnaires that come with the product can be counted.
"""

import argparse
import shutil
import sys
from pathlib import Path

from chalicelib.instrument.questionnaires import EDITIONS
from chalicelib.results.usecases.publish_tables import publish_tables
from infra.verify import verify


def main() -> int:
    """Returns 1 where the export isn't as it was sealed, or OUT has tables already."""
    arguments = argparse.ArgumentParser(description="Makes the tables that may be published of a sealed export.")
    arguments.add_argument("folder", type=Path, help="where manifest.json and its files lie")
    arguments.add_argument("out", type=Path, help="a new folder for the tables")
    given = arguments.parse_args()
    if wrong := verify(given.folder):
        sys.stderr.write("".join(f"wrong: {one}\n" for one in wrong))
        return 1
    if given.out.exists():
        sys.stderr.write(f"{given.out} exists: a year's tables are made once, for a second set undoes the noise.\n")
        return 1
    part = given.out.with_name(f"{given.out.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    for edition in EDITIONS:
        sys.stdout.write(f"{edition}: {publish_tables(given.folder, edition, part)} items\n")
    part.rename(given.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
