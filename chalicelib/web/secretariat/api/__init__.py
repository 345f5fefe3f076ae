"""The secretariat's routes under `/api/v1/`."""
