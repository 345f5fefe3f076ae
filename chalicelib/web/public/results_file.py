"""What is published of a survey, as tables that people open in a spreadsheet."""

from collections.abc import Iterator, Mapping

from chalice.app import Response

from chalicelib.associations.gateways.tables import Cell, csv_file, xlsx_file
from chalicelib.instrument.questionnaires import regions
from chalicelib.kernel.errors import NotFound, RequestInvalid
from chalicelib.results.domain.thresholds import NATION
from chalicelib.results.usecases.item_labels import group_names, labels_of
from chalicelib.results.usecases.published import of_year
from chalicelib.web.public.results import ResultTable, read_table
from chalicelib.web.rim import caller
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.language import Language, choose
from chalicelib.web.rim.media import CSV, XLSX
from chalicelib.web.rim.operation import ANYBODY, operation

_FILES = {"table.csv": CSV, "table.xlsx": XLSX}
_COLUMNS = ("r_item", "r_area", "r_by", "r_option", "r_base_column", "r_n", "r_share", "r_weighted")


@operation(
    "GET",
    "/api/v1/results/{year}/{edition}/{item}/{name}",
    who=ANYBODY,
    gives=CSV,
    query=("area", "by"),
    refuses=(NotFound, RequestInvalid),
)
def get_result_file(call: Call, year: str, edition: str, item: str, name: str) -> Response:
    """The same as a table in words: table.csv, table.xlsx; what isn't shown has no figures, and says so."""
    if name not in _FILES:
        raise NotFound("no_table", name=name[:40])
    say = choose(call.language, "")
    known = labels_of(of_year(year), edition, call.language)
    rows = _rows(read_table(call, year, edition, item), say, group_names(known))
    columns = [say(column) for column in _COLUMNS]
    made = csv_file(columns, rows) if name.endswith("csv") else xlsx_file(item, columns, rows)
    return caller.file(made, _FILES[name], f"results-{year}-{edition}-{item}.{name.rpartition('.')[2]}")


def _rows(found: ResultTable, say: Language, groups: Mapping[str, str]) -> Iterator[list[Cell]]:
    for cell in found["cells"]:
        area = say("r_nation") if cell["area"] == NATION else regions().name(cell["area"].ljust(6, "0"), say.tag)
        group = groups[cell["group"]] if cell["group"] else say("r_by_all")
        option = cell["option"]
        words = say("r_few") if option is None else found["options"].get(option, option)
        yield [found["label"], area, group, words, cell["base"], cell["n"], cell["share"], cell["weighted"]]
