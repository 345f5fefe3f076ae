"""How the runner says why it can't go on."""


class StartFailed(Exception):
    """The system can't start. Its text is one sentence for the person at the terminal, naming the way out."""
