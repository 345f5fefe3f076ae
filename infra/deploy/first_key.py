"""The first key of the secretariat, where a stage has none: `python -m infra.deploy.first_key`, with its settings.

A process of its own, since the product reads its settings once. Prints the key, this once; nothing where there is one.
"""

from chalicelib.access.store.keys import KeyItem, give_secretariat
from chalicelib.kernel.codes import new_key


def main() -> None:
    """Gives a key to an administrator, unless there is one."""
    if any(item.role == "secretariat" for item in KeyItem.scan(consistent_read=True)):
        return
    key = new_key()
    give_secretariat(key)
    print(key)


if __name__ == "__main__":
    main()
