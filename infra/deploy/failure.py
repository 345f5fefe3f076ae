"""Why a deployment ends."""


class DeployFailed(Exception):
    """It can't go on; the text says why, and what to do about it."""
