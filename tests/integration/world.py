# SPDX-License-Identifier: Apache-2.0
"""The business that the cases look at: two legal entities that must not see each other, customers, accounts, documents, a
bank account with a statement, and a token for each role."""
import datetime
import time
import uuid

import banking
import door
import house

TAX = [{"authority": "VAT", "category": "TAX_CATEGORY_S", "ratePpm": 190000}]
TODAY = datetime.datetime.now(datetime.timezone.utc).date()
ROLES = ["VIEWER", "BILLER", "CASHIER", "COLLECTOR", "ACCOUNTANT", "CREDIT_MANAGER", "AR_MANAGER", "CONTROLLER",
         "PRIVACY_OFFICER", "AUDITOR", "OPERATOR", "SERVICE"]
IBAN_A, IBAN_B = "DE89370400440532013000", "FR1420041010050500013M02606"


def euro(cents):
    return {"currency": "EUR", "amount": f"{cents // 100}.{cents % 100:02d}"}


def line(cents, number="1", description="Work"):
    return {"lineId": number, "description": description, "quantity": "1", "unitCode": "C62", "price": f"{cents // 100}.{cents % 100:02d}", "taxes": TAX}


def token(roles, entity="", label="integration", **more):
    """A new token; (secret, token id). `roles`: one or several of ROLES, granted for the entity or for all."""
    names = [roles] if isinstance(roles, str) else roles
    answer = door.made(door.call("invoicing", "POST", "/v1/tokens", {
        "principalId": str(uuid.uuid4()), "label": label,
        "grants": [{"role": "ROLE_" + name, **({"entityId": entity} if entity else {})} for name in names], **more}))
    return answer["token"], answer["tokenId"]


def known(secret, service, deadline_s=10):
    """Waits until a service's copy of the tokens has this one."""
    until = time.monotonic() + deadline_s
    while door.get(service, "/v1/feeds", token=secret).status == 401:
        if time.monotonic() > until:
            raise TimeoutError(f"{service} does not know a token after {deadline_s} s")
        time.sleep(0.02)


class Entity:
    def __init__(self, name, iban, country="DE", vat="DE123456789"):
        self.name, self.iban, self.country = name, iban, country
        self.prefix = "".join(letter for letter in name.upper() if letter.isalnum())[:4]
        self.entity_id = door.made(door.call("invoicing", "POST", "/v1/legal-entities", {"entity": {
            "name": name, "country": country, "vatId": vat, "address": "Teststrasse 1, Berlin", "currency": "EUR",
            "zone": "Europe/Berlin", "numberPrefix": self.prefix, "ibans": [iban]}}))["entityId"]
        self.customer_id = door.made(door.call("invoicing", "POST", "/v1/customers", {
            "kind": "CUSTOMER_KIND_ORGANISATION", "name": f"Buyer of {name}", "address": "Weg 2", "country": "DE"}))["customerId"]
        self.accounts = 0
        self.account_id = self.open_account()

    def open_account(self, cycle="INT-1", days=30, customer=None):
        self.accounts += 1
        return door.made(door.call("invoicing", "POST", "/v1/accounts", {
            "customerId": customer or self.customer_id, "entityId": self.entity_id, "accountNumber": f"{self.prefix}-{self.accounts:05d}",
            "currency": "EUR", "cycleCode": cycle, "terms": {"kind": "TERMS_KIND_NET", "days": days}}))["accountId"]

    def issue(self, cents, account=None, **more):
        """An invoice of one line at 19 %; the state as answered."""
        return door.made(door.call("invoicing", "POST", "/v1/invoices", {"accountId": account or self.account_id, "lines": [line(cents)], **more}))


class World:
    def __init__(self):
        self.ours, self.theirs = Entity("Alpha GmbH", IBAN_A), Entity("Beta SARL", IBAN_B, "FR", "FR40303265045")
        self.secrets = {role: token(role)[0] for role in ROLES}
        self.strangers = {role: token(role, self.theirs.entity_id)[0] for role in ROLES}  # for the other legal entity only
        self.ids = {"entity_id": self.ours.entity_id, "customer_id": self.ours.customer_id, "account_id": self.ours.account_id}
        invoice = self.ours.issue(10000)
        self.ids["invoice_id"] = invoice["document"]["invoiceId"]
        self.ids["charge_id"] = str(uuid.uuid4())
        door.good(door.call("invoicing", "PUT", f"/v1/accounts/{self.ours.account_id}/charges/{self.ids['charge_id']}", {"charge": {
            "chargeCode": "BASE", "description": "Base fee", "quantity": "1", "unitCode": "C62", "price": "10.00", "taxes": TAX, "start": "2026-01-01"}}))
        self.ids["credit_note_id"] = door.made(door.call("invoicing", "POST", f"/v1/invoices/{self.ids['invoice_id']}/credit-notes", {
            "reason": "Goodwill", "groups": [{"authority": "VAT", "category": "TAX_CATEGORY_S", "ratePpm": 190000, "net": euro(1000)}]}))["document"]["creditNoteId"]
        self.ids["bill_run_id"] = door.made(door.call("invoicing", "POST", "/v1/bill-runs", {
            "entityId": self.ours.entity_id, "cycleCode": "INT-NONE", "periodStart": "2026-01-01", "periodEnd": "2026-02-01",
            "issueDate": TODAY.isoformat()}))["run"]["billRunId"]
        self.ids["token_id"] = token("VIEWER")[1]
        if "payments" in house.SERVICES:
            self.receive()
        for secret in [*self.secrets.values(), *self.strangers.values()]:
            for service in house.SERVICES:
                known(secret, service)
        house.settle()
        self.ids["shard"], self.ids["position"] = house.sql("SELECT shard, position FROM invoicing.shard_head WHERE position > 0 LIMIT 1")[0]
        self.ids["kind"], self.ids["id"] = "invoice", self.ids["invoice_id"]
        self.pids = {service: house.pid(service) for service in house.SERVICES}

    def stranger(self, route_roles):
        """A token that may do this, but not for our legal entity."""
        return self.strangers[route_roles[0].removeprefix("ROLE_")]

    def receive(self):
        for entity in (self.ours, self.theirs):
            entity.bank_account_id = door.made(door.call("payments", "POST", "/v1/bank-accounts", {
                "entityId": entity.entity_id, "accountNumber": entity.iban, "currency": "EUR"}))["bankAccountId"]
        self.ids["bank_account_id"] = self.ours.bank_account_id
        payment = door.made(door.call("payments", "POST", "/v1/payments", {
            "entityId": self.ours.entity_id, "accountId": self.ours.account_id, "amount": euro(500), "valueDate": TODAY.isoformat(),
            "method": "PAYMENT_METHOD_CHEQUE", "sourceReference": "CHEQUE-1"}))
        self.ids["payment_id"] = payment["payment"]["paymentId"]
        bank = banking.Bank(self.ours.iban)
        outcome = door.made(banking.bring(bank.file([banking.Entry("7.00", reference="BR-1", text="nobody knows this")])))
        self.ids["import_id"], self.ids["statement_id"] = outcome["importId"], outcome["statements"][0]["statementId"]
        self.bank = bank


def all_events():
    """How many events each service ever wrote because a person asked; what its jobs do in the background is not the
    business of a request that was refused."""
    one = "SELECT '{0}', count(*) FROM {0}.event WHERE position('principal:'::bytea IN envelope) > 0"
    return dict(house.sql(" UNION ALL ".join(one.format(service) for service in house.SERVICES)))


class NothingWritten:
    """Around requests that must leave no trace: no service has an event more than before."""

    def __init__(self, what):
        self.what = what

    def __enter__(self):
        house.settle()
        self.before = all_events()

    def __exit__(self, kind, error, trace):
        if kind is None:
            door.equal(f"events after {self.what}", self.before, all_events())
