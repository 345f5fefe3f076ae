"""The table of mails on their way."""
