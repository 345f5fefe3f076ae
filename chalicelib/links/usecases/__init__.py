"""Issuing, replacing and opening links; packing kits."""
