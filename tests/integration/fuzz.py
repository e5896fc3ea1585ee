# SPDX-License-Identifier: Apache-2.0
"""schemathesis (PyPI) makes requests from each service's own OpenAPI document, good and bad, and looks at every answer: no
5xx, and nothing that the document does not promise. Bounded in time; the seed is printed."""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import door
import house

SECONDS = int(os.environ.get("DUEBOOK_FUZZ_SECONDS", "45"))
SEED = os.environ.get("DUEBOOK_SEED", "20261123")
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
# 501 is the right answer to a method that no standard path of ours knows (RFC 9110, 15.6.2), and bad_input.py asks for it.
SETTINGS = "[phases.coverage]\nunexpected-methods = [\"GET\", \"POST\", \"PUT\", \"PATCH\", \"DELETE\"]\n"
# The test clock only goes forward, so a guess at it would be for good.
LEFT_OUT = ["/v1/clock"]


def program():
    found = Path(sys.executable).with_name("schemathesis")
    return str(found) if found.exists() else None


def start(service, directory):
    (directory / "schemathesis.toml").write_text(SETTINGS)
    arguments = [program(), "run", house.url(service) + "/openapi.json", "--checks", CHECKS, "--max-time", str(SECONDS), "--phases", "examples,coverage,fuzzing",
                 "--seed", SEED, "--generation-database", "none", "--no-shrink", "--continue-on-failure", "--request-timeout", "40",
                 "--suppress-health-check", "all", "--warnings", "off", "--no-color", "-H", "Authorization: Bearer " + house.token()]
    for path in LEFT_OUT:
        arguments += ["--exclude-path", path]
    return subprocess.Popen(arguments, stdout=open(directory / f"{service}.txt", "w"), stderr=subprocess.STDOUT, cwd=directory)


def run(house_world):
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        runs = {service: start(service, directory) for service in house.SERVICES}
        failures, counts = [], []
        for service, process in runs.items():
            try:
                code = process.wait(SECONDS + 90)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                code = "no end"
            text = (directory / f"{service}.txt").read_text(errors="replace")
            made = re.search(r"(\d+) generated|Test cases:\s*\n\s*([\d,]+)", text)
            counts.append(f"{service} {next((group for group in made.groups() if group), '?') if made else '?'}")
            if code != 0:
                failures.append(f"{service}: schemathesis says {code} (seed {SEED}):\n" + text[-6000:])
    for service in house.SERVICES:
        if not house.ready(service):
            failures.append(f"{service} is not ready afterwards")
    door.equal("processes", house_world.pids, {service: house.pid(service) for service in house.SERVICES})
    if failures:
        raise AssertionError("\n".join(failures))
    return f"requests made: {', '.join(counts)}, seed {SEED}"


def cases(house_world):
    if not program():
        yield "fuzz: schemathesis", "schemathesis is not installed"
        return
    yield f"fuzz: schemathesis over {len(house.SERVICES)} documents", lambda: run(house_world)
