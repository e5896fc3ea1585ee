# SPDX-License-Identifier: Apache-2.0
"""What happens in the demonstration, in order: the world is set up, three months are billed, a bank answers, people decide
what no rule may guess. The clock is the installation's test clock; all dates follow from its year."""
import calendar
import collections
import datetime
import os
import time

from demo import world
from demo.bank import CHARGES, INTEREST, SENT, Bank, BankAccount, Booking, schema_faults
from demo.money import grouped, minor
from demo.desk import Desk
from demo.door import SERVICES, Refused, Wrong
from demo.pace import Feeds, until
from demo.payers import Invoice, Payers

STEPS = (
    (7, "EMAIL", "friendly-reminder", False), (21, "LETTER", "reminder", False), (42, "LETTER", "second-reminder", False),
    (63, "REGISTERED_LETTER", "final-notice", True),
)
# (entity, currency, number, bank, version of the file, opening balance, statements in a file)
BANKS = (
    ("DE", "EUR", "DE77370502990132477165", "COKSDE33XXX", "02", 4821035, 2),
    ("DE", "GBP", "GB34BARC20325312345678", "BARCGB22XXX", "02", 1250000, 1),
    ("US", "USD", "026009593-4410098861", "CHASUS33XXX", "08", 9804412, 1),
    ("US", "JPY", "0005-314-1234567", "BOTKJPJTXXX", "08", 18400000, 1),
)


class Story:
    def __init__(self, door, state_dir, schema_dir):
        self.door, self.state_dir, self.schema_dir = door, state_dir, schema_dir
        self.feeds = Feeds(door)
        self.began = time.monotonic()
        self.counts = collections.Counter()
        self.notes, self.files = [], []
        self.invoices = {}
        self.desk = Desk(self)
        self.year = self._year()
        self.customers, self.accounts = world.population(self.year)
        self.by_id = {account.account_id: account for account in self.accounts}

    # ---- telling ----

    def seconds(self):
        return time.monotonic() - self.began

    def say(self, text):
        print(f"  {self.seconds():5.1f} s  {text}", flush=True)

    def note(self, text):
        self.notes.append(text)
        self.say(text)

    # ---- time ----

    def _year(self):
        """The year after the one that the clock showed when the demonstration was first played."""
        runs = self.door.rows("invoicing", "/v1/bill-runs", entity_id=world.ENTITIES[0].entity_id, cycle_code=world.CYCLE)
        if runs:
            return min(int(run["periodStart"][:4]) for run in runs)
        return int(self.door.get("invoicing", "/v1/clock")["now"][:4]) + 1

    def day(self, month, day):
        return datetime.date(self.year, month, day)

    def clock(self, day):
        """Noon in Greenwich: the same day in Köln and in Chicago."""
        instant = f"{day}T12:00:00Z"

        def set_one(service):
            if self.door.get(service, "/v1/clock")["now"] < instant:
                self.door.write("POST", service, "/v1/clock", {"now": instant})
        self.door.each(set_one, SERVICES)

    # ---- the world ----

    def set_up(self):
        for entity in world.ENTITIES:
            self.door.write("POST", "invoicing", "/v1/legal-entities", {"entity": {
                "entityId": entity.entity_id, "name": entity.name, "country": entity.country, "vatId": entity.vat_id,
                "address": entity.address, "currency": entity.currency, "zone": entity.zone, "fiscalYearStartMonth": 1,
                "numberPrefix": entity.prefix, "taxRounding": entity.rounding, "ibans": entity.ibans}})
        self.door.each(lambda customer: self.door.write("POST", "invoicing", "/v1/customers", customer), self.customers)
        self.door.each(self._open_account, self.accounts)
        self.counts["customers"], self.counts["accounts"] = len(self.customers), len(self.accounts)
        self.counts["charges"] = sum(len(account.charges) for account in self.accounts)
        continents = collections.Counter(account.continent for account in self.accounts)
        self.note(f"2 legal entities, {len(self.customers)} customers, {len(self.accounts)} accounts ("
                  + ", ".join(f"{count} in {name}" for name, count in continents.items()) + f"), {self.counts['charges']} recurring charges")
        self._set_up_policies()
        self._set_up_banks()

    def _open_account(self, account):
        self.door.write("POST", "invoicing", "/v1/accounts", {
            "accountId": account.account_id, "customerId": account.customer["customerId"], "entityId": account.entity.entity_id,
            "accountNumber": account.number, "currency": account.currency, "cycleCode": world.CYCLE, "terms": account.terms,
            "segment": account.segment})
        for charge in account.charges:
            self.door.write("PUT", "invoicing", f"/v1/accounts/{account.account_id}/charges/{charge['chargeId']}", {"charge": charge})

    def _set_up_policies(self):
        """COL-3: a policy is data. Large customers get more time and a person's voice first."""
        def put(entity, segment, grace, steps):
            path = f"/v1/legal-entities/{entity.entity_id}/dunning-policies/{segment}"
            policy = {"graceDays": grace, "gapDaysMin": 7, "steps": [
                {"step": place, "triggerDaysPastDue": days, "channel": channel, "template": template, "amountMinMinor": "500", "finalNotice": last}
                for place, (days, channel, template, last) in enumerate(steps, 1)]}
            until(f"collections knows {entity.name}", 60, lambda: self._known("PUT", "collections", path, {"policy": policy}))
        for entity in world.ENTITIES:
            put(entity, "STANDARD", 3, STEPS)
            put(entity, "KEY", 7, ((14, "PHONE", "key-account-call", False), *((days + 14, *rest) for days, *rest in STEPS[1:])))
        self.note("dunning policies: 4 steps from 7 days past due for STANDARD, from 14 for KEY")

    def _known(self, method, service, path, message):
        """True once the service has heard of what the command names."""
        try:
            self.door.write(method, service, path, message)
            return True
        except Refused as refused:
            if refused.status == 404:
                return False
            raise

    def _set_up_banks(self):
        since = datetime.date(self.year - 1, 12, 31)
        self.bank_accounts = {(entity, currency): BankAccount(world.BY_CODE[entity], currency, number, bic, version, opening, parts, since=since)
                              for entity, currency, number, bic, version, opening, parts in BANKS}
        self.bank = Bank(list(self.bank_accounts.values()), os.path.join(self.state_dir, "bank"))
        self.payers = Payers(self.bank, self.bank_accounts)
        for account in self.bank_accounts.values():
            if account.is_iban:
                continue  # those the legal entity names itself, and payments hears of them
            until("payments knows the legal entity", 60, lambda account=account: self._known("POST", "payments", "/v1/bank-accounts", {
                "entityId": account.entity.entity_id, "accountNumber": account.number, "currency": account.currency}))
        numbers = {account.number for account in self.bank_accounts.values()}
        until("payments knows all bank accounts", 60,
              lambda: numbers <= {row["accountNumber"] for row in self.door.rows("payments", "/v1/bank-accounts")})

    # ---- billing ----

    def bill(self, month):
        first = self.day(month, 1)
        self.clock(first)
        if month > 1:
            self._await_dunning(first)
        end = first + datetime.timedelta(days=calendar.monthrange(first.year, month)[1])

        def run(entity):
            started = self.door.write("POST", "invoicing", "/v1/bill-runs", {
                "billRunId": world.identity("bill-run", entity.code, self.year, month), "entityId": entity.entity_id, "cycleCode": world.CYCLE,
                "periodStart": str(first), "periodEnd": str(end), "issueDate": str(first)})
            path = f"/v1/bill-runs/{started['run']['billRunId']}"
            return until("the bill run is proved", 120, lambda: self._run_ended(path))
        runs = self.door.each(run, world.ENTITIES)
        totals = [f"{total['currency']} {grouped(minor(total['gross']), total['currency'])}" for state in runs for total in state["totals"]]
        billed = sum(state.get("billed", 0) for state in runs)
        skipped = sum(state.get("skipped", 0) for state in runs)
        if any(state.get("exceptions") for state in runs):
            raise Wrong(f"the bill run of {first:%B} has exceptions")
        self.counts["invoices"] += billed
        self.note(f"{first}: bill runs of {first:%B} proved: {billed} invoices, {skipped} accounts with nothing to bill; {', '.join(totals)}")
        issued = []
        for state in runs:
            for row in self.door.rows("invoicing", "/v1/invoices", bill_run_id=state["run"]["billRunId"]):
                account = self.by_id[row["accountId"]]
                invoice = Invoice(row["number"], month, account, datetime.date.fromisoformat(row["dueDate"]),
                                  datetime.date.fromisoformat(row["issueDate"]), minor(row["payable"]))
                self.invoices[account.number, month] = (row["invoiceId"], invoice)
                issued.append(invoice)
        if len(issued) != billed:
            raise Wrong(f"{billed} invoices were proved, {len(issued)} are listed")
        self.payers.told(issued)

    def _run_ended(self, path):
        state = self.door.get("invoicing", path)
        if state["status"] == "BILL_RUN_STATUS_BLOCKED":
            raise Wrong(f"the bill run is blocked: {state['blockedReason']}")
        return state if state["status"] == "BILL_RUN_STATUS_PROVED" else None

    # ---- the bank ----

    def bank_day(self, day, incidents=None):
        """The clock moves to the day; collections looks at every account in the morning; then the bank's files of the days
        before are brought, and all that follows from them is awaited. `incidents`: what else the bank does that day."""
        self.clock(day)
        self._await_dunning(day)
        self._bank_extras(day)
        paths = []
        for account in self.bank_accounts.values():
            if account.currency == "JPY" and incidents == "out of order":
                middle = account.since + (day - account.since) // 2
                paths.append(self._file(account, middle))
            paths.append(self._file(account, day))
        faults = schema_faults(paths, self.schema_dir)
        if faults:
            raise Wrong(f"a file of the bank is not valid: {faults[0]}")
        self.counts["files valid against the XSD"] += len(paths) if faults is not None else 0
        if incidents == "out of order":
            paths[-2:] = reversed(paths[-2:])
        outcomes = [outcome for path in paths for outcome in self.bring(path)]
        held = [outcome for outcome in outcomes if outcome["verdict"] == "STATEMENT_VERDICT_HELD"]
        if incidents == "out of order":
            self.desk.accept(held)
        elif held:
            raise Wrong(f"held: {held[0]['bankStatementReference']}: {held[0]['reasons']}")
        self._await_posted(outcomes)
        self.desk.cheques(day)
        self.feeds.quiet()
        rows = sum(outcome.get("rows", 0) for outcome in outcomes)
        self.counts["rows"] += rows
        self.note(f"{day}: {len(paths)} files of the bank, {len(outcomes)} statements, {rows} rows posted")

    def _file(self, account, day):
        path = self.bank.answer(account, day, f"{day}-{account.currency}.camt.053.001.{account.version}.xml")
        self.files.append(path)
        return path

    def _bank_extras(self, day):
        """What is on a statement besides receipts: fees, interest, and what the entity itself pays."""
        fees = {"EUR": 1490, "GBP": 1250, "USD": 2500, "JPY": 3300}
        for account in self.bank_accounts.values():
            fee, eve = fees[account.currency], day - datetime.timedelta(days=1)
            if day.day > 20:
                self.bank.book(account, f"fee/{day}", Booking(eve, -fee, CHARGES, text="Account maintenance"))
                self.bank.book(account, f"supplier/{day}", Booking(eve, -fee * 211, SENT, text="Energy supplier"))
            else:
                self.bank.book(account, f"interest/{day}", Booking(day, fee // 7, INTEREST, text="Credit interest", lingers=True))

    def bring(self, path, count=True):
        """A file is handed to payments; what it says of each statement."""
        with open(path, "rb") as file:
            body = file.read()
        outcome = self.door.send("POST", "payments", "/v1/bank-statements", body, "application/xml")[1]
        self.counts["files"] += count
        for statement in outcome["statements"] if count else ():
            self.counts["statements " + statement["verdict"].replace("STATEMENT_VERDICT_", "").lower()] += 1
        return outcome["statements"]

    def _await_posted(self, outcomes):
        def posted(outcome):
            path = f"/v1/bank-statements/{outcome['statementId']}"
            return until(f"{path} is posted", 60, lambda: self.door.get("payments", path)["status"] == "STATEMENT_STATUS_POSTED")
        self.door.each(posted, outcomes)

    def _await_dunning(self, day):
        """Collections looks at every account once a day, as soon as it has heard everything up to that day. What the bank
        brings afterwards counts the next time, so that every play of the demonstration takes the same steps."""
        self.feeds.complete("collections", "reconciliation", f"{day}T12:00:00")

        def done():
            rows = self.door.rows("collections", "/v1/evaluations", **{"from": str(day), "to": str(day)})
            return rows if len(rows) == len(world.ENTITIES) and not any(int(row["accountsLeft"]) for row in rows) else None
        rows = until(f"all accounts are evaluated as of {day}", 60, done)
        self.feeds.quiet()
        self.counts["dunning steps"] += sum(int(row["stepsTaken"]) for row in rows)
        self.note(f"{day}: {sum(int(row['accounts']) for row in rows)} accounts evaluated for dunning, "
                  f"{sum(int(row['stepsTaken']) for row in rows)} steps taken")

    # ---- what a bank should not send ----

    def oddities(self):
        """A file twice, and a file that broke on its way."""
        twice = self.bring(self.files[0], count=False)
        if {statement["verdict"] for statement in twice} not in ({"STATEMENT_VERDICT_DUPLICATE"}, {"STATEMENT_VERDICT_READ"}):
            raise Wrong(f"a file that was brought twice: {twice}")
        with open(self.files[1], "rb") as file:
            broken = file.read()[:-700]
        status, problem = self.door.send("POST", "payments", "/v1/bank-statements", broken, "application/xml", accept=(422,))
        if status != 422:
            raise Wrong(f"a broken file was answered {status}")
        self.counts["files refused"] += 1
        self.note(f"a file brought twice changed nothing; a file cut off on its way was refused: {problem.get('detail', '').partition(' (kept')[0]}")

    # ---- everything, in order ----

    def play(self):
        self.set_up()
        self.bill(1)
        self.bank_day(self.day(1, 18))
        self.bank_day(self.day(1, 31))
        self.bill(2)
        self.oddities()
        self.bank_day(self.day(2, 18))
        self.desk.credit_notes()
        self.bank_day(self.day(2, 28))
        self.desk.identify(self.day(2, 28))
        self.bill(3)
        self.bank_day(self.day(3, 5))
        self.bank_day(self.day(3, 18))
        self.bank_day(self.day(3, 31), incidents="out of order")
        self.desk.identify(self.day(3, 31))
        self.desk.divide_sums()
        self.bank_day(self.day(4, 20))
        return self.day(4, 20)
