"""`python -m infra.aws package [ARCHITECTURE]` builds the package; `… lint` lints its template."""

import json
import platform
import sys

from infra.aws import size
from infra.aws.lint import lint
from infra.aws.package import ARCHITECTURES, PackageFailed, build

_USAGE = "usage: python -m infra.aws package [arm64|x86_64|host] | lint"


def main(arguments: list[str]) -> int:
    """Returns the exit code."""
    try:
        match arguments:
            case ["lint"]:
                return lint()
            case ["package", *asked]:
                return _package(asked[0] if asked else "arm64")
    except PackageFailed as reason:
        print(reason, file=sys.stderr)
        return 1
    print(_USAGE, file=sys.stderr)
    return 2


def _package(asked: str) -> int:
    architecture = ARCHITECTURES.get(platform.machine() if asked == "host" else asked)
    if architecture is None:
        raise PackageFailed(f"ARCH={asked} is neither arm64 nor x86_64.")
    package = build(architecture)
    print(package)
    for name, weighed in json.loads((package / "size.json").read_text()).items():
        print(f"\n{name}", size.table(weighed), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
