"""Minsheng (民声): the backend of a nationwide public-interest survey."""

__version__ = "0.1.0"
