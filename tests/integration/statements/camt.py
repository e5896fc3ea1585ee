# SPDX-License-Identifier: Apache-2.0
"""Writes camt.053.001.08 as banks do, from a few words: statements of entries, each balanced unless told otherwise."""
from dataclasses import dataclass, field
from decimal import Decimal
from xml.sax.saxutils import escape

IBAN = "DE89370400440532013000"


@dataclass
class Entry:
    amount: str  # "-30.00": the account is debited
    reference: str = ""
    end_to_end: str = ""
    text: str = ""
    payer: str = ""
    payer_iban: str = ""
    reason: str = ""  # of a return
    code: str = "PMNT/RCDT/ESCT"
    structured: str = ""
    details: list = field(default_factory=list)  # amounts of a batch


@dataclass
class Statement:
    id: str
    entries: list
    opening: str = "0.00"
    closing: str = ""  # computed if empty
    number: int = 0
    day: str = "2026-03-31"
    account: str = IBAN
    currency: str = "EUR"

    @property
    def end(self):
        return self.closing or f"{Decimal(self.opening) + sum(Decimal(entry.amount) for entry in self.entries):.2f}"


def side(amount):
    return ("DBIT", amount[1:]) if amount.startswith("-") else ("CRDT", amount)


def balance(code, amount, statement):
    sign, plain = side(amount)
    return (f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"{statement.currency}\">{plain}</Amt>"
            f"<CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>{statement.day}</Dt></Dt></Bal>")


def detail(entry, amount=None, currency="EUR", number=0):
    end_to_end = entry.end_to_end + (f"-{number}" if number else "")
    parts = ["<TxDtls><Refs>"]
    if entry.reference:
        parts.append(f"<AcctSvcrRef>{entry.reference}{f'-{number}' if number else ''}</AcctSvcrRef>")
    parts.append(f"<EndToEndId>{escape(end_to_end or 'NOTPROVIDED')}</EndToEndId></Refs>")
    if amount:
        parts.append(f"<Amt Ccy=\"{currency}\">{amount}</Amt><CdtDbtInd>{side(entry.amount)[0]}</CdtDbtInd>")
    if entry.payer or entry.payer_iban:
        parts.append("<RltdPties>")
        parts.append(f"<Dbtr><Pty><Nm>{escape(entry.payer or 'NN')}</Nm></Pty></Dbtr>")
        if entry.payer_iban:
            parts.append(f"<DbtrAcct><Id><IBAN>{entry.payer_iban}</IBAN></Id></DbtrAcct>")
        parts.append("</RltdPties>")
    if entry.text or entry.structured:
        parts.append("<RmtInf>")
        parts += [f"<Ustrd>{escape(line)}</Ustrd>" for line in entry.text.split("\n") if line]
        if entry.structured:
            parts.append(f"<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>{entry.structured}</Ref></CdtrRefInf></Strd>")
        parts.append("</RmtInf>")
    if entry.reason:
        parts.append(f"<RtrInf><Rsn><Cd>{entry.reason}</Cd></Rsn></RtrInf>")
    return "".join(parts) + "</TxDtls>"


def entry_xml(entry, statement):
    sign, plain = side(entry.amount)
    domain, family, subfamily = entry.code.split("/")
    details = [detail(entry, amount, statement.currency, number) for number, amount in enumerate(entry.details, 1)]
    return (f"<Ntry><Amt Ccy=\"{statement.currency}\">{plain}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
            f"<BookgDt><Dt>{statement.day}</Dt></BookgDt><ValDt><Dt>{statement.day}</Dt></ValDt>"
            f"<BkTxCd><Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{subfamily}</SubFmlyCd></Fmly></Domn></BkTxCd>"
            f"<NtryDtls>{''.join(details) or detail(entry)}</NtryDtls></Ntry>\n")


def document(*statements, message="M1"):
    out = ['<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
           f"<GrpHdr><MsgId>{message}</MsgId><CreDtTm>2026-03-31T18:00:00Z</CreDtTm></GrpHdr>\n"]
    for statement in statements:
        number = f"<ElctrncSeqNb>{statement.number}</ElctrncSeqNb>" if statement.number else ""
        identity = f"<IBAN>{statement.account}</IBAN>" if statement.account[:2].isalpha() else f"<Othr><Id>{statement.account}</Id></Othr>"
        out.append(f"<Stmt><Id>{statement.id}</Id>{number}<CreDtTm>{statement.day}T18:00:00Z</CreDtTm>"
                   f"<Acct><Id>{identity}</Id><Ccy>{statement.currency}</Ccy></Acct>\n")
        out += [balance("OPBD", statement.opening, statement), balance("CLBD", statement.end, statement), "\n"]
        out += [entry_xml(entry, statement) for entry in statement.entries]
        out.append("</Stmt>\n")
    return "".join(out + ["</BkToCstmrStmt></Document>\n"]).encode()
