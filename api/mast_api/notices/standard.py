"""The fields of the Algorithmic Transparency Recording Standard, version 2.1, by their numbers."""

from __future__ import annotations

from typing import Final

VERSION: Final = "2.1"

FIELDS: Final = {
    "1.1": "Name",
    "1.2": "Description",
    "1.3": "Website URL",
    "1.4": "Contact email",
    "2.1.1": "Organisation or department",
    "2.1.2": "Team",
    "2.1.3": "Senior responsible owner",
    "2.1.4": "External supplier involvement",
    "2.1.4.1": "External supplier",
    "2.1.4.2": "Companies House number",
    "2.1.4.3": "External supplier role",
    "2.1.4.4": "Procurement procedure type",
    "2.1.4.5": "Data access terms",
    "2.2.1": "Detailed description",
    "2.2.2": "Scope",
    "2.2.3": "Benefit",
    "2.2.4": "Previous process",
    "2.2.5": "Alternatives considered",
    "2.3.1": "Process integration",
    "2.3.2": "Provided information",
    "2.3.3": "Frequency and scale of usage",
    "2.3.4": "Human decisions and review",
    "2.3.5": "Required training",
    "2.3.6": "Appeals and review",
    "2.4.1.1": "System architecture",
    "2.4.1.2": "Phase",
    "2.4.1.3": "Maintenance",
    "2.4.1.4": "Models",
    "2.4.2.1": "Model name",
    "2.4.2.2": "Model version",
    "2.4.2.3": "Model task",
    "2.4.2.4": "Model input",
    "2.4.2.5": "Model output",
    "2.4.2.6": "Model architecture",
    "2.4.2.7": "Model performance",
    "2.4.2.8": "Datasets",
    "2.4.2.9": "Dataset purposes",
    "2.4.3.1": "Source data name",
    "2.4.3.2": "Data modality",
    "2.4.3.3": "Data description",
    "2.4.3.4": "Data quantities",
    "2.4.3.5": "Sensitive attributes",
    "2.4.3.6": "Data completeness and representativeness",
    "2.4.3.7": "Source data URL",
    "2.4.3.8": "Data collection",
    "2.4.3.9": "Data cleaning",
    "2.4.3.10": "Data sharing agreements",
    "2.4.3.11": "Data access and storage",
    "2.5.1": "Impact assessment",
    "2.5.2": "Risks",
}

SECTIONS: Final = {
    "1": "Tier 1",
    "2.1": "Tier 2: owner and responsibility",
    "2.2": "Tier 2: description and rationale",
    "2.3": "Tier 2: decision-making process",
    "2.4": "Tier 2: tool specification",
    "2.5": "Tier 2: risks, mitigations and impact assessments",
}

THE_ORGANISATION_SAYS: Final = (
    "1.3", "1.4", "2.1.1", "2.1.2", "2.1.3", "2.1.4", "2.1.4.1", "2.1.4.2", "2.1.4.3", "2.1.4.4", "2.1.4.5",
    "2.2.4", "2.2.5", "2.3.3", "2.3.5", "2.4.1.2", "2.4.3.4", "2.4.3.7", "2.5.1",
)  # fmt: skip
"""What no program can know: it comes from whoever publishes the record."""
