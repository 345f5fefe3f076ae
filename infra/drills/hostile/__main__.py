"""`python -m infra.drills.hostile`: reads REQUESTS (10,000) and SEED (1); on an engine of its own."""

import os
import subprocess
import sys
from tempfile import TemporaryDirectory

from infra.drills.chaos.options import OptionWrong, whole
from infra.local import ROOT, engine


def main() -> int:
    """Returns the exit code."""
    try:
        how_many = whole(os.environ, "REQUESTS", 10_000, 1)
    except OptionWrong as wrong:
        print(wrong, file=sys.stderr)
        return 2
    argv = [sys.executable, "-m", "infra.drills.hostile.play", str(how_many), os.environ.get("SEED") or "1"]
    with engine.running() as address, TemporaryDirectory() as folder:
        own = {"DYNAMODB_ENDPOINT": address, "SECRETS_FILE": f"{folder}/secrets.json", "FILES_DIR": folder}
        own |= {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": "cn-north-1"}
        return subprocess.run(argv, cwd=ROOT, env=os.environ | own, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
