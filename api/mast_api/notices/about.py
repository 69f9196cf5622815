"""What only the organisation that publishes can say: a YAML file, by the numbers of the standard's fields."""

from __future__ import annotations

from pathlib import Path

import yaml

from mast_resolver.errors import UnreadableFileError


def read_about(path: Path) -> dict[str, str]:
    """Texts by field number.

    Raises:
        UnreadableFileError: it is no YAML, or not texts by numbers in quotes.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        ...     _ = file.write('"2.1.3": Director of Children\\'s Services')
        ...     file.flush()
        ...     read_about(Path(file.name))
        {'2.1.3': "Director of Children's Services"}
    """
    try:
        said = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        said = None
    if not isinstance(said, dict) or not all(isinstance(each, str) for pair in said.items() for each in pair):
        raise UnreadableFileError(
            f"{path.name} is not texts by field numbers",
            fix='write "2.1.3": TEXT, the number in quotes',
        )
    return said
