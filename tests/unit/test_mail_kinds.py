"""The kinds of mails: what the folder declares, under the names that stored jobs and mails have."""

from pathlib import Path

from chalicelib.mail import kinds
from chalicelib.mail.kind import mail_kinds


def test_each_file_is_a_kind_of_its_own_name() -> None:
    """Release 0.1.0 stored these names: they stay, whatever is added."""
    files = {path.stem for path in Path(str(kinds.__file__)).parent.glob("[a-z]*.py")}

    assert {name.replace("-", "_") for name in mail_kinds()} == files
    assert {"digest", "final", "reminder", "sign-in"} <= set(mail_kinds())


def test_what_sets_kinds_apart() -> None:
    """One-time links are nobody else's to read, the seal is told of once, and only digests are held against others."""
    declared = mail_kinds().values()

    assert [kind.name for kind in declared if not kind.keeps_text] == ["sign-in"]
    assert [kind.name for kind in declared if kind.kept] == ["final"]
    assert {kind.name for kind in declared if kind.export} == {"digest", "final"}
    assert [kind.name for kind in declared if kind.by_unit] == ["sign-in"]
