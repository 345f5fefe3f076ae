"""The tables, one file each, and the few operations that the use cases need of them; `tables.py` names them all."""
