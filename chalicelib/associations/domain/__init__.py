"""The rules of units, supporters and their annexes, pure."""
