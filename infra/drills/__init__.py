"""Drills: programs that play people against a whole system, here or on AWS, break it, or say what it costs."""
