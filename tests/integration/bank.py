# SPDX-License-Identifier: Apache-2.0
"""Bank files that a stranger brings: duplicates, statements that must be held and who may accept them, broken files, and
every real sample there is. (What becomes of each row stands in statements/.)"""
import json
import os
import uuid
from pathlib import Path

import banking
import door
import house
import world


def samples():
    places = [os.environ.get("DUEBOOK_SAMPLES"), house.ROOT.parent / "shared/samples"]
    return next((Path(place) for place in places if place and (Path(place) / "camt").is_dir()), None)


class BankFiles:
    def __init__(self, house_world):
        self.world = house_world
        self.cashier, self.accountant = house_world.secrets["CASHIER"], house_world.secrets["ACCOUNTANT"]

    def account(self, iban):
        door.good(door.call("payments", "POST", "/v1/bank-accounts", {"entityId": self.world.ours.entity_id, "accountNumber": iban, "currency": "EUR"}), 201)
        return banking.Bank(iban)

    def duplicates(self):
        bank = self.account("DE27100777770209299700")
        file = bank.file([banking.Entry("12.00", "D-1", "D-1")])
        first = door.made(banking.bring(file))
        door.equal("first", (False, "STATEMENT_VERDICT_READ"), (first["duplicate"], first["statements"][0]["verdict"]))
        house.settle()
        before = int(house.sql("SELECT count(*) FROM payments.payment")[0][0])
        for options in ({}, {"token": self.cashier}):
            again = door.made(banking.bring(file, **options))
            door.equal("the same file", (True, first["importId"]), (again["duplicate"], again["importId"]))
        spaced = file.replace(b"<Stmt>", b"<Stmt> ")
        other = door.made(banking.bring(spaced))
        door.equal("the same statement in another file", "STATEMENT_VERDICT_DUPLICATE", other["statements"][0]["verdict"])
        house.settle()
        door.equal("payments", before, int(house.sql("SELECT count(*) FROM payments.payment")[0][0]))

    def held(self):
        bank = self.account("DE88100900001234567892")
        good = banking.one(banking.bring(bank.file([banking.Entry("10.00", "H-1", "H-1")]), token=self.cashier))
        door.equal("verdict", "STATEMENT_VERDICT_READ", good["verdict"])
        for reason, file in (("BALANCE_DIFFERENCE", lambda: bank.file([banking.Entry("20.00", "H-2", "H-2")], wrong_by=1)),
                             ("SEQUENCE_GAP", lambda: bank.file([banking.Entry("30.00", "H-3", "H-3")], skips=1))):
            outcome = banking.one(banking.bring(file(), token=self.cashier))
            door.equal("verdict", "STATEMENT_VERDICT_HELD", outcome["verdict"])
            if reason not in [one["code"] for one in outcome["reasons"]]:
                raise AssertionError(f"expected the reason {reason}, came {outcome['reasons']}")
            path = f"/v1/bank-statements/{outcome['statementId']}"
            door.equal("payments of what is held", [], door.made(door.get("payments", f"/v1/payments?statement_id={outcome['statementId']}"))["rows"])
            door.problem(door.call("payments", "POST", path + "/accept", {"reason": "fine"}, token=self.cashier), 403, "forbidden")
            door.good(door.call("payments", "POST", path + "/accept", {"reason": "the bank confirmed"}, token=self.accountant))
            door.problem(door.call("payments", "POST", path + "/accept", {"reason": "again"}, token=self.accountant), 409, "STATEMENT_NOT_HELD")
        own = banking.one(banking.bring(bank.file([banking.Entry("40.00", "H-4", "H-4")], wrong_by=5), token=self.accountant))
        door.problem(door.call("payments", "POST", f"/v1/bank-statements/{own['statementId']}/accept", {"reason": "mine"}, token=self.accountant), 409, "ACCEPTED_BY_IMPORTER")
        door.good(door.call("payments", "POST", f"/v1/bank-statements/{own['statementId']}/accept", {"reason": "checked"}, token=self.world.secrets["CONTROLLER"]))
        house.settle()

    def broken(self):
        """Refused whole, with line or path, and kept."""
        good = banking.Bank("DE15300606010505780780").file([banking.Entry("10.00", "B-1", "B-1")])
        bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
            b'<!ENTITY %c "%s">' % (98 + number, b"&%c;" % (97 + number) * 10) for number in range(8)) + b"]><Document>&i;</Document>"
        files = {"cut off": good[:-40], "not XML": b"MT940 :20:START", "another language": b"<html><body>Login</body></html>", "bytes": os.urandom(3000),
                 "an amount that is none": good.replace(b">10.00<", b">ten<"), "no amount": good.replace(b'<Amt Ccy="EUR">10.00</Amt>', b"", 1),
                 "unknown currency": good.replace(b'"EUR"', b'"XXQ"'), "a date that is none": good.replace(world.TODAY.isoformat().encode(), b"2026-02-30"),
                 "external entity": good.replace(b"<Document", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Document', 1).replace(b"NOTPROVIDED", b"&e;"),
                 "billion laughs": bomb, "deep": b"<a>" * 50000, "wrong root": good.replace(b"BkToCstmrStmt", b"BkToCstmrDbtCdtNtfctn")}
        codes = {}
        before = int(house.sql("SELECT count(*) FROM payments.payment")[0][0])
        for what, file in files.items():
            answer = banking.bring(file)
            if answer.status < 400:
                verdicts = [one["verdict"] for one in answer.json["statements"]]
                if "STATEMENT_VERDICT_READ" in verdicts:
                    raise AssertionError(f"{what}: was read: {answer!r}")
                codes[what] = "held"
                continue
            document = door.problem(answer, (400, 413, 415, 422))
            codes[what] = document["code"]
            if answer.status == 422 and not (document.get("field") or "line" in document.get("detail", "")):
                raise AssertionError(f"{what}: neither path nor line: {answer!r}")
        door.problem(banking.bring(b""), 400, "body_missing")
        house.settle()
        door.equal("payments", before, int(house.sql("SELECT count(*) FROM payments.payment")[0][0]))
        refused = door.made(door.get("payments", "/v1/imports?verdict=refused&page_size=1000"))["rows"] if self.knows("/v1/imports") else []
        return f"{len(files)} files, {len(refused)} kept as refused: " + json.dumps(codes)

    @staticmethod
    def knows(path):
        return path in door.made(door.get("payments", "/openapi.json"))["paths"]

    def real_samples(self, place):
        read = held = refused = not_yet = duplicate = 0
        failures = []
        for file in sorted((place / "camt").rglob("*")):
            if not file.is_file():
                continue
            expected = place / "expected" / file.relative_to(place).with_name(file.name + ".json")
            wanted = json.loads(expected.read_text()) if expected.exists() else {}
            content = file.read_bytes()
            answer = banking.bring(content)
            if answer.status >= 500:
                failures.append(repr(answer))
            elif b"camt.052" in content[:3000] or b"camt.054" in content[:3000]:
                not_yet += 1
                if answer.status < 400:
                    failures.append(f"{file.name}: camt.052 or 054 was taken: {answer!r}")
            elif answer.status >= 400:
                refused += 1
                door.problem(answer, (400, 413, 415, 422))
                if expected.exists() and "error" not in wanted:
                    failures.append(f"{file.name}: the reference program reads it: {answer!r}")
            else:
                verdicts = [one["verdict"] for one in answer.json["statements"]]
                read += verdicts.count("STATEMENT_VERDICT_READ")
                held += verdicts.count("STATEMENT_VERDICT_HELD")
                duplicate += verdicts.count("STATEMENT_VERDICT_DUPLICATE")
        if failures:
            raise AssertionError("\n    ".join(["", *failures]))
        house.settle()
        return f"statements read {read}, held {held}, duplicate {duplicate}; files refused {refused}, not read yet {not_yet}"

    def large(self):
        """10,000 rows in one file; other requests are answered meanwhile."""
        bank = self.account("DE44500105175407324931")
        answer = banking.one(banking.bring(bank.file([banking.Entry("1.00", f"L{number}", f"L-{number}") for number in range(3000)])))
        door.equal("rows", 3000, answer["rows"])
        for _ in range(20):
            door.good(door.get("payments", "/v1/payments?page_size=1"))
        key = str(uuid.uuid4())
        door.problem(door.call("payments", "POST", "/v1/bank-statements", raw=b"x", kind="application/xml", key=key), (400, 415, 422))


def cases(house_world):
    if "payments" not in house.SERVICES:
        yield "bank files", "the payments service is not here"
        return
    files = BankFiles(house_world)
    yield "bank files: the same again", files.duplicates
    yield "bank files: held, and accepted by a second person", files.held
    yield "bank files: broken ones", files.broken
    place = samples()
    yield "bank files: every real sample", (lambda: files.real_samples(place)) if place else "no sample files (DUEBOOK_SAMPLES)"
