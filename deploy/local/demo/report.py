# SPDX-License-Identifier: Apache-2.0
"""What the demonstration tells at its end, and its last look at the books: aging, suspense, dunning, the four ways to the
same sum, and `billctl prove`. Everything is asked from the services; what does not agree ends the demonstration."""
import collections
import os
import subprocess

from demo import world
from demo.door import Wrong
from demo.money import grouped, minor
from demo.pace import until
from demo.tables import heading, table

ENTITY_NAMES = {entity.entity_id: entity.name for entity in world.ENTITIES}
BUCKETS = ("current", "1-30", "31-60", "61-90", "over 90")


class Report:
    def __init__(self, story, billctl, as_of):
        self.story, self.door, self.billctl, self.as_of = story, story.door, billctl, as_of
        self.lines = []
        # What the aging and the suspense list come to, by legal entity and currency: together the books of reconciliation.
        self.aged, self.suspended = collections.Counter(), collections.Counter()

    def tell(self, lines):
        self.lines += lines
        print("\n".join(lines), flush=True)

    # ---- the books ----

    def books(self):
        # Said as it happened; the summary repeats it.
        self.lines += [*heading("What happened"), *("  " + note for note in self.story.notes)]
        self._payments()
        self._aging()
        self._suspense()
        self._dunning()
        self._tie_out()
        self._prove("The books", "proof.txt")

    def _payments(self):
        """How every payment was matched; what was promised at the start is what must come."""
        rules = collections.Counter()
        for row in self.door.rows("reconciliation", "/v1/applications"):
            rules["taken back" if row["reason"] else "a credit note" if row["credit"] else row["rule"].replace("_", " ").lower()] += 1
        returned = len(self.door.rows("payments", "/v1/payment-returns"))
        if returned != self.story.payers.promised["returned"]:
            raise Wrong(f"{self.story.payers.promised['returned']} payments came back, payments knows {returned}")
        self.tell(heading("How money found its debt"))
        self.tell(table(("applied by", "times"), [(rule, f"{count:,}") for rule, count in rules.most_common()]))
        self.tell([f"  {returned} payments came back from the bank: their debts are open again, with the old due dates"])

    def _aging(self):
        reports = []
        known_at = self.door.get("reporting", "/v1/clock")["now"]
        for entity in world.ENTITIES:
            report = until("the aging is final", 60, lambda entity=entity: self._final(entity, known_at))
            reports.append((entity, report))
        self.tell(heading(f"Aging as of {self.as_of}, by due date"))
        totals = []
        for entity, report in reports:
            for total in report["totals"]:
                currency = total["currency"]
                amounts = self._amounts(total)
                totals.append((entity.name, currency, *(grouped(amount, currency) for amount in amounts)))
                self.aged[entity.entity_id, currency] = amounts[-1]
        self.tell(table(("legal entity", "", *BUCKETS, "credits", "unapplied", "total"), totals, left=(0, 1)))
        names = {account.account_id: account.name for account in self.story.accounts}
        for entity, report in reports:
            for currency in sorted({row["currency"] for row in report["rows"]}):
                self._largest(entity, currency, [row for row in report["rows"] if row["currency"] == currency], names)
        self._ledger()

    def _final(self, entity, known_at):
        """Asked as known at one moment, the answer becomes final once every feed is known complete up to it."""
        report = self.door.get("reporting", "/v1/aging", entity_id=entity.entity_id, as_of=str(self.as_of), known_at=known_at)
        return None if report.get("provisional") else report

    @staticmethod
    def _amounts(row):
        return [*(minor(bucket) for bucket in row["buckets"]), minor(row.get("credits")), minor(row.get("unapplied")), minor(row["total"])]

    def _largest(self, entity, currency, rows, names):
        late = sorted(rows, key=lambda row: -sum(self._amounts(row)[1:5]))
        shown = [row for row in late if sum(self._amounts(row)[1:5]) > 0][:6]
        self.tell(["", f"  {entity.name}, {currency}: the largest debts that are late"])
        self.tell(table(("account", *BUCKETS, "credits", "unapplied", "total", "customer"),
                        [(row["accountNumber"], *(grouped(amount, currency) if amount else "·" for amount in self._amounts(row)),
                          names.get(row["accountId"], "")) for row in shown], left=(0, 9)))
        others = len(rows) - len(shown)
        if others:
            self.tell([f"  … and {others} more accounts"])

    def _ledger(self):
        """REP-1: the total of the aging is the balance of 1100 and 1190."""
        ledger = collections.Counter()
        for row in self.door.rows("reconciliation", "/v1/trial-balance"):
            if row["ledgerAccount"] in (1100, 1190):
                ledger[row["entityId"], row["balance"]["currency"]] += minor(row["balance"])
        for key, total in self.aged.items():
            if ledger[key] != total:
                raise Wrong(f"aging of {ENTITY_NAMES[key[0]]} {key[1]}: {grouped(total, key[1])}, ledger: {grouped(ledger[key], key[1])}")
        self.tell(["", "  Each total is the balance of 1100 and 1190 in the ledger, to the last unit."])

    def _suspense(self):
        sums = collections.defaultdict(lambda: [0, 0, 0, 0])
        for status, place in (("suspense", 0), ("movement", 2)):
            for row in self.door.rows("reconciliation", "/v1/payments", status=status):
                cell = sums[ENTITY_NAMES[row["entityId"]], row["amount"]["currency"]]
                self.suspended[row["entityId"], row["amount"]["currency"]] += minor(row["suspended"])
                cell[place] += 1
                cell[place + 1] += minor(row["suspended"])
        self.tell(heading("Suspense: money that a person must look at"))
        self.tell(table(("legal entity", "", "receipts", "amount", "other movements", "amount"),
                        [(name, currency, cell[0], grouped(cell[1], currency), cell[2], grouped(cell[3], currency))
                         for (name, currency), cell in sorted(sums.items())], left=(0, 1)))
        if not any(cell[0] for cell in sums.values()):
            raise Wrong("nobody is in suspense, though some payers gave no reference")

    def _dunning(self):
        rows = self.door.rows("collections", "/v1/dunning-steps")
        taken, skipped = collections.Counter(), collections.Counter()
        for row in rows:
            (skipped if row["skipped"] else taken)[row["step"], row["channel"] if not row["skipped"] else ""] += 1
        by_step = sorted({step for step, _ in (*taken, *skipped)})
        self.tell(heading("Overdue steps"))
        self.tell(table(("step", "taken", "skipped", "by"), [
            (step, sum(count for (at, _), count in taken.items() if at == step), sum(count for (at, _), count in skipped.items() if at == step),
             ", ".join(f"{count} {channel.lower().replace('_', ' ')}" for (at, channel), count in sorted(taken.items()) if at == step))
            for step in by_step], left=(0, 3)))
        stages = collections.Counter(row["stage"] for row in self.door.rows("collections", "/v1/cases"))
        self.tell(["  late accounts now: " + ", ".join(f"{count} {stage.replace('_', ' ')}" for stage, count in stages.most_common())])
        if not taken:
            raise Wrong("nobody was reminded, though some never pay")

    def _tie_out(self):
        # Named after what it is compared with: played again on the same books, it is the same proof.
        state = world.identity("tie-out", sorted(self.aged.items()), sorted(self.suspended.items()))
        result = self.door.write("POST", "reconciliation", "/v1/tie-outs", {"tieOutId": state})
        self.tell(heading("Four ways to the same sum (REC-8)"))
        rows = []
        for one in result["results"]:
            currency = one["currency"]
            sums = [int(one.get(name, 0)) for name in ("incomingMinor", "itemsMinor", "journalMinor", "bankMinor", "bankJournalMinor")]
            key = one["entityId"], currency
            if sums[1] != self.aged[key] - self.suspended[key]:
                raise Wrong(f"{currency}: open items {sums[1]}, but aging less suspense is {self.aged[key] - self.suspended[key]}")
            rows.append((ENTITY_NAMES.get(one["entityId"], one["entityId"]), currency, *(grouped(amount, currency) for amount in sums),
                         " ".join(one.get("breaks", [])) or "agree"))
        self.tell(table(("legal entity", "", "documents", "open items", "journal", "bank", "bank in the journal", ""), rows, left=(0, 1, 7)))
        self.tell(["  The first three are the aging less what is in suspense: money in suspense is owed to somebody still."])
        if result.get("broken"):
            raise Wrong("the four ways do not agree")

    def _prove(self, what, name):
        """The whole proof stands in a file; here what a person asks for first, and everything that is not well."""
        run = subprocess.run([self.billctl, "prove"], capture_output=True, text=True, check=False)
        path = os.path.join(self.story.state_dir, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(run.stdout)
        lines = run.stdout.rstrip().splitlines()
        good = [line for line in lines if line.endswith(" ok")]
        shown = [line for line in lines[:-1] if line not in good or line.split()[0] in ("numbers", "cycles", "journals", "tie-out")]
        self.tell(heading(f"{what}, proved (billctl prove)"))
        self.tell(["  " + line for line in shown] + [f"  … {len(good)} checks are ok; all of them stand in {path}"] + ["  " + line for line in lines[-1:]])
        if run.returncode:
            raise Wrong(f"billctl prove ended with {run.returncode}: {run.stderr.strip()}")

    # ---- real bank files ----

    def bank_files(self, brought):
        read = brought.came["read"] + brought.came["held"]
        self.tell(heading("Real bank files"))
        self.tell(table(("camt files", "expected", "came", ""), [
            ("camt.053 that can be read", brought.expected["read"], read, f"{brought.came['read']} read, {brought.came['held']} held for a person"),
            ("camt.053 that is broken", brought.expected["refused"], brought.came["refused"], "refused, with line and path"),
            ("camt.052 and camt.054", brought.expected["not read yet"], brought.came["not read yet"], "answered 'not read yet'")], left=(0, 3)))
        self.tell(["  statements: " + ", ".join(f"{count} {verdict}" for verdict, count in brought.statements.most_common())])
        if brought.reasons:
            self.tell(["  held because: " + ", ".join(f"{count} {code}" for code, count in brought.reasons.most_common())])
        self._prove("The books after that", "proof-after-bank-files.txt")

    # ---- where to look ----

    def where_to_look(self, token_file, samples):
        base, data = self.door.base_url, os.environ.get("DUEBOOK_DATA", "")
        account = next(account for account in self.story.accounts if account.habit == "returned")
        invoice_id = self.story.invoices[account.number, 2][0]
        self.tell(heading("Where to look"))
        self.tell([
            f"  token        {token_file} (may do everything; send it as Authorization: Bearer …)",
            f"  aging        {base}/reporting/v1/aging?entity_id={world.ENTITIES[0].entity_id}&as_of={self.as_of}",
            f"  late debt    {base}/collections/v1/cases",
            f"  suspense     {base}/reconciliation/v1/payments?status=suspense",
            f"  an account   {base}/invoicing/v1/accounts/{account.account_id} ({account.name}: collected, and returned by the bank)",
            f"  interfaces   {base}/invoicing/openapi.json, and so on for the others",
            f"  bank files   {os.path.join(self.story.state_dir, 'bank')} ({len(self.story.files)} camt.053 files, the bank's answers)",
            f"  billctl      {self.billctl} prove",
            f"               {self.billctl} explain {invoice_id}",
            f"               {self.billctl} tail billing.reconciliation.events",
            *([] if samples else ["  real files   set DUEBOOK_SAMPLES to a folder of bank files to have them brought as well"]),
            *([f"  logs         {os.path.join(data, 'log')}"] if data else [])])

    def write(self, path):
        seconds = int(self.story.seconds())
        headline = [f"Duebook: the demonstration of {self.story.year}, played in {seconds} s: {self.story.counts['invoices']:,} invoices, "
                    f"{self.story.counts['files']} bank files, {self.story.counts['rows']:,} rows; {self.door.written:,} writes, of which "
                    f"{self.door.replayed:,} were known already"]
        with open(path + ".new", "w", encoding="utf-8") as file:
            file.write("\n".join(headline + self.lines) + "\n")
        os.replace(path + ".new", path)
        print(headline[0], flush=True)
