"""Translates the package's template as AWS would: SAM's resources become CloudFormation's. Runs in `.venv/aws`.

python translate.py TEMPLATE TRANSLATED [BUCKET]

`BUCKET` says where the zips lie, or will, under the names that they have beside the template.
"""

import json
import sys
from pathlib import Path
from typing import Any

from boto3 import Session
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

_SAM = "AWS::Serverless-2016-10-31"
_BESIDE = "./"
"""How the template begins the names of its zips."""


def translate(template: dict[str, Any], bucket: str, region: str = "cn-north-1") -> dict[str, Any]:
    """The template without SAM. Raises SAM's `InvalidDocumentException`."""
    transforms = [one for one in template.pop("Transform") if one != _SAM]
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if "CodeUri" in properties:
            properties["CodeUri"] = {"Bucket": bucket, "Key": properties["CodeUri"].removeprefix(_BESIDE)}
    values = {name: str(declared["Default"]) for name, declared in template["Parameters"].items()}
    # Our roles name no managed policy that would have to be looked up.
    translator = Translator({}, Parser(), None, Session(region_name=region))
    made: dict[str, Any] = translator.translate(template, values)
    return {"Transform": transforms} | made


def main(source: str, target: str, bucket: str = "packages") -> None:
    """Reads, translates, writes."""
    made = translate(json.loads(Path(source).read_text()), bucket)
    Path(target).write_text(json.dumps(made, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
