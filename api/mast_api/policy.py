"""The policy in force: Cedar files, default deny, worked out once into who may ask and see what."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

import cedarpy

from mast_resolver.errors import PolicyError

SCHEMA: Final = "schema.cedarschema"

Ask = tuple[str, str, str, str]
"""Role, purpose, action, and what it is done to."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What each role may do for each purpose; whatever is not in it, it may not.

    Example:
        >>> policy = Policy.of(
        ...     ['permit (principal == Role::"officer", action == Action::"ask", resource == Question::"why")'
        ...      ' when { context.purpose == "enquiry" };'],
        ...     roles=["officer"], purposes=["enquiry", "research"], questions=["why"], data_classes=[])
        >>> policy.may_ask("officer", "enquiry", "why"), policy.may_ask("officer", "research", "why")
        (True, False)
    """

    by_role: Mapping[tuple[str, str, str], frozenset[str]]
    """What each role may do it to, by role, purpose and action."""

    @classmethod
    def of(
        cls,
        statements: Iterable[str],
        *,
        roles: Sequence[str],
        purposes: Sequence[str],
        questions: Sequence[str],
        data_classes: Sequence[str],
    ) -> Policy:
        """Work out what the statements allow.

        Raises:
            PolicyError: a statement cannot be read, or names what there is not.
        """
        text = "\n".join(statements)
        things = [("act", "Service", "mast")]
        things += [("ask", "Question", question) for question in questions]
        things += [("see", "DataClass", name) for name in data_classes]
        asks = [
            ((role, purpose, action, name), _request(role, purpose, action, kind, name))
            for role in roles
            for purpose in purposes
            for action, kind, name in things
        ]
        answers = cedarpy.is_authorized_batch([request for _, request in asks], text, [])
        if any(answer.diagnostics.errors for answer in answers):
            raise PolicyError("a policy cannot be evaluated", fix="correct the files of mast_api/policies")
        by_role: dict[tuple[str, str, str], set[str]] = {}
        for ((role, purpose, action, name), _), answer in zip(asks, answers, strict=True):
            if answer.allowed:
                by_role.setdefault((role, purpose, action), set()).add(name)
        return cls({of: frozenset(names) for of, names in by_role.items()})

    @property
    def allowed(self) -> frozenset[Ask]:
        """All of it, one by one."""
        return frozenset((*of, name) for of, names in self.by_role.items() for name in names)

    def may_act(self, role: str, purpose: str) -> bool:
        """Whether the role may act for the purpose at all."""
        return bool(self._named(role, purpose, "act"))

    def may_ask(self, role: str, purpose: str, question: str) -> bool:
        """Whether it may ask the question for the purpose."""
        return question in self.questions(role, purpose)

    def questions(self, role: str, purpose: str) -> frozenset[str]:
        """Everything it may ask for the purpose."""
        return self._named(role, purpose, "ask")

    def data_classes(self, role: str, purpose: str) -> frozenset[str]:
        """The classes of data it may see for the purpose; agreements narrow them further."""
        return self._named(role, purpose, "see")

    def _named(self, role: str, purpose: str, action: str) -> frozenset[str]:
        return self.by_role.get((role, purpose, action), frozenset())


@lru_cache(maxsize=1)
def statements() -> Mapping[str, str]:
    """Every statement of the policy files by its id, in the order of the files.

    Raises:
        PolicyError: a file is not one of policies as our schema has them, or a statement has no own id.
    """
    found: dict[str, str] = {}
    for text in _texts(".cedar"):
        for id_, statement in _cut(text):
            if not id_ or id_ in found:
                raise PolicyError("a policy has no id of its own", fix='begin each with @id("NAME")')
            found[id_] = statement
    schema = files("mast_api").joinpath("policies", SCHEMA).read_text("utf-8")
    checked = cedarpy.validate_policies("\n".join(found.values()), schema)
    if not checked.validation_passed:
        raise PolicyError("a policy does not fit the schema", fix=str(checked.errors[0]))
    return found


def _texts(ending: str) -> Iterator[str]:
    folder = files("mast_api").joinpath("policies")
    for each in sorted(folder.iterdir(), key=lambda file: file.name):
        if each.name.endswith(ending):
            yield each.read_text("utf-8")


def _cut(text: str) -> Iterator[tuple[str, str]]:
    """Statements one by one, with their ids, as Cedar itself reads them."""
    try:
        said = json.loads(cedarpy.policies_to_json_str(text))
    except ValueError as fault:
        raise PolicyError("a policy cannot be read", fix=str(fault)) from None
    if said["templates"]:
        raise PolicyError("a policy is a template", fix="name its principal and resource")
    for statement in said["staticPolicies"].values():
        id_ = statement.get("annotations", {}).get("id") or ""
        alone = {"staticPolicies": {"0": statement}, "templates": {}, "templateLinks": []}
        yield id_, cedarpy.policies_from_json_str(json.dumps(alone)) + "\n"


def _request(role: str, purpose: str, action: str, kind: str, name: str) -> dict[str, object]:
    return {
        "principal": f'Role::"{role}"',
        "action": f'Action::"{action}"',
        "resource": f'{kind}::"{name}"',
        "context": {"purpose": purpose},
    }
