"""The top of a chart's scale."""


def round_up(value: int) -> int:
    """The next of 1, 2, 5, 10, 20, 50 …"""
    power = int("1" + "0" * (len(str(value)) - 1))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= value)
