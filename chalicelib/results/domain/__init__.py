"""The rules of what is published of a survey, pure; those with figures lie beside their code as data."""
