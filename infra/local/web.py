"""The web server process: `app.py` behind gunicorn.

    python -m infra.local.web FD WORKERS

FD is a listening socket that the runner holds.
"""

import logging
import sys

from app import app
from chalicelib.kernel.lazy_imports import load_all
from chalicelib.kernel.store.dynamodb import quick_client
from infra.local.server import Server
from infra.local.wsgi import ChaliceBehindWsgi

if __name__ == "__main__":
    logging.basicConfig(format="web: %(levelname)s %(message)s")
    load_all()
    quick_client()
    Server(ChaliceBehindWsgi(app), listener=int(sys.argv[1]), workers=int(sys.argv[2])).run()
