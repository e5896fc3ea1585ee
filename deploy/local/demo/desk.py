# SPDX-License-Identifier: Apache-2.0
"""What people at a desk do: record cheques, find out who paid, divide a sum, write credit notes, accept a statement that
was held. Who asks never approves (SOD-2), so there are two of them."""
import os
import uuid

from demo import world
from demo.bank import save
from demo.door import Door, Refused, Wrong
from demo.money import grouped, minor, money
from demo.pace import until


class Desk:
    def __init__(self, story):
        self.story, self.door = story, story.door

    # ---- cheques ----

    def cheques(self, day):
        """A cashier records what came as paper, up to the day."""
        payers = self.story.payers
        due = [cheque for cheque in payers.cheques if cheque[0] <= day]
        payers.cheques[:] = [cheque for cheque in payers.cheques if cheque[0] > day]

        def record(cheque):
            value_day, invoice, number = cheque
            account = invoice.account
            self.door.write("POST", "payments", "/v1/payments", {
                "entityId": account.entity.entity_id, "accountId": account.account_id, "amount": money(invoice.payable, account.currency),
                "valueDate": str(value_day), "method": "PAYMENT_METHOD_CHEQUE", "sourceReference": f"{account.number}-{number}",
                "remittance": {"documentNumbers": [invoice.number]}, "payerName": account.name})
        self.door.each(record, due)
        self.story.counts["cheques"] += len(due)

    # ---- suspense ----

    def suspense(self):
        """What is in suspense, with what the bank said of the payer."""
        rows = self.door.rows("reconciliation", "/v1/payments", status="suspense")
        return [(row, self.door.get("payments", f"/v1/payments/{row['paymentId']}")["payment"]) for row in rows]

    def identify(self, day):
        """Somebody looks at the list: name and amount agree with one open invoice, so the payer is named, with the reason.
        Every fourth payer cannot be reached and stays where he is."""
        strangers = {(invoice.account.name, invoice.payable, invoice.account.currency): invoice for invoice in self.story.payers.strangers
                     if int(invoice.account.number.rpartition("-")[2]) % 4}
        found = []
        for row, payment in self.suspense():
            name = payment.get("payerName", "")
            invoice = strangers.get((name, minor(payment["amount"]), payment["amount"]["currency"]))
            if invoice and payment["valueDate"] <= str(day):
                found.append((row, invoice))

        def name_payer(pair):
            row, invoice = pair
            self.door.write("POST", "reconciliation", f"/v1/payments/{row['paymentId']}/identify", {
                "accountId": invoice.account.account_id, "evidence": f"payer's name and amount agree with invoice {invoice.number}"})
        self.door.each(name_payer, found)
        self.story.feeds.quiet()
        self._apply({invoice.account.account_id for _, invoice in found})
        self.story.counts["payers identified"] += len(found)
        self.story.note(f"{day}: {len(found)} payers identified in suspense")

    def _apply(self, account_ids):
        """All money on these accounts, oldest due first (PAY-3)."""
        def apply(account_id):
            try:
                self.door.write("POST", "reconciliation", f"/v1/accounts/{account_id}/apply-money",
                                {"requestId": world.identity("apply", account_id, self.story.counts["applied"])})
            except Refused as refused:
                if refused.code != "NOTHING_TO_APPLY":  # it was applied at once
                    raise
        self.story.counts["applied"] += 1
        self.door.each(apply, sorted(account_ids))
        self.story.feeds.quiet()

    def divide_sums(self):
        """One sum for two invoices: the ladder left it on the account; a person lets the policy divide it."""
        accounts = {account.account_id for account in self.story.payers.at_once}
        self._apply(accounts)
        self.story.note(f"{len(accounts)} sums for two invoices divided by the policy, oldest due first")

    # ---- credit notes ----

    def credit_notes(self):
        """One for a bill that was paid, so that a credit arises; one for a bill that was not; and a whole bill taken back."""
        def first(habit, entity, tax=None):
            for account in self.story.accounts:
                known = self.story.invoices.get((account.number, 1))
                if known and account.habit == habit and account.entity.code == entity and account.size != "home":
                    invoice = self.door.get("invoicing", f"/v1/invoices/{known[0]}")["document"]
                    if tax is None or len(invoice["taxLines"]) == tax:
                        return known[0], account, invoice
            raise Wrong(f"no account of {entity} that pays by {habit}")

        def credit(habit, percent, reason):
            invoice_id, account, invoice = first(habit, "DE", 1)
            line = invoice["taxLines"][0]
            net = minor(line["taxableAmount"]) * percent // 100
            note = self.door.write("POST", "invoicing", f"/v1/invoices/{invoice_id}/credit-notes", {"reason": reason, "groups": [{
                "authority": line["authority"], "category": line["category"], "ratePpm": line.get("ratePpm", 0),
                "net": money(net, account.currency)}]})["document"]
            gross = note["totals"]["gross"]
            self.story.note(f"credit note {note['number']} on {invoice['number']}: {gross['currency']} {grouped(minor(gross), gross['currency'])} ({reason})")
        credit("reference", 15, "Two days without service in January")
        credit("never", 25, "Price agreed before the contract")
        invoice_id, _, invoice = first("never", "US")
        self.door.write("POST", "invoicing", f"/v1/invoices/{invoice_id}/cancel", {"reason": "Billed after the contract had ended"})
        self.story.note(f"invoice {invoice['number']} cancelled: everything credited, the number stays used")
        self.story.counts["credit notes"] += 3
        self.story.feeds.quiet()

    # ---- the second person ----

    def _second_person(self):
        """Her token is made once; its secret is shown once, so it is kept beside the summary, for its owner to read."""
        path = os.path.join(self.story.state_dir, "accountant-token")
        if os.path.exists(path):
            with open(path, encoding="ascii") as file:
                return Door(self.door.base_url, file.read().strip())
        answer = self.door.write("POST", "invoicing", "/v1/tokens", {
            "principalId": str(uuid.uuid4()), "label": "accountant of the demonstration", "grants": [{"role": "ROLE_ACCOUNTANT"}]})
        old = os.umask(0o077)
        try:
            with open(path, "w", encoding="ascii") as file:
                file.write(answer["token"])
        finally:
            os.umask(old)
        return Door(self.door.base_url, answer["token"])

    def accept(self, held):
        """A statement came before the one that it follows: its sequence has a gap, so it was held. By now the missing one is
        there; somebody else than the importer looks and accepts it (SOD-2)."""
        if len(held) != 1 or "SEQUENCE_GAP" not in {reason["code"] for reason in held[0]["reasons"]}:
            raise Wrong(f"one statement with a gap before it should be held, but: {held}")
        statement = held[0]
        path = f"/v1/bank-statements/{statement['statementId']}/accept"
        try:
            self.door.write("POST", "payments", path, {"reason": "by the same person"})
            raise Wrong("whoever brought a file could accept what is held of it")
        except Refused as refused:
            if refused.code != "ACCEPTED_BY_IMPORTER":
                raise
        other = self._second_person()

        def accepted():
            try:
                other.write("POST", "payments", path, {"reason": "the missing statement has come"})
                return True
            except Refused as refused:
                if refused.status == 401:  # payments has not heard of her token yet
                    return False
                raise
        until("payments knows the accountant", 30, accepted)
        reasons = ", ".join(reason["code"] for reason in statement["reasons"])
        self.story.counts["statements accepted"] += 1
        self.story.note(f"statement {statement['bankStatementReference']} held ({reasons}), accepted by a second person")
