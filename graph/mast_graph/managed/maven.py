"""The one door to Maven: which jars a Neo4j release needs, and fetching one of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from jgo.maven import MavenContext
from jgo.parse import Endpoint

MODULES: Final = ("org.neo4j:neo4j", "org.neo4j:neo4j-bolt")
"""The embedded server and its Bolt connector; all else follows from them."""


def resolve(release: str, *, repository: Path) -> list[str]:
    """Coordinates of all jars a Neo4j release needs to run, sorted; ``repository`` keeps the POM files."""
    context = MavenContext(repo_cache=repository)
    endpoint = Endpoint.parse("+".join(f"{module}:{release}" for module in MODULES))
    asked = [context.create_dependency(replace(each, scope="compile")) for each in endpoint.coordinates]
    found, needed = context.resolver.resolve(asked)
    jars = {
        ":".join(filter(None, (jar.groupId, jar.artifactId, jar.version, jar.classifier)))
        for jar in (each.artifact for each in (*found, *needed) if each.scope in ("compile", "runtime"))
        if jar.packaging == "jar"
    }
    return sorted(jars)


def fetch(coordinate: str, repository: Path) -> Path:
    """Download one jar into an empty corner of ``repository`` and return where it lies, unchecked."""
    group, artifact, version, *classifier = coordinate.split(":")
    component = MavenContext(repo_cache=repository).project(group, artifact).at_version(version)
    return Path(component.artifact(*classifier).resolve())
