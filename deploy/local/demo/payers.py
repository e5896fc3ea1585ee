# SPDX-License-Identifier: Apache-2.0
"""How the customers of the demonstration pay: each has a habit, and from it and the invoice follows, always in the same
way, what arrives at the bank, when, and what it says."""
import datetime
import random
from dataclasses import dataclass

from demo.bank import COLLECTED, RECEIPT, UNPAID, Booking, Detail
from demo.world import SEED


def creditor_reference(number):
    """ISO 11649, as it is printed on the invoice."""
    digits = "".join(str(int(sign, 36)) for sign in number + "RF00")
    return f"RF{98 - int(digits) % 97:02}{number}"


@dataclass(frozen=True)
class Invoice:
    """What the payer reads on it."""
    number: str
    month: int
    account: object
    due: datetime.date
    issued: datetime.date
    payable: int

    @property
    def reference(self):
        return creditor_reference(self.number)


def weekday(day):
    return day + datetime.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def punctual_day(invoice, chance):
    """On one of the last days before it is due, not before two days after issue, and not much later than a month."""
    day = min(invoice.due, invoice.issued + datetime.timedelta(days=45)) - datetime.timedelta(days=chance.randint(0, 6))
    day = max(day, invoice.issued + datetime.timedelta(days=2))
    while day.weekday() > 4:
        day -= datetime.timedelta(days=1)
    return max(day, invoice.issued + datetime.timedelta(days=1))


def typo(reference, chance):
    """Two neighbours swapped: the check digits notice it, and the reference names nothing."""
    places = [place for place in range(6, len(reference) - 1) if reference[place] != reference[place + 1]]
    place = chance.choice(places)
    return reference[:place] + reference[place + 1] + reference[place] + reference[place + 2:]


class Payers:
    def __init__(self, bank, bank_accounts):
        self.bank, self.bank_accounts = bank, bank_accounts
        # Kept for a person who looks for the payer later, and for the cashier.
        self.strangers, self.cheques, self.waiting_for_two, self.batches, self.at_once = [], [], {}, {}, []
        self.promised = {"full": 0, "partial": 0, "over": 0, "wrong reference": 0, "unknown payer": 0, "returned": 0, "batch": 0, "late": 0}

    def bank_of(self, account):
        return self.bank_accounts[account.entity.code, account.currency]

    def told(self, invoices):
        """New invoices have arrived at their payers."""
        for invoice in sorted(invoices, key=lambda invoice: invoice.account.number):
            if invoice.payable > 0:
                chance = random.Random(f"{SEED}/{invoice.account.number}/{invoice.month}")
                getattr(self, "pays_" + invoice.account.habit)(invoice, chance)
        self._send_batches()

    def _transfer(self, invoice, day, amount, **said):
        detail = Detail(amount, end_to_end_id=f"E2E{invoice.month}{invoice.account.number}", payer=invoice.account.name, **said)
        self.bank.book(self.bank_of(invoice.account), f"{invoice.account.number}/{invoice.month}", Booking(day, amount, RECEIPT, [detail]))

    def pays_reference(self, invoice, chance):
        self.promised["full"] += 1
        self._transfer(invoice, punctual_day(invoice, chance), invoice.payable, reference=invoice.reference)

    def pays_number(self, invoice, chance):
        self.promised["full"] += 1
        said = chance.choice(("Invoice {}", "Rechnung {}", "Facture no. {}", "Τιμολόγιο {}", "請求書 {}", "{} / {}"))
        self._transfer(invoice, punctual_day(invoice, chance), invoice.payable, text=said.format(invoice.number, invoice.account.number))

    def pays_batch(self, invoice, chance):
        """Through a payment processor that credits a week's payments in one sum."""
        self.promised["batch"] += 1
        day = punctual_day(invoice, chance)
        friday = max(day - datetime.timedelta(days=(day.weekday() - 4) % 7), invoice.issued + datetime.timedelta(days=1))
        detail = Detail(invoice.payable, end_to_end_id=f"PSP{invoice.month}{invoice.account.number}", payer=invoice.account.name,
                        reference=invoice.reference)
        account = self.bank_of(invoice.account)
        self.batches.setdefault((account.number, friday, invoice.month), (account, []))[1].append(detail)

    def _send_batches(self):
        for (number, friday, month), (account, details) in sorted(self.batches.items()):
            self.bank.book(account, f"batch/{number}/{friday}/{month}",
                           Booking(friday, sum(detail.amount for detail in details), RECEIPT, details, text="Collected payments"))
        self.batches.clear()

    def pays_partial(self, invoice, chance):
        if invoice.month == 2:
            self.pays_reference(invoice, chance)
            return
        self.promised["partial"] += 1
        amount = invoice.payable * chance.choice((40, 50, 60, 75)) // 100
        self._transfer(invoice, punctual_day(invoice, chance), max(1, amount), reference=invoice.reference)

    def pays_over(self, invoice, chance):
        """Rounds up to the next ten, or pays the old, higher price."""
        self.promised["over"] += 1
        # Ten euros, or a thousand yen: a thousand of the smallest units either way.
        amount = (invoice.payable // 1000 + 1) * 1000
        self._transfer(invoice, punctual_day(invoice, chance), amount, reference=invoice.reference)

    def pays_wrong_reference(self, invoice, chance):
        if invoice.month == 3:
            self.pays_reference(invoice, chance)
            return
        self.promised["wrong reference"] += 1
        self.strangers.append(invoice)
        self._transfer(invoice, punctual_day(invoice, chance), invoice.payable, reference=typo(invoice.reference, chance))

    def pays_unknown(self, invoice, chance):
        if invoice.month == 1:
            self.pays_reference(invoice, chance)
            return
        self.promised["unknown payer"] += 1
        self.strangers.append(invoice)
        said = chance.choice(("Thank you", "Danke!", "monthly payment", "धन्यवाद", "شكرا", "ありがとうございます"))
        self._transfer(invoice, punctual_day(invoice, chance), invoice.payable, text=said)

    def pays_returned(self, invoice, chance):
        """Collected from the payer's account; in the second month there was nothing on it."""
        self.promised["full"] += 1
        account, day = self.bank_of(invoice.account), punctual_day(invoice, chance)
        serial = f"DD{invoice.month}{invoice.account.number}".replace("-", "")
        detail = Detail(invoice.payable, end_to_end_id=serial, payer=invoice.account.name, reference=invoice.reference,
                        mandate=f"M-{invoice.account.number}")
        self.bank.book(account, f"{invoice.account.number}/{invoice.month}", Booking(day, invoice.payable, COLLECTED, [detail], bank_reference=serial))
        if invoice.month == 2:
            self.promised["returned"] += 1
            back = Detail(invoice.payable, end_to_end_id=serial, payer=invoice.account.name, mandate=f"M-{invoice.account.number}",
                          return_reason=chance.choice(("AM04", "AC04", "MD06")))
            self.bank.book(account, f"{invoice.account.number}/{invoice.month}/back",
                           Booking(weekday(day + datetime.timedelta(days=5)), -invoice.payable, UNPAID, [back], bank_reference=serial))

    def pays_late(self, invoice, chance):
        if invoice.month == 3:
            return
        self.promised["late"] += 1
        day = weekday(invoice.due + datetime.timedelta(days=chance.randint(12, 44) if invoice.month == 1 else chance.randint(9, 20)))
        self._transfer(invoice, day, invoice.payable, reference=invoice.reference)

    def pays_never(self, invoice, chance):
        pass

    def pays_cheque(self, invoice, chance):
        self.cheques.append((punctual_day(invoice, chance), invoice, f"{chance.randint(100000, 999999)}"))

    def pays_two_at_once(self, invoice, chance):
        """January and February in one sum: no level of the ladder may guess how it divides (REC-1)."""
        if invoice.month == 3:
            self.pays_reference(invoice, chance)
            return
        before = self.waiting_for_two.pop(invoice.account.number, None)
        if before is None:
            self.waiting_for_two[invoice.account.number] = invoice
            return
        self.at_once.append(invoice.account)
        detail = Detail(before.payable + invoice.payable, end_to_end_id=f"E2E12{invoice.account.number}", payer=invoice.account.name,
                        text=f"{before.number} {invoice.number} / {invoice.account.number}")
        self.bank.book(self.bank_of(invoice.account), f"{invoice.account.number}/1+2",
                       Booking(punctual_day(invoice, chance), detail.amount, RECEIPT, [detail]))
