"""The fixed words of the form, by the names that the layouts use."""

from collections.abc import Mapping
from types import MappingProxyType

from kontum_netcheck.model import Message, message

WORDS: Mapping[str, Message] = MappingProxyType(
    {
        "nation": message("SOCIALIST REPUBLIC OF VIET NAM"),
        "motto": message("Independence - Freedom - Happiness"),
        "number": message("No.:"),
        "kind": message("INSPECTION RECORD"),
        "began": message("Began at:"),
        "where": message("Place:"),
        "participants": message("Present:"),
        "chair": message("Chair:"),
        "secretary": message("Secretary (who wrote this record):"),
        "content": message("Content:"),
        "methods": message("1. What was checked, and how"),
        "probe": message("Check"),
        "purpose": message("What it asks"),
        "answered": message("Answered / planned"),
        "who": message("By whom, from where"),
        "when": message("When"),
        "results": message("2. Results"),
        "what": message("What was checked"),
        "found": message("Measured, found"),
        "at": message("When, valid until"),
        "conclusion": message("Conclusion"),
        "limits": message("3. Limits applied, and their sources"),
        "limit_number": message("No."),
        "metric": message("Metric"),
        "ready": message("Ready"),
        "degraded": message("Degraded"),
        "source": message("Source"),
        "conclusions": message("4. Conclusions"),
        "remarks": message("Remarks of those present:"),
        "evidence": message("5. Evidence"),
        "sha256": message("SHA-256 of the evidence:"),
        "commands": message("To compute it again, on the store:"),
        "closing": message(
            "This record was read to all who were present, who agree to it and sign it. It ended at:"
        ),
        "signatures": message("SIGNATURES OF THOSE PRESENT"),
        "name_and_post": message("Name, post"),
        "signature": message("Signature"),
        "secretary_signs": message("SECRETARY"),
        "chair_signs": message("CHAIR"),
        "sign_and_name": message("(signature, full name)"),
        "chair_sign_and_name": message("(signature, full name, seal if any)"),
        "recipients": message("Recipients:"),
    }
)
