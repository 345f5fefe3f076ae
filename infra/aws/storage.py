"""The bucket for files and the secret with the ticket signing keys."""

import json

from chalicelib.kernel.gateways.files import SCRATCH
from infra.aws.cfn import Json, kept, ref, resource, sub


def resources() -> Json:
    """Bucket, its policy, and the secret."""
    return {
        "Files": kept(resource("AWS::S3::Bucket", _bucket())),
        "FilesPolicy": resource("AWS::S3::BucketPolicy", _tls_alone()),
        "TicketKeys": kept(resource("AWS::SecretsManager::Secret", _ticket_keys())),
    }


def _bucket() -> Json:
    nobody = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    rules = [
        {
            "Id": "unfinished-uploads",
            "Status": "Enabled",
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        },
        # Nothing ends but what is made on the way: what a seal made stays, in every version.
        {
            "Id": "parts",
            "Status": "Enabled",
            "Prefix": f"{SCRATCH}/",
            "ExpirationInDays": 90,
            "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
        },
    ]
    return {
        "PublicAccessBlockConfiguration": dict.fromkeys(nobody, True),
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "VersioningConfiguration": {"Status": "Enabled"},
        "ObjectLockEnabled": True,  # each file says for how long, see `kernel/gateways/bucket.py`
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
        "LifecycleConfiguration": {"Rules": rules},
    }


def _tls_alone() -> Json:
    refused = {
        "Sid": "TlsAlone",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [sub("${Files.Arn}"), sub("${Files.Arn}/*")],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return {"Bucket": ref("Files"), "PolicyDocument": {"Version": "2012-10-17", "Statement": [refused]}}


def _ticket_keys() -> Json:
    """A secret with the text of one key; see `chalicelib/kernel/gateways/secrets.py`."""
    return {
        "Description": "Keys that sign tickets; rotated by POST /api/v1/ticket-keys",
        "GenerateSecretString": {
            "SecretStringTemplate": json.dumps({"ticket_keys": []}),
            "GenerateStringKey": "first",
            "PasswordLength": 64,
            "ExcludePunctuation": True,
        },
    }
