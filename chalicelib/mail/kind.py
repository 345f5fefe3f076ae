"""What a kind of mail says of itself. Each is declared in a file of its own, as `KIND`, and nothing else lists them."""

import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from chalicelib.associations.domain.contact import Contact
from chalicelib.campaigns.campaign import Campaign
from chalicelib.counting.usecases.snapshot import Readings
from chalicelib.mail import kinds
from chalicelib.mail.domain.mail_progress import MailProgress
from chalicelib.mail.domain.outgoing import Outgoing
from chalicelib.mail.gateways import mail
from chalicelib.mail.gateways.mail import Mail


@dataclass(eq=False)
class MailKind:
    """A kind of mail."""

    name: str
    """As jobs and the outbox store it, and as Message-IDs are made from it: it never changes."""
    addressees: Callable[[MailProgress, Mapping[str, Contact]], Iterable[str]]
    """Who gets it: `SECRETARIAT`, and which of the units that can be reached, given by code."""
    write: Callable[[Outgoing, MailProgress, Readings], Mail]
    """Writes one mail at the moment it is tried; see `compose`."""
    export: Callable[[Campaign], str] | None = None
    """For a mail of figures: names the export that it leads to. The job notes the figures, for the next to compare."""
    prepare: Callable[[MailProgress, Campaign], None] = lambda *_: None
    """Orders what it leads to, before the first mail is in the outbox; can be run twice."""
    once_in_ms: int = 1
    """It goes out once in this time, however often it is ordered; 1: once for each instant that it is ordered for."""
    by_unit: bool = False
    """Whether that is so for each unit by itself."""
    keeps_text: bool = True
    """Whether the outbox keeps its text, for the secretariat to look at."""
    kept: bool = False
    """Whether its job is kept for good, so that it is never ordered again."""


@cache
def mail_kinds() -> Mapping[str, MailKind]:
    """All kinds, by name."""
    found = [import_module(f"{kinds.__name__}.{file.name}").KIND for file in pkgutil.iter_modules(kinds.__path__)]
    return {kind.name: kind for kind in found}


def compose(outgoing: Outgoing, at_ms: int, template: str, subject: str, values: dict[str, Any], **more: Any) -> Mail:
    """A mail from the templates `<template>.txt` and `<template>.html`; `more` are other fields of `Mail`."""
    text, html = (mail.render(f"{template}.{form}", **values) for form in ("txt", "html"))
    return Mail(key=outgoing.name, to=outgoing.to, subject=subject, text=text, html=html, at_ms=at_ms, **more)
