"""Media types that routes take or give."""

ANY = "*/*"
"""Where we refuse what we don't take ourselves, with a problem document, and only after a look at the size."""
JSON = "application/json"
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
WORKBOOKS = (XLSX, XLS, ODS)
GZIP = "application/gzip"
PDF = "application/pdf"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
