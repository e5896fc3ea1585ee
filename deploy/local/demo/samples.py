# SPDX-License-Identifier: Apache-2.0
"""Real bank files from other people's repositories, brought through the same door. Beside each lies what a reference
program reads in it; a file that it could not read should be refused, and refusing one that it reads is a failure."""
import collections
import json
import os
from dataclasses import dataclass, field

from demo.door import Wrong
from demo.pace import until
from demo.world import ENTITIES


@dataclass
class Brought:
    """What was expected of how many files, and what came; `statements` by verdict, `reasons` why some are held."""
    expected: collections.Counter = field(default_factory=collections.Counter)
    came: collections.Counter = field(default_factory=collections.Counter)
    statements: collections.Counter = field(default_factory=collections.Counter)
    reasons: collections.Counter = field(default_factory=collections.Counter)
    wrong: list = field(default_factory=list)


def kind_of(expected):
    """What should become of the file: read (or held), refused, or later."""
    if expected.get("error"):
        return "refused"
    name = expected.get("format") or expected["file"]
    return "read" if "053" in name and "camt.052" not in name and "camt.054" not in name else "not read yet"


class Samples:
    def __init__(self, story, folder):
        self.story, self.door, self.folder = story, story.door, folder

    def _expected(self):
        found = []
        for folder, _, names in os.walk(os.path.join(self.folder, "expected", "camt")):
            for name in names:
                if name.endswith(".json") and not name.endswith(".genkgo.json"):
                    with open(os.path.join(folder, name), encoding="utf-8") as file:
                        found.append(json.load(file))
        return sorted(found, key=lambda expected: expected["file"])

    def bring(self):
        brought, outcomes = Brought(), []
        files = self._expected()
        self._register(files)
        for expected in files:
            wanted = kind_of(expected)
            came, statements, said = self._one(os.path.join(self.folder, expected["file"]))
            brought.expected[wanted] += 1
            brought.came[came] += 1
            if came != wanted and not (came == "held" and wanted == "read"):
                brought.wrong.append(f"{expected['file']}: should be {wanted}, was {came}: {said}")
            for statement in statements:
                brought.statements[statement["verdict"].replace("STATEMENT_VERDICT_", "").lower()] += 1
                brought.reasons.update(reason["code"] for reason in statement.get("reasons", []))
            outcomes += statements
        self._await(outcomes)
        self.story.say(f"{len(files)} real bank files brought: " + ", ".join(f"{count} {name}" for name, count in sorted(brought.came.items())))
        if brought.wrong:
            raise Wrong("real bank files: " + "; ".join(brought.wrong))
        return brought

    def _register(self, files):
        """Their accounts become ours: what they say is then posted like everything else."""
        numbers = {statement["account"] for expected in files for statement in expected.get("statements", []) if statement.get("account")}

        def register(number):
            self.door.write("POST", "payments", "/v1/bank-accounts", {"entityId": ENTITIES[0].entity_id, "accountNumber": number}, accept=(409, 422))
        self.door.each(register, sorted(numbers))

    def _one(self, path):
        with open(path, "rb") as file:
            body = file.read()
        status, answer = self.door.send("POST", "payments", "/v1/bank-statements", body, "application/xml", accept=(422,))
        if status != 422:
            statements = answer.get("statements", [])
            held = any(statement["verdict"] == "STATEMENT_VERDICT_HELD" for statement in statements)
            return "held" if held else "read", statements, ""
        code = answer.get("code", "")
        said = f"{code} {answer.get('field', '')}: {answer.get('detail', '')}"
        if not answer.get("detail"):
            raise Wrong(f"{path} was refused without a reason")
        return "not read yet" if code == "not_read_yet" else "refused", [], said

    def _await(self, outcomes):
        def posted(outcome):
            path = f"/v1/bank-statements/{outcome['statementId']}"
            until(f"{path} is posted", 60, lambda: self.door.get("payments", path)["status"] != "STATEMENT_STATUS_INGESTED")
        self.door.each(posted, [outcome for outcome in outcomes if outcome["verdict"] == "STATEMENT_VERDICT_READ"])
        self.story.feeds.quiet()
