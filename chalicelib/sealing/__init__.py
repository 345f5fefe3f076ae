"""Closing a collection for ever: recount, figures, export, manifest, seal; and exports on demand."""
