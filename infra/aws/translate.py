"""Translates the package's template as AWS would: SAM's resources become CloudFormation's. Runs in `.venv/aws`.

python translate.py TEMPLATE TRANSLATED [BUCKET KEY]

`BUCKET` and `KEY` say where the zip lies, or will.
"""

import json
import sys
from pathlib import Path
from typing import Any

from boto3 import Session
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

_SAM = "AWS::Serverless-2016-10-31"
_ZIP = "./deployment.zip"


def translate(template: dict[str, Any], bucket: str, key: str, region: str = "cn-north-1") -> dict[str, Any]:
    """The template without SAM. Raises SAM's `InvalidDocumentException`."""
    transforms = [one for one in template.pop("Transform") if one != _SAM]
    for resource in template["Resources"].values():
        if resource.get("Properties", {}).get("CodeUri") == _ZIP:
            resource["Properties"]["CodeUri"] = {"Bucket": bucket, "Key": key}
    values = {name: str(declared["Default"]) for name, declared in template["Parameters"].items()}
    # Our roles name no managed policy that would have to be looked up.
    translator = Translator({}, Parser(), None, Session(region_name=region))
    made: dict[str, Any] = translator.translate(template, values)
    return {"Transform": transforms} | made


def main(source: str, target: str, bucket: str = "packages", key: str = "deployment.zip") -> None:
    """Reads, translates, writes."""
    made = translate(json.loads(Path(source).read_text()), bucket, key)
    Path(target).write_text(json.dumps(made, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
