"""Rules of scoring: pure, the same bytes on every run."""
