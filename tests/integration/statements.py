# SPDX-License-Identifier: Apache-2.0
"""camt.053.001.02 files as a bank writes them, whole or wrong on purpose, and what is said to payments about them."""
import datetime
import itertools
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

import door

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"
NUMBERS = itertools.count(1)


def amount(cents):
    return f"{abs(cents) // 100}.{abs(cents) % 100:02d}"


@dataclass
class Entry:
    """A booked row; positive: money in."""
    cents: int
    reference: str = ""  # structured (SCOR)
    text: str = ""
    payer: str = "A. Payer"
    end_to_end_id: str = "NOTPROVIDED"
    returns: str = ""  # the bank's reference of the row that this one takes back
    reason: str = "AC04"
    bank_reference: str = field(default_factory=lambda: f"BR{next(NUMBERS):08d}")
    status: str = "BOOK"

    def xml(self, day):
        side = "CRDT" if self.cents > 0 else "DBIT"
        family = "<Fmly><Cd>IDDT</Cd><SubFmlyCd>UPDD</SubFmlyCd></Fmly>" if self.returns else "<Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly>"
        structured = (f"<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>{escape(self.reference)}</Ref></CdtrRefInf></Strd>"
                      if self.reference else "")
        words = f"<Ustrd>{escape(self.text)}</Ustrd>" if self.text else ""
        remittance = f"<RmtInf>{words}{structured}</RmtInf>" if words or structured else ""
        original = f"<AcctSvcrRef>{escape(self.returns)}</AcctSvcrRef>" if self.returns else ""
        returned = f"<RtrInf><Rsn><Cd>{self.reason}</Cd></Rsn></RtrInf>" if self.returns else ""
        return (f"<Ntry><Amt Ccy=\"EUR\">{amount(self.cents)}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>{self.status}</Sts>"
                f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{escape(self.bank_reference)}</AcctSvcrRef>"
                f"<BkTxCd><Domn><Cd>PMNT</Cd>{family}</Domn></BkTxCd><NtryDtls><TxDtls><Refs>{original}<EndToEndId>{escape(self.end_to_end_id)}</EndToEndId></Refs>"
                f"<RltdPties><Dbtr><Nm>{escape(self.payer)}</Nm></Dbtr></RltdPties>{remittance}{returned}</TxDtls></NtryDtls></Ntry>")


class Bank:
    """The bank's side of one account: balances and sequence run on from file to file."""

    def __init__(self, iban, balance=0):
        self.iban, self.balance, self.sequence = iban, balance, 0

    def file(self, entries, wrong_by=0, skips=0, day=None, version="02"):
        """`wrong_by` cents: the closing balance is not what opening and rows give; `skips`: sequence numbers left out."""
        day = day or datetime.date.today().isoformat()
        self.sequence += 1 + skips
        opening = self.balance
        self.balance += sum(entry.cents for entry in entries if entry.status == "BOOK") + wrong_by

        def balance(code, cents):
            return (f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{amount(cents)}</Amt>"
                    f"<CdtDbtInd>{'CRDT' if cents >= 0 else 'DBIT'}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>")
        rows = "\n".join(entry.xml(day) for entry in entries)
        return (f"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"{NAMESPACE[:-2]}{version}\"><BkToCstmrStmt>"
                f"<GrpHdr><MsgId>M{self.iban[-6:]}{self.sequence}</MsgId><CreDtTm>{day}T22:00:00</CreDtTm></GrpHdr>\n"
                f"<Stmt><Id>{self.iban[-8:]}-{self.sequence:05d}</Id><ElctrncSeqNb>{self.sequence}</ElctrncSeqNb><CreDtTm>{day}T22:00:00</CreDtTm>"
                f"<Acct><Id><IBAN>{self.iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>\n{balance('OPBD', opening)}{balance('CLBD', self.balance)}\n{rows}\n"
                "</Stmt></BkToCstmrStmt></Document>\n").encode()


def bring(file, **options):
    return door.call("payments", "POST", "/v1/bank-statements", raw=file, kind="application/xml", **options)


def one(answer):
    """The outcome of the only statement in a file that was read."""
    outcome = door.made(answer)
    door.equal(f"statements of {answer!r}", 1, len(outcome["statements"]))
    return outcome["statements"][0]
