"""`make drill-seal`: a large campaign is sealed through an engine that refuses as AWS does.

Ticks come as AWS sends them, each in a process of its own: they overlap, and some come twice. One step is slowed to
twice its lease. Afterwards the campaign must have been sealed once, with the right figures, by steps that were made at
most twice, in little memory.
"""
