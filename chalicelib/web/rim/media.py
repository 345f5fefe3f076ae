"""Media types that routes take or give beside JSON."""

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GZIP = "application/gzip"
PDF = "application/pdf"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
