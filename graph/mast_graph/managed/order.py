"""What the parent tells the child to start; kept apart so that the parent never loads the Java bridge."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Order:
    """What to start, and where."""

    home: str
    class_path: tuple[str, ...]
    heap: str
    quick: bool
    password: str = field(repr=False)
    archive: str = ""
    """Classes made ready before, or nothing."""
    class_list: str = ""
    """Where Java is to list the classes that it loads, or nothing."""

    def line(self) -> bytes:
        """As it is sent: never on a command line, which every user of the machine can read."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @staticmethod
    def read(line: bytes) -> Order:
        """As it is received."""
        return Order(**json.loads(line))
