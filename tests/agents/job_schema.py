"""docs/job.schema.json, made from the model: `python -m tests.agents.job_schema` writes it anew."""

import json
from pathlib import Path

from kontum_netcheck.agents.job import Job

FILE = Path(__file__).parents[2] / "docs" / "job.schema.json"


def text() -> str:
    """The schema as it is to stand in the file."""
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A job of kontum-netcheck: the argument `job` of the task kontum_netcheck.measure",
    }
    schema = {key: value for key, value in Job.model_json_schema().items() if key != "title"}
    return json.dumps({**head, **schema}, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
