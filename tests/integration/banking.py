# SPDX-License-Identifier: Apache-2.0
"""A bank that keeps an account of ours: its balance and its statement numbers run on from file to file, unless a test wants
them wrong."""
import datetime

import door
from statements.camt import Entry, Statement, document  # noqa: F401  Entry is for those who use this bank


def text(cents):
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def cents(amount):
    return int(amount.replace(".", ""))


class Bank:
    def __init__(self, iban, balance=0):
        self.iban, self.balance, self.sequence = iban, balance, 0

    def file(self, entries, wrong_by=0, skips=0, day=None):
        """`wrong_by` cents: the closing balance is not what opening and rows give; `skips`: numbers left out."""
        self.sequence += 1 + skips
        opening = self.balance
        self.balance += sum(cents(entry.amount) for entry in entries) + wrong_by
        return document(Statement(f"{self.iban[-8:]}-{self.sequence:05d}", entries, text(opening), text(self.balance), self.sequence,
                                  day or datetime.date.today().isoformat(), self.iban), message=f"M{self.iban[-6:]}{self.sequence}")


def bring(file, **options):
    return door.call("payments", "POST", "/v1/bank-statements", raw=file, kind="application/xml", **options)


def one(answer):
    """The outcome of the only statement in a file that was read."""
    outcome = door.made(answer)
    door.equal(f"statements of {answer!r}", 1, len(outcome["statements"]))
    return outcome["statements"][0]
