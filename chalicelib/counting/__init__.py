"""From responses to counts: folding the stream, reading, settling, recounting, repairing."""
