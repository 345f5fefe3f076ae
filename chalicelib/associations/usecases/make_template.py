"""Making the empty tables that are filled in and imported: annex 1 and annex 2."""

from chalicelib.associations.domain.supporter_rows import SUPPORTERS
from chalicelib.associations.domain.table import Form
from chalicelib.associations.domain.unit_rows import unit_form
from chalicelib.associations.gateways.tables import csv_file, xlsx_file
from chalicelib.instrument import questionnaires
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.texts import chinese

TABLES = ("units", "supporters")
KINDS = ("csv", "xlsx")


def make_template(name: str, lang: str) -> bytes:
    """The table of this name (`units.xlsx`), headed in `lang`. Raises `NotFound`."""
    table, _, kind = name.partition(".")
    if table not in TABLES or kind not in KINDS:
        raise NotFound("no_template", name=name)
    headings = [field.title(lang) for field in form_of(table).fields]
    if kind == "csv":
        return csv_file(headings, ())
    return xlsx_file(chinese("tables")(f"annex_{table}"), headings, empty=True)


def form_of(table: str) -> Form:
    """What a table holds."""
    return SUPPORTERS if table == "supporters" else unit_form(questionnaires.regions())
