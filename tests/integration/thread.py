# SPDX-License-Identifier: Apache-2.0
"""One thread of billing through all five services, with every number: billed, paid by bank file, matched, credited, posted,
overdue, aged, returned, identified; open items, journal and aging are the same cents at each stop."""
import csv
import datetime
import io
import time

import banking
import door
import house
import world

VAT = {"authority": "VAT", "category": "TAX_CATEGORY_S", "ratePpm": 190000}


def day(back):
    return (world.TODAY - datetime.timedelta(days=back)).isoformat()


def money(value):
    return banking.cents(value["amount"])


def until(what, function, deadline_s=30):
    end = time.monotonic() + deadline_s
    while True:
        try:
            return function()
        except AssertionError as error:
            if time.monotonic() > end:
                raise AssertionError(f"{what}, not within {deadline_s} s: {error}") from error
        time.sleep(0.1)


class Thread:
    def __init__(self):
        self.iban = "DE91100000000123456789"

    # ---- invoicing ----

    def billed(self):
        self.entity = world.Entity("Thread AG", self.iban)
        path = f"/v1/legal-entities/{self.entity.entity_id}/dunning-policies/STANDARD"
        body = {"policy": {"graceDays": 5, "gapDaysMin": 7, "steps": [
            {"step": 1, "triggerDaysPastDue": 10, "channel": "email", "template": "REMINDER-1"},
            {"step": 2, "triggerDaysPastDue": 90, "channel": "letter", "template": "REMINDER-2", "finalNotice": True}]}}
        until("collections knows the entity", lambda: door.good(door.call("collections", "PUT", path, body)))
        # The entity's own IBANs are bank accounts that payments knows by its event.
        until("payments knows the IBAN", lambda: self.one(self.rows("payments", f"/v1/bank-accounts?account_number={self.iban}")))
        self.account = self.entity.open_account(days=14)
        self.invoices = []
        for net, back in ((10000, 60), (20000, 50), (5000, 40), (30000, 10)):
            self.invoices.append(self.entity.issue(net, self.account, issueDate=day(back))["document"])
        door.equal("gross amounts", [11900, 23800, 5950, 35700], [money(one["totals"]["gross"]) for one in self.invoices])
        door.equal("due dates", [day(46), day(36), day(26), day(-4)], [one["dueDate"] for one in self.invoices])
        credit = door.made(door.call("invoicing", "POST", f"/v1/invoices/{self.invoices[1]['invoiceId']}/credit-notes", {
            "reason": "Two hours less", "groups": [{**VAT, "net": world.euro(2000)}]}))["document"]
        door.equal("credit note", (2000, 380, 2380), tuple(money(credit["totals"][name]) for name in ("net", "tax", "gross")))
        self.check_open({0: 11900, 1: 23800 - 2380, 2: 5950, 3: 35700})
        self.check_ledger({1100: 74970, 4000: -65000, 4050: 2000, 2200: -11970})
        return "650.00 net, 4 invoices, one credit note: 749.70 open"

    # ---- payments and reconciliation ----

    def paid(self):
        first, second, third, _ = self.invoices
        self.bank = banking.Bank(self.iban)
        file = self.bank.file([
            banking.Entry("130.00", "T-1", "E2E-T1", payer="Buyer", structured=first["creditorReference"]),  # over: 11.00 stays on account
            banking.Entry("100.00", "T-2", "E2E-T2", payer="Buyer", structured=second["creditorReference"]),  # partial
            banking.Entry("59.50", "T-3", "E2E-T3", payer="Buyer", text=f"Rechnung {third['number']} vielen Dank"),  # by number in the text
            banking.Entry("50.00", "T-4", "E2E-T4", payer="Somebody", text="no idea")])  # suspense
        outcome = banking.one(banking.bring(file))
        door.equal("verdict", ("STATEMENT_VERDICT_READ", 4), (outcome["verdict"], outcome["rows"]))
        self.posted(outcome["statementId"], payments=4)
        self.check_open({1: 23800 - 2380 - 10000, 3: 35700})
        self.check_ledger({1000: 33950, 1100: 47120, 1190: -1100, 2300: -5000, 4000: -65000, 4050: 2000, 2200: -11970})
        rules = {row["moneyId"]: row["rule"] for row in self.rows("reconciliation", f"/v1/applications?account_id={self.account}")}
        again = door.made(banking.bring(file))
        door.equal("the same file again", True, again["duplicate"])
        house.settle()
        self.check_ledger({1000: 33950, 1100: 47120})
        return f"339.50 received; rules {sorted(set(rules.values()))}"

    # ---- collections ----

    def overdue(self):
        rows = until("the case is in the worklist", lambda: self.one(self.rows("collections", f"/v1/cases?entity_id={self.entity.entity_id}")))
        door.equal("the case", (self.account, 11420, 47120, 36, "31_60", day(36)),
                   (rows["accountId"], money(rows["overdue"]), money(rows["open"]), rows["daysPastDue"], rows["bucket"], rows["oldestDue"]))
        items = self.rows("collections", f"/v1/cases/{self.account}/items")
        door.equal("its items", [(day(36), 11420), (day(-4), 35700)], [(row["dueDate"], money(row["open"])) for row in items])
        door.good(door.call("collections", "POST", f"/v1/cases/{self.account}/evaluate", {"asOf": day(0)}))
        steps = until("step 1 was taken", lambda: self.rows_not_empty("collections", f"/v1/dunning-steps?account_id={self.account}"))
        door.equal("dunning steps", [1], [row["step"] for row in steps if not row.get("skipped")])
        stage = door.made(door.get("collections", f"/v1/cases?account_number={self.number()}&entity_id={self.entity.entity_id}"))["rows"][0]["stage"]
        door.equal("stage", "dunning", stage)
        return f"114.20 is 36 days late, stage {stage}"

    # ---- reporting ----

    def aging(self, as_of=None, extra=""):
        path = f"/v1/aging?entity_id={self.entity.entity_id}" + (f"&as_of={as_of}" if as_of else "") + extra
        return door.made(door.get("reporting", path))

    def aged(self):
        def check():
            report = self.aging()
            total = self.one(report["totals"])
            door.equal("aging today", ([35700, 0, 11420, 0, 0], -1100, 46020),
                       ([money(bucket) for bucket in total["buckets"]], -abs(money(total["unapplied"])), money(total["total"])))
            return report
        report = until("the aging is right", check)
        door.equal("rows add up to totals", money(report["totals"][0]["total"]), sum(money(row["total"]) for row in report["rows"]))
        past = self.one(self.aging(day(20))["totals"])
        door.equal(f"aging as of {day(20)}, before anything was paid", ([0, 41650, 0, 0, 0], 41650), ([money(bucket) for bucket in past["buckets"]], money(past["total"])))
        earlier = self.aging(day(70))
        door.equal(f"aging as of {day(70)}", [], earlier["rows"])
        text = door.good(door.get("reporting", f"/v1/aging?entity_id={self.entity.entity_id}", headers={"Accept": "text/csv"})).text.decode()
        rows = list(csv.DictReader(io.StringIO(text)))
        if not any("357.00" in row.values() for row in rows) or not any("114.20" in row.values() for row in rows):
            raise AssertionError(f"the CSV says something else than the JSON:\n{text}")
        items = door.made(door.get("reporting", f"/v1/items?account_id={self.account}"))
        door.equal("items behind the row", [11420, 35700], sorted(money(row["open"]) for row in items["rows"] if row["kind"] == "INVOICE"))
        return "357.00 current, 114.20 at 31-60, 11.00 unapplied"

    def provisional(self):
        """What was known at a moment is final once every tick has passed it, and then the same bytes for ever."""
        known = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        path = f"/v1/aging?entity_id={self.entity.entity_id}&as_of={day(0)}&known_at={known}"

        def final():
            answer = door.good(door.get("reporting", path))
            door.equal("provisional", False, answer.json["provisional"])
            return answer.text
        begun = time.monotonic()
        text = until("the aging is final", final, 60)
        waited = time.monotonic() - begun
        self.entity.issue(100, self.account)
        house.settle()
        door.equal("the same question after another invoice", text, door.get("reporting", path).text)
        self.extra = 119
        ahead = door.made(door.get("reporting", f"/v1/aging?entity_id={self.entity.entity_id}&known_at=2099-01-01T00:00:00Z"))
        door.equal("provisional at a time to come", True, ahead["provisional"])
        return f"final after {waited:.1f} s"

    # ---- returned, identified ----

    def returned(self):
        outcome = banking.one(banking.bring(self.bank.file([banking.Entry("-100.00", "T-5", "E2E-T2", reason="AC04", code="PMNT/IDDT/UPDD")])))
        self.posted(outcome["statementId"], returns=1)
        self.check_open({1: 23800 - 2380, 3: 35700, "extra": 119})
        self.check_ledger({1000: 23950, 1100: 57239, 1190: -1100, 2300: -5000})
        return "100.00 came back, 214.20 is open again with its old due date"

    def identified(self):
        suspense = self.one(self.rows("reconciliation", f"/v1/payments?entity_id={self.entity.entity_id}&status=suspense"))
        door.equal("in suspense", 5000, money(suspense["suspended"]))
        door.good(door.call("reconciliation", "POST", f"/v1/payments/{suspense['paymentId']}/identify", {"accountId": self.account, "evidence": "the payer called"}))
        house.settle()
        ledger = self.ledger()
        door.equal("suspense, and what is owed less what is on account", (0, 57239 - 6100), (ledger.get(2300, 0), ledger[1100] + ledger.get(1190, 0)))
        opened = sum(money(row["open"]) for row in self.rows("reconciliation", f"/v1/items?entity_id={self.entity.entity_id}"))
        unapplied = sum(money(row["left"]) for row in self.rows("reconciliation", f"/v1/money?entity_id={self.entity.entity_id}"))
        door.equal("open items and money on account against the journal", (ledger[1100], -ledger.get(1190, 0)), (opened, unapplied))

        def aging():
            door.equal("the aging", opened - unapplied, money(self.one(self.aging()["totals"])["total"]))
        until("reporting has heard", aging)
        return f"{(opened - unapplied) / 100:.2f} owed in open items, journal and aging"

    def tied_out(self):
        path = "/v1/tie-outs"
        result = door.made(door.call("reconciliation", "POST", path, {}))
        door.equal("tie-out", False, result.get("broken", result.get("tieOut", {}).get("broken")))
        row = self.one([row for row in self.rows("reconciliation", f"{path}?entity_id={self.entity.entity_id}") if row["tieOutId"] == result["tieOutId"]])
        ledger = self.ledger()
        door.equal("incoming, items, journal", (ledger[1100] + ledger.get(1190, 0),) * 3 if money(row["items"]) != ledger[1100] else (ledger[1100],) * 3,
                   tuple(money(row[name]) for name in ("incoming", "items", "journal")))
        return f"four paths say {row['items']['amount']}"

    # ---- helpers ----

    @staticmethod
    def rows(service, path):
        return door.made(door.get(service, path + ("&" if "?" in path else "?") + "page_size=1000"))["rows"]

    def rows_not_empty(self, service, path):
        rows = self.rows(service, path)
        if not rows:
            raise AssertionError(f"{path} has no row")
        return rows

    @staticmethod
    def one(rows):
        door.equal("rows", 1, len(rows))
        return rows[0]

    def number(self):
        return self.invoices[0]["accountNumber"]

    def posted(self, statement, payments=0, returns=0):
        def done():
            state = door.made(door.get("payments", f"/v1/bank-statements/{statement}"))
            door.equal("statement", ("STATEMENT_STATUS_POSTED", payments, returns), (state["status"], state["payments"], state["returns"]))
        until("its rows are posted", done)
        house.settle()

    def check_open(self, expected):
        house.settle()
        items = {row["documentNumber"]: money(row["open"]) for row in self.rows("reconciliation", f"/v1/items?entity_id={self.entity.entity_id}")}
        wanted = {one["number"]: expected.get(place, 0) for place, one in enumerate(self.invoices)}
        came = {number: items.get(number) for number in wanted}
        door.equal("open items", wanted, came)
        door.equal("items beside them", expected.get("extra", 0), sum(items.values()) - sum(came.values()))

    def ledger(self):
        return {row["ledgerAccount"]: money(row["balance"]) for row in self.rows("reconciliation", f"/v1/trial-balance?entity_id={self.entity.entity_id}")}

    def check_ledger(self, expected):
        ledger = self.ledger()
        door.equal("trial balance", expected, {account: ledger.get(account, 0) for account in expected})
        door.equal("debit less credit over all accounts", 0, sum(ledger.values()))


def cases(_):
    if "reporting" not in house.SERVICES:
        yield "the thread", "not all five services are here"
        return
    thread = Thread()
    for name in ("billed", "paid", "overdue", "aged", "provisional", "returned", "identified", "tied_out"):
        yield "the thread: " + name.replace("_", " "), getattr(thread, name)
