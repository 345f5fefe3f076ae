"""Mails on a schedule and on request, through an outbox."""
