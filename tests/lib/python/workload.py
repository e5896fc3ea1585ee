# SPDX-License-Identifier: Apache-2.0
"""A small business that never stops: it opens accounts, bills, is paid through statements and by hand, credits and
gets returns, each command with a key of its own, so that whatever is killed, every accepted command has one outcome."""
import datetime
import itertools
import random
import threading
import uuid

import house

NAMESPACE = uuid.UUID("6f1c0f2e-93f5-5c3d-8d7a-0d2f4d1a9b11")
TAX = [{"authority": "VAT", "category": "TAX_CATEGORY_S", "ratePpm": 190000}]


class Business:
    def __init__(self, name, seed=1):
        self.name, self.random, self.numbers = name, random.Random(seed), itertools.count(1)
        self.accepted = []  # (service, what, id) of every 2xx answer
        self.invoices = []
        self.accounts = []
        self.lock = threading.Lock()
        self.entity = self.say("invoicing", "POST", "/v1/legal-entities", {"entity": {
            "name": f"{name} GmbH", "country": "DE", "vatId": "DE123456789", "address": "Teststrasse 1, Berlin",
            "currency": "EUR", "zone": "Europe/Berlin", "numberPrefix": name[:4].upper(),
            "ibans": ["DE89370400440532013000"]}})["entityId"]
        self.customer = self.say("invoicing", "POST", "/v1/customers", {
            "kind": "CUSTOMER_KIND_ORGANISATION", "name": f"Buyer of {name}", "address": "Weg 2", "country": "DE"})["customerId"]

    def say(self, service, method, path, body):
        key = str(uuid.uuid5(NAMESPACE, f"{self.name}/{next(self.numbers)}"))
        return house.command(service, method, path, body, key)

    def open_account(self):
        number = f"{self.name[:4].upper()}{next(self.numbers):05d}"
        account = self.say("invoicing", "POST", "/v1/accounts", {
            "customerId": self.customer, "entityId": self.entity, "accountNumber": number, "currency": "EUR",
            "cycleCode": "M1", "terms": {"kind": "TERMS_KIND_NET", "days": 30}})
        with self.lock:
            self.accounts.append(account["accountId"])
            self.accepted.append(("invoicing", "account", account["accountId"]))
        return account["accountId"]

    def issue_invoice(self):
        account = self.random.choice(self.accounts)
        cents = self.random.randint(100, 99999)
        invoice = self.say("invoicing", "POST", "/v1/invoices", {"accountId": account, "lines": [
            {"lineId": "1", "description": "Work", "quantity": "1", "unitCode": "C62", "price": f"{cents // 100}.{cents % 100:02d}", "taxes": TAX},
            {"lineId": "2", "description": "Travel", "quantity": "2.5", "unitCode": "HUR", "price": "10.00", "taxes": TAX}]})
        document = invoice.get("document", invoice)
        with self.lock:
            self.invoices.append(document)
            self.accepted.append(("invoicing", "invoice", document["invoiceId"]))
        return document

    def pay(self):
        invoice = self.random.choice(self.invoices)
        part = self.random.choice([100, 100, 100, 50, 120])
        amount = round(float(invoice["totals"]["payable"]["amount"]) * part)  # cents; a test may be careless here
        payment = self.say("payments", "POST", "/v1/payments", {
            "entityId": self.entity, "accountId": invoice["accountId"],
            "amount": {"currency": "EUR", "amount": f"{amount // 100}.{amount % 100:02d}"},
            "valueDate": datetime.date.today().isoformat(), "method": "PAYMENT_METHOD_CHEQUE",
            "sourceReference": f"{self.name}-{next(self.numbers)}",
            "remittance": {"documentNumbers": [invoice["number"]]}})
        with self.lock:
            self.accepted.append(("payments", "payment", payment.get("payment", payment)["paymentId"]))

    def credit(self):
        invoice = self.random.choice(self.invoices)
        try:
            self.say("invoicing", "POST", f"/v1/invoices/{invoice['invoiceId']}/credit-notes", {
                "reason": "Goodwill", "groups": [{"authority": "VAT", "category": "TAX_CATEGORY_S", "ratePpm": 190000,
                                                   "net": {"currency": "EUR", "amount": "1.00"}}]})
        except house.Refused as refused:
            if refused.status not in (409, 422):
                raise

    def step(self):
        with self.lock:
            accounts, invoices = len(self.accounts), len(self.invoices)
        choice = self.random.random()
        if accounts < 3 or choice < 0.05:
            self.open_account()
        elif invoices < 3 or choice < 0.55:
            self.issue_invoice()
        elif choice < 0.92:
            self.pay()
        else:
            self.credit()


class Running:
    """The business at work on a thread of its own, until it is told to stop; an error of it is an error of the test."""

    def __init__(self, business):
        self.business, self.stopping, self.error, self.steps = business, threading.Event(), None, 0
        self.thread = threading.Thread(target=self.work, daemon=True)

    def work(self):
        try:
            while not self.stopping.is_set():
                self.business.step()
                self.steps += 1
        except Exception as error:
            self.error = error

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join(90)
        if self.error:
            raise self.error
