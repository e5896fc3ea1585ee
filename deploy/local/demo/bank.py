# SPDX-License-Identifier: Apache-2.0
"""A bank that keeps our accounts and answers with camt.053 files, in version 001.02 or 001.08 of ISO 20022, as banks do:
running balances, sequence numbers, batches with their details, returns, fees, and bookings still pending."""
import datetime
import json
import os
import subprocess
from dataclasses import dataclass, field, replace
from xml.sax.saxutils import escape

from demo.money import plain

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."
RECEIPT, COLLECTED, UNPAID = ("PMNT", "RCDT", "ESCT"), ("PMNT", "IDDT", "ESDD"), ("PMNT", "IDDT", "UPDD")
SENT, CHARGES, INTEREST = ("PMNT", "ICDT", "ESCT"), ("ACMT", "MDOP", "CHRG"), ("ACMT", "MCOP", "INTR")


@dataclass
class Detail:
    """One payment: what the payer said of it."""
    amount: int
    end_to_end_id: str = "NOTPROVIDED"
    payer: str = ""
    reference: str = ""
    text: str = ""
    mandate: str = ""
    return_reason: str = ""


@dataclass
class Booking:
    """One entry, positive: money in. Several details: a batch."""
    day: datetime.date
    amount: int
    code: tuple
    details: list = field(default_factory=list)
    text: str = ""
    # Announced in one statement, booked in the next.
    lingers: bool = False
    pending: bool = False
    # Set where a later booking must name this one.
    bank_reference: str = ""


@dataclass
class BankAccount:
    entity: object
    currency: str
    number: str
    bic: str
    version: str
    opening: int
    statements_per_file: int = 1
    sequence: int = 0
    balance: int = 0
    since: datetime.date = None

    def __post_init__(self):
        self.balance = self.opening

    @property
    def is_iban(self):
        return self.number[:2].isalpha()


def element(name, *children, **attributes):
    inside = "".join(child for child in children if child)
    marks = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{marks}>{inside}</{name}>"


def text(name, value):
    return element(name, escape(str(value)))


class StatementFile:
    """The XML of one file; the two versions differ in a handful of places, each of them here."""

    def __init__(self, account):
        self.account = account
        self.new = account.version == "08"

    def amount(self, name, amount_minor):
        return element(name, plain(abs(amount_minor), self.account.currency), Ccy=self.account.currency)

    @staticmethod
    def side(amount_minor):
        return text("CdtDbtInd", "DBIT" if amount_minor < 0 else "CRDT")

    def balance(self, code, amount_minor, day):
        return element("Bal", element("Tp", element("CdOrPrtry", text("Cd", code))), self.amount("Amt", amount_minor),
                       self.side(amount_minor), element("Dt", text("Dt", day.isoformat())))

    def party(self, name):
        return element("Pty", text("Nm", name)) if self.new else text("Nm", name)

    @staticmethod
    def code(code):
        domain, family, subfamily = code
        return element("BkTxCd", element("Domn", text("Cd", domain), element("Fmly", text("Cd", family), text("SubFmlyCd", subfamily))))

    def detail(self, detail, credit, original_reference):
        references = element("Refs", text("AcctSvcrRef", original_reference) if original_reference else "",
                             text("EndToEndId", detail.end_to_end_id), text("MndtId", detail.mandate) if detail.mandate else "")
        if self.new:
            amount = self.amount("Amt", detail.amount) + self.side(1 if credit else -1)
        else:
            amount = element("AmtDtls", element("TxAmt", self.amount("Amt", detail.amount)))
        parties = element("RltdPties", element("Dbtr", self.party(detail.payer))) if detail.payer else ""
        structured = element("Strd", element("CdtrRefInf", element("Tp", element("CdOrPrtry", text("Cd", "SCOR"))),
                                             text("Ref", detail.reference))) if detail.reference else ""
        remittance = element("RmtInf", text("Ustrd", detail.text) if detail.text else "", structured) if detail.text or structured else ""
        returned = element("RtrInf", element("Rsn", text("Cd", detail.return_reason))) if detail.return_reason else ""
        return element("TxDtls", references, amount, parties, remittance, returned)

    def entry(self, booking, reference):
        status = "PDNG" if booking.pending else "BOOK"
        batch = ""
        if len(booking.details) > 1:
            batch = element("Btch", text("NbOfTxs", len(booking.details)), self.amount("TtlAmt", booking.amount), self.side(booking.amount))
        # A return names the booking that it takes back by the bank's own reference of it.
        original = booking.bank_reference if booking.code == UNPAID else ""
        details = element("NtryDtls", batch, *(self.detail(detail, booking.amount > 0, original) for detail in booking.details)) \
            if booking.details else ""
        own = reference if booking.code == UNPAID else booking.bank_reference or reference
        return element("Ntry", text("NtryRef", reference), self.amount("Amt", booking.amount), self.side(booking.amount),
                       element("Sts", text("Cd", status)) if self.new else text("Sts", status),
                       element("BookgDt", text("Dt", booking.day.isoformat())), element("ValDt", text("Dt", booking.day.isoformat())),
                       text("AcctSvcrRef", own), self.code(booking.code), details,
                       text("AddtlNtryInf", booking.text) if booking.text else "")

    def summary(self, booked):
        def side(name, amounts):
            return element(name, text("NbOfNtries", len(amounts)), text("Sum", plain(sum(amounts), self.account.currency))) if amounts else ""
        return element("TxsSummry", side("TtlCdtNtries", [booking.amount for booking in booked if booking.amount > 0]),
                       side("TtlDbtNtries", [-booking.amount for booking in booked if booking.amount < 0]))

    def statement(self, first, last, bookings):
        account = self.account
        account.sequence += 1
        identifier = f"{account.number[-8:]}-{last:%Y%m%d}-{account.sequence:04}"
        booked = [booking for booking in bookings if not booking.pending]
        opening, closing = account.balance, account.balance + sum(booking.amount for booking in booked)
        account.balance = closing
        number = element("Id", text("IBAN", account.number)) if account.is_iban else element("Id", element("Othr", text("Id", account.number)))
        servicer = element("Svcr", element("FinInstnId", text("BICFI" if self.new else "BIC", account.bic)))
        entries = [self.entry(booking, f"{last:%y%m%d}{account.sequence:03}{place:05}") for place, booking in enumerate(bookings, 1)]
        return element("Stmt", text("Id", identifier), text("ElctrncSeqNb", account.sequence), text("CreDtTm", f"{last}T22:30:00"),
                       element("FrToDt", text("FrDtTm", f"{first}T00:00:00"), text("ToDtTm", f"{last}T23:59:59")),
                       element("Acct", number, text("Ccy", account.currency),
                               element("Ownr", text("Nm", account.entity.name)), servicer),
                       self.balance("OPBD", opening, first), self.balance("CLBD", closing, last), self.summary(booked), *entries)

    def file(self, periods):
        """`periods`: (first day, last day, bookings) of each statement."""
        statements = [self.statement(*period) for period in periods]
        last = periods[-1][1]
        header = element("GrpHdr", text("MsgId", f"{self.account.currency}{last:%Y%m%d}{self.account.sequence:04}"), text("CreDtTm", f"{last}T22:31:07"))
        document = element("Document", element("BkToCstmrStmt", header, *statements), xmlns=NAMESPACE + self.account.version)
        # A line for each entry: a person may want to look, and an error wants a line.
        for tag in ("<GrpHdr", "<Stmt>", "<Acct>", "<Bal>", "<TxsSummry>", "<Ntry>", "<TxDtls>", "</Stmt>"):
            document = document.replace(tag, "\n" + tag)
        return ('<?xml version="1.0" encoding="UTF-8"?>\n' + document + "\n").encode()


class Bank:
    """Keeps what was booked until a statement tells of it."""

    def __init__(self, accounts, folder):
        self.accounts, self.folder = accounts, folder
        self.queue = {account.number: {} for account in accounts}
        os.makedirs(folder, exist_ok=True)

    def book(self, account, key, booking):
        """`key` names the fact, so that the same invoice is never paid twice. Nothing is booked into a day that a
        statement has closed."""
        if booking.day <= account.since:
            booking = replace(booking, day=account.since + datetime.timedelta(days=1))
        self.queue[account.number].setdefault(key, booking)

    def answer(self, account, last, name):
        """The file that tells of everything booked up to `last`; its path."""
        due, later = [], {}
        for key, booking in sorted(self.queue[account.number].items(), key=lambda item: (item[1].day, item[0])):
            if booking.day > last:
                later[key] = booking
            elif booking.lingers:
                # Shown as pending today, booked tomorrow: only then does it count.
                due.append(replace(booking, pending=True))
                later[key] = replace(booking, lingers=False, day=last + datetime.timedelta(days=1))
            else:
                due.append(booking)
        self.queue[account.number] = later
        days, parts, periods = (last - account.since).days, account.statements_per_file, []
        for part in range(parts):
            after, until = (account.since + datetime.timedelta(days=days * place // parts) for place in (part, part + 1))
            periods.append((after + datetime.timedelta(days=1), until, [booking for booking in due if after < booking.day <= until]))
        account.since = last
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(StatementFile(account).file(periods))
        return path


def schema_faults(paths, folder):
    """What xmllint says against the schemas of ISO 20022, where both are on this machine; None: one of them is not."""
    schemas = {version: os.path.join(folder, f"camt.053.001.{version}.xsd") for version in ("02", "08")}
    if not folder or not all(os.path.isfile(path) for path in schemas.values()):
        return None
    faults = []
    for version, schema in schemas.items():
        chosen = [path for path in paths if (NAMESPACE + version).encode() in open(path, "rb").read(400)]
        if not chosen:
            continue
        try:
            check = subprocess.run(["xmllint", "--nonet", "--noout", "--schema", schema, *chosen], capture_output=True, text=True, check=False)
        except FileNotFoundError:
            return None
        if check.returncode:
            faults += [line for line in check.stderr.splitlines() if "error" in line][:5]
    return faults


def save(path, value):
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1, ensure_ascii=False)
    os.replace(path + ".new", path)
