# SPDX-License-Identifier: Apache-2.0
"""Commands: one effect for one key whatever is repeated or raced, numbers without a gap, versions that guard, and refusals
that name rule and field."""
import concurrent.futures
import datetime
import uuid

import door
import house
import world


def invoice_body(account, cents=100, **more):
    return {"accountId": account, "lines": [world.line(cents)], **more}


def issue(account, key, token=door.DEFAULT, **more):
    return door.call("invoicing", "POST", "/v1/invoices", invoice_body(account, **more), key=key, token=token)


def count(query):
    return int(house.sql(query)[0][0])


def invoices():
    return count("SELECT count(*) FROM invoicing.invoice")


def at_once(functions, workers=50):
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        return [future.result() for future in [pool.submit(function) for function in functions]]


class Commands:
    def __init__(self, house_world):
        self.world, self.ours = house_world, house_world.ours

    def same_again(self):
        key, before = "same-" + str(uuid.uuid4()), invoices()
        first = door.good(issue(self.ours.account_id, key), 201)
        door.equal("a first answer's Idempotency-Replayed", None, first.headers.get("Idempotency-Replayed"))
        again = door.good(issue(self.ours.account_id, key), 201)
        door.equal("Idempotency-Replayed", "true", again.headers.get("Idempotency-Replayed"))
        door.equal("the answer", first.text, again.text)
        for name in ("Location", "ETag", "Duebook-Position"):
            door.equal(name, first.headers.get(name), again.headers.get(name))
        raw = b'\n{ "lines":[{"taxes":[{"ratePpm":190000,"category":"TAX_CATEGORY_S","authority":"VAT"}],"price":"1.00",' \
              b'"unitCode":"C62","quantity":"1","description":"Work","lineId":"1"}], "accountId":"' + self.ours.account_id.encode() + b'"}'
        other_words = door.good(door.call("invoicing", "POST", "/v1/invoices", raw=raw, key=key), 201)
        door.equal("Idempotency-Replayed of the same request written differently", "true", other_words.headers.get("Idempotency-Replayed"))
        door.equal("invoices", before + 1, invoices())

    def conflict(self):
        key = str(uuid.uuid4())
        door.good(issue(self.ours.account_id, key, cents=100))
        with world.NothingWritten("a key with another body"):
            document = door.problem(issue(self.ours.account_id, key, cents=101), 422, "IDEMPOTENCY_CONFLICT", "Idempotency-Key")
        door.equal("rule", "GEN-8", document["rule"])
        # The same key at another object is another request; of another caller it is another key.
        account = self.ours.open_account()
        path = "/v1/accounts/{}/terms"
        body = {"terms": {"kind": "TERMS_KIND_NET", "days": 14}, "cycleCode": "INT-1"}
        door.good(door.call("invoicing", "PUT", path.format(account), body, key=key))
        door.problem(door.call("invoicing", "PUT", path.format(self.ours.account_id), body, key=key), 422, "IDEMPOTENCY_CONFLICT")
        other = door.good(issue(self.ours.account_id, key, token=self.world.secrets["BILLER"], cents=102), 201)
        door.equal("another caller's Idempotency-Replayed", None, other.headers.get("Idempotency-Replayed"))

    def refused_again(self):
        """A refusal is a decision as well: it is remembered, and repeated word for word."""
        key, body = str(uuid.uuid4()), invoice_body(self.ours.account_id, -100)
        first = door.call("invoicing", "POST", "/v1/invoices", body, key=key)
        door.problem(first, 422, "PRICE_NEGATIVE", "lines")
        again = door.call("invoicing", "POST", "/v1/invoices", body, key=key)
        door.problem(again, 422, "PRICE_NEGATIVE", "lines")
        door.equal("Idempotency-Replayed", "true", again.headers.get("Idempotency-Replayed"))

    def fifty_with_one_key(self):
        key, before = str(uuid.uuid4()), invoices()
        answers = at_once([lambda: issue(self.ours.account_id, key)] * 50)
        for answer in answers:
            if answer.status != 201:
                raise AssertionError(f"expected 201, came {answer!r}")
        door.equal("different answers", 1, len({answer.text for answer in answers}))
        door.equal("first answers", 1, sum(answer.headers.get("Idempotency-Replayed") is None for answer in answers))
        door.equal("invoices", before + 1, invoices())
        return "50 at once, one effect"

    def inv17(self):
        """INV-17: 50 concurrent issues with 10 refused give exactly 40 documents numbered 1..40."""
        entity = world.Entity("Gapless AG", "DE75512108001245126199")
        accounts = [entity.account_id] + [entity.open_account() for _ in range(6)]
        bodies = [invoice_body(accounts[number % 7], -100 if number % 5 == 0 else 100 + number) for number in range(50)]
        answers = at_once([lambda body=body: door.call("invoicing", "POST", "/v1/invoices", body) for body in bodies])
        door.equal("statuses", {201: 40, 422: 10}, {status: sum(answer.status == status for answer in answers) for status in {answer.status for answer in answers}})
        numbers = sorted(answer.json["document"]["number"] for answer in answers if answer.status == 201)
        tails = [int(number[-6:]) for number in numbers]
        door.equal("numbers", list(range(1, 41)), tails)
        rows = house.sql(f"SELECT number FROM invoicing.invoice WHERE entity_id = '{entity.entity_id}' ORDER BY number")
        door.equal("numbers in the log", numbers, [row[0] for row in rows])
        return f"{numbers[0]} … {numbers[-1]}"

    def versions(self):
        account = self.ours.open_account()
        path = f"/v1/accounts/{account}"
        first = door.good(door.get("invoicing", path), 200)
        tag = first.headers["ETag"]
        for known in (tag, f'"x", {tag}', "W/" + tag, "*"):
            answer = door.get("invoicing", path, headers={"If-None-Match": known})
            door.equal(f"If-None-Match: {known}", (304, b""), (answer.status, answer.text))
            door.equal("ETag of 304", tag, answer.headers["ETag"])
        door.good(door.get("invoicing", path, headers={"If-None-Match": '"0"'}), 200)

        def change(days, match):
            return door.call("invoicing", "PUT", path + "/terms", {"terms": {"kind": "TERMS_KIND_NET", "days": days}, "cycleCode": "INT-1"}, headers=match)
        changed = door.good(change(10, {"If-Match": tag}), 200)
        if changed.headers["ETag"] == tag:
            raise AssertionError("a change kept its ETag")
        with world.NothingWritten("a stale If-Match"):
            door.problem(change(11, {"If-Match": tag}), 412)
            door.problem(change(11, {"If-Match": "W/" + changed.headers["ETag"]}), (400, 412))
        door.good(door.get("invoicing", path, headers={"If-None-Match": tag}), 200)
        door.good(change(12, {"If-Match": "*"}), 200)
        tag = door.get("invoicing", path).headers["ETag"]
        answers = at_once([lambda days=days: change(days, {"If-Match": tag}) for days in range(20, 40)])
        door.equal("writers with one version", {200: 1, 412: 19}, {status: sum(answer.status == status for answer in answers) for status in {answer.status for answer in answers}})
        head = door.call("invoicing", "HEAD", path)
        door.equal("HEAD", (200, b"", door.get("invoicing", path).headers["ETag"]), (head.status, head.text, head.headers["ETag"]))

    def refusals(self):
        """Well-formed and still wrong: the decision's own code, rule and field, and no event."""
        ours, ids = self.ours, self.world.ids
        account = {"customerId": ours.customer_id, "entityId": ours.entity_id, "accountNumber": "R-1", "currency": "EUR", "terms": {"kind": "TERMS_KIND_NET"}}
        entity = {"name": "X", "country": "DE", "address": "x", "currency": "EUR", "zone": "Europe/Berlin"}
        today = world.TODAY.isoformat()
        far = world.TODAY.replace(year=world.TODAY.year + 1).isoformat()
        yesterday = (world.TODAY - datetime.timedelta(days=1)).isoformat()
        line = world.line(100)
        nobody = str(uuid.uuid4())
        table = [
            ("invoicing", "POST", "/v1/accounts", {**account, "currency": "XXQ"}, 422, "CURRENCY_UNKNOWN", "currency"),
            ("invoicing", "POST", "/v1/accounts", {**account, "currency": "XAU"}, 422, "CURRENCY_UNKNOWN", "currency"),
            ("invoicing", "POST", "/v1/accounts", {**account, "customerId": nobody}, 404, "CUSTOMER_NOT_FOUND", "customer_id"),
            ("invoicing", "POST", "/v1/accounts", {**account, "terms": {"kind": "TERMS_KIND_NET", "days": 366}}, 422, "TERMS_OUT_OF_RANGE", "terms"),
            ("invoicing", "POST", "/v1/accounts", {**account, "accountNumber": ""}, (400, 422), ("FIELD_REQUIRED", "field_missing"), "account_number"),
            ("invoicing", "POST", "/v1/legal-entities", {"entity": {**entity, "ibans": ["DE89370400440532013001"]}}, 422, "IBAN_MALFORMED", "entity.ibans"),
            ("invoicing", "POST", "/v1/legal-entities", {"entity": {**entity, "country": "XX"}}, 422, "COUNTRY_UNKNOWN", "entity.country"),
            ("invoicing", "POST", "/v1/legal-entities", {"entity": {**entity, "zone": "Europe/Atlantis"}}, 422, "ZONE_MALFORMED", "entity.zone"),
            ("invoicing", "POST", "/v1/legal-entities", {"entity": {**entity, "vatId": "DE 1"}}, 422, "VAT_ID_MALFORMED", "entity.vat_id"),
            ("invoicing", "POST", "/v1/invoices", {"accountId": nobody, "lines": [line]}, 404, "ACCOUNT_NOT_FOUND", "account_id"),
            ("invoicing", "POST", "/v1/invoices", {"accountId": ours.account_id, "lines": []}, 422, "NO_LINES", "lines"),
            ("invoicing", "POST", "/v1/invoices", {"accountId": ours.account_id, "lines": [line, line]}, 422, "LINE_ID_TWICE", "lines"),
            ("invoicing", "POST", "/v1/invoices", {"accountId": ours.account_id, "lines": [{**line, "unitCode": "pieces!"}]}, 422, "UNIT_MALFORMED", "lines[0].unit_code"),
            ("invoicing", "POST", "/v1/invoices", {"accountId": ours.account_id, "lines": [{**line, "taxes": []}]}, 422, "TAX_MISSING", "lines[0]"),
            ("invoicing", "POST", "/v1/invoices", {"accountId": ours.account_id, "lines": [{**line, "taxes": [{**world.TAX[0], "ratePpm": 1000001}]}]}, 422, "RATE_OUT_OF_RANGE", "lines[0].taxes[0].rate_ppm"),
            ("invoicing", "POST", "/v1/invoices", {"accountId": ours.account_id, "lines": [{**line, "quantity": "9000000000000", "price": "900000"}]}, 422, "AMOUNT_OUT_OF_RANGE", "lines"),
            ("invoicing", "POST", "/v1/invoices", {"accountId": ours.account_id, "issueDate": yesterday, "lines": [line]}, 409, "ISSUE_DATE_PASSED", "issue_date"),
            ("invoicing", "POST", "/v1/invoices", {"accountId": ours.account_id, "lines": [line], "prepaid": {"currency": "USD", "amount": "1.00"}}, 422, ("CURRENCY_MISMATCH", "PREPAID_OUT_OF_RANGE"), "prepaid"),
            ("invoicing", "POST", f"/v1/invoices/{ids['invoice_id']}/credit-notes", {"reason": "too much", "groups": [{**self.group(), "net": world.euro(99999999)}]}, (409, 422), None, "groups"),
            ("invoicing", "POST", f"/v1/invoices/{nobody}/credit-notes", {"reason": "x"}, 404, "INVOICE_NOT_FOUND", "invoice_id"),
            ("invoicing", "POST", "/v1/bill-runs", {"entityId": ours.entity_id, "cycleCode": "INT-1", "periodStart": "2026-02-01", "periodEnd": "2026-01-01", "issueDate": today}, 422, "PERIOD_MALFORMED", "period"),
            ("invoicing", "POST", "/v1/tokens", {"principalId": nobody, "label": "x", "grants": [{"role": "ROLE_CASHIER"}, {"role": "ROLE_BILLER"}]}, 409, "TOKEN_ROLES_CONFLICT", "grants"),
            ("invoicing", "POST", "/v1/tokens", {"principalId": nobody, "label": "x", "grants": []}, 422, None, "grants"),
            ("invoicing", "POST", "/v1/tokens", {"principalId": nobody, "label": "x", "grants": [{"role": "ROLE_VIEWER"}], "expiresAtUs": "1000"}, 422, None, "expires_at_us"),
            ("invoicing", "POST", "/v1/tokens", {"principalId": nobody, "label": "x", "grants": [{"role": "ROLE_VIEWER"}], "secretHash": "AAAA"}, 422, None, "secret_hash"),
            ("invoicing", "POST", "/v1/clock", {"now": "2001-01-01T00:00:00Z"}, 409, "CLOCK_BACKWARDS", "now"),
            ("invoicing", "POST", "/v1/clock", {"now": "2100-01-02T00:00:00Z"}, 400, "out_of_range", "now"),
            ("payments", "POST", "/v1/payments", self.receipt(amount=world.euro(-100)), 422, "AMOUNT_NOT_POSITIVE", "amount"),
            ("payments", "POST", "/v1/payments", self.receipt(valueDate=far), 422, "VALUE_DATE_IN_FUTURE", "value_date"),
            ("payments", "POST", "/v1/payments", self.receipt(sourceReference="CHEQUE-1"), 409, "DUPLICATE_RECEIPT", None),
            ("payments", "POST", "/v1/payments", self.receipt(method="PAYMENT_METHOD_UNSPECIFIED"), (400, 422), ("ENUM_REQUIRED", "field_missing"), "method"),
            ("payments", "POST", "/v1/bank-accounts", {"entityId": ours.entity_id, "accountNumber": world.IBAN_A, "currency": "XXQ"}, (409, 422), None, None),
        ]
        return self.ask_table(table)

    @staticmethod
    def group():
        return {"authority": "VAT", "category": "TAX_CATEGORY_S", "ratePpm": 190000}

    def receipt(self, **more):
        return {"entityId": self.ours.entity_id, "accountId": self.ours.account_id, "amount": world.euro(100), "valueDate": world.TODAY.isoformat(),
                "method": "PAYMENT_METHOD_CHEQUE", "sourceReference": str(uuid.uuid4()), **more}

    @staticmethod
    def ask_table(table):
        house.settle()
        failures, before = [], world.all_events()
        for service, method, path, body, status, code, field in table:
            if service not in house.SERVICES:
                continue
            try:
                door.problem(door.call(service, method, path, body), status, code, field)
            except AssertionError as error:
                failures.append(str(error))
        if world.all_events() != before:
            failures.append(f"something was written: events {before} before, {world.all_events()} after")
        if failures:
            raise AssertionError(f"{len(failures)} of {len(table)}:\n    " + "\n    ".join(failures))
        return f"{len(table)} commands"


def cases(house_world):
    commands = Commands(house_world)
    yield "idempotency: the same again", commands.same_again
    yield "idempotency: a key with another body", commands.conflict
    yield "idempotency: a refusal again", commands.refused_again
    yield "idempotency: 50 at once with one key", commands.fifty_with_one_key
    yield "INV-17: 50 at once, 10 refused, 40 numbers without a gap", commands.inv17
    yield "ETag, If-None-Match, If-Match", commands.versions
    yield "refusals: code, rule, field, no event", commands.refusals
