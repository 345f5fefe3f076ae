"""The deployment on AWS: the template, made from the tables and the routes, and the package that carries the code.

`python -m infra.aws package` builds both; see README.md beside this file.
"""

from infra.local import ROOT

BUILD = ROOT / "build" / "aws"
STAGE = "api"
"""The API's stage, a prefix of every path unless the site has a domain of its own."""
