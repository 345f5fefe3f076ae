"""The account that is deployed to: its clients, and the bucket for what CloudFormation reads."""

from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy.failure import DeployFailed
from infra.deploy.stage import Stage


class Account:
    """The account that the credentials belong to, in the stage's region. Raises `DeployFailed` where there are none."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._session = boto3.Session(region_name=stage.region)
        try:
            who = self.client("sts").get_caller_identity()
        except (BotoCoreError, ClientError) as error:
            raise DeployFailed(
                f"No credentials that hold for {stage.region} ({error}): set AWS_PROFILE, or the AWS_… variables."
            ) from None
        self.number, self.who = str(who["Account"]), str(who["Arn"])

    def client(self, service: str) -> Any:
        """A client of one of AWS's services."""
        return self._session.client(service)

    @property
    def bucket(self) -> str:
        """Where packages are kept: one bucket for all stages of an account and region."""
        return f"minsheng-packages-{self.number}-{self.stage.region}"

    def address(self, key: str) -> str:
        """An object's address for CloudFormation: by HTTPS, with the partition's domain."""
        domain = self._session.client("s3").meta.endpoint_url.rstrip("/")
        return f"{domain}/{self.bucket}/{key}"


def make_bucket(account: Account) -> None:
    """Makes the bucket for packages where it is missing: nobody else sees it, and it forgets after a year."""
    s3, name = account.client("s3"), account.bucket
    try:
        s3.head_bucket(Bucket=name)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"404", "NoSuchBucket", "NotFound"}:
            raise DeployFailed(f"The bucket {name} can't be used: {error}") from None
        s3.create_bucket(Bucket=name, **_place(account.stage.region))
    blocked = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(blocked, True))
    forgets = {"ID": "old-packages", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 365}}
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [forgets]})


def _place(region: str) -> dict[str, Any]:
    """`us-east-1` is where buckets are made that name no place."""
    return {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
