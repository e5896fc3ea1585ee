/* SPDX-License-Identifier: Apache-2.0
 * Camt: every field of a camt.053 lands where statement.h says, in each of the writings that the
 * versions use. */
#include "camt_check.h"

/* ---- one file with everything, as version 8 writes it ---- */

static const char full[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<p:Document xmlns:p=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><p:BkToCstmrStmt>\n"
    "<p:GrpHdr><p:MsgId>M1</p:MsgId><p:CreDtTm>2026-01-31T18:00:00+01:00</p:CreDtTm></p:GrpHdr>\n"
    "<p:Stmt><p:Id> S1 "
    "</p:Id><p:StmtPgntn><p:PgNb>3</p:PgNb><p:LastPgInd>false</p:LastPgInd></p:StmtPgntn>"
    "<p:ElctrncSeqNb>31</p:ElctrncSeqNb><p:LglSeqNb>7</"
    "p:LglSeqNb><p:CreDtTm>2026-01-31T17:59:59.5Z</p:CreDtTm>"
    "<p:FrToDt><p:FrDtTm>2026-01-31T00:00:00</p:FrDtTm><p:ToDtTm>2026-01-31T24:00:00</p:ToDtTm></"
    "p:FrToDt>"
    "<p:CpyDplctInd>DUPL</p:CpyDplctInd>"
    "<p:Acct><p:Id><p:IBAN>DE89370400440532013000</p:IBAN></p:Id><p:Tp><p:Cd>CACC</p:Cd></"
    "p:Tp><p:Ccy>EUR</p:Ccy>"
    "<p:Nm>Main</p:Nm><p:Ownr><p:Nm>Acme &amp; "
    "Söhne</p:Nm></p:Ownr><p:Svcr><p:FinInstnId><p:BICFI>COBADEFFXXX</p:BICFI>"
    "</p:FinInstnId></p:Svcr></p:Acct>"
    "<p:Bal><p:Tp><p:CdOrPrtry><p:Cd>OPBD</p:Cd></p:CdOrPrtry><p:SubTp><p:Cd>INTM</p:Cd></"
    "p:SubTp></p:Tp>"
    "<p:Amt "
    "Ccy=\"EUR\">10.00</p:Amt><p:CdtDbtInd>DBIT</"
    "p:CdtDbtInd><p:Dt><p:DtTm>2026-01-30T23:59:59+05:00</p:DtTm></p:Dt>"
    "</p:Bal>"
    "<p:TxsSummry><p:TtlNtries><p:NbOfNtries>1</p:NbOfNtries><p:Sum>250.00</p:Sum></"
    "p:TtlNtries><p:TtlCdtNtries>"
    "<p:NbOfNtries>1</p:NbOfNtries></p:TtlCdtNtries></p:TxsSummry>\n"
    "<p:Ntry><p:NtryRef>N1</p:NtryRef><p:Amt "
    "Ccy=\"EUR\">250.00</p:Amt><p:CdtDbtInd>CRDT</p:CdtDbtInd>"
    "<p:RvslInd>true</p:RvslInd><p:Sts><p:Cd>BOOK</p:Cd></p:Sts><p:BookgDt><p:Dt>2026-01-31</"
    "p:Dt></p:BookgDt>"
    "<p:ValDt><p:DtTm>2026-02-01T10:00:00Z</p:DtTm></p:ValDt><p:AcctSvcrRef>B1</"
    "p:AcctSvcrRef><p:BkTxCd><p:Domn>"
    "<p:Cd>PMNT</p:Cd><p:Fmly><p:Cd>RDDT</p:Cd><p:SubFmlyCd>UPDD</p:SubFmlyCd></p:Fmly></"
    "p:Domn><p:Prtry>"
    "<p:Cd>NRTI+109</p:Cd><p:Issr>DK</p:Issr></p:Prtry></p:BkTxCd>\n"
    "<p:NtryDtls><p:Btch><p:MsgId>BM</p:MsgId><p:PmtInfId>BP</p:PmtInfId><p:NbOfTxs>1</p:NbOfTxs>"
    "<p:TtlAmt Ccy=\"EUR\">250</p:TtlAmt><p:CdtDbtInd>CRDT</p:CdtDbtInd></p:Btch>\n"
    "<p:TxDtls><p:Refs><p:MsgId>R1</p:MsgId><p:AcctSvcrRef>R2</p:AcctSvcrRef><p:PmtInfId>R3</"
    "p:PmtInfId>"
    "<p:InstrId>R4</p:InstrId><p:EndToEndId>R5</p:EndToEndId><p:UETR>R6</p:UETR><p:TxId>R7</"
    "p:TxId><p:MndtId>R8</p:MndtId>"
    "<p:ChqNb>R9</p:ChqNb><p:Prtry><p:Tp>T</p:Tp><p:Ref>R10</p:Ref></p:Prtry></p:Refs>"
    "<p:Amt Ccy=\"EUR\">250.000</p:Amt><p:CdtDbtInd>CRDT</p:CdtDbtInd>"
    "<p:AmtDtls><p:InstdAmt><p:Amt "
    "Ccy=\"JPY\">40000.0</p:Amt><p:CcyXchg><p:SrcCcy>JPY</p:SrcCcy><p:TrgtCcy>EUR</p:TrgtCcy>"
    "<p:XchgRate>0.00625</p:XchgRate></p:CcyXchg></p:InstdAmt><p:CntrValAmt><p:Amt "
    "Ccy=\"JPY\">0.5</p:Amt></p:CntrValAmt>"
    "</p:AmtDtls>"
    "<p:Chrgs><p:TtlChrgsAndTaxAmt Ccy=\"EUR\">1.20</p:TtlChrgsAndTaxAmt><p:Rcrd><p:Amt "
    "Ccy=\"EUR\">1.20</p:Amt>"
    "<p:CdtDbtInd>DBIT</p:CdtDbtInd><p:ChrgInclInd>true</p:ChrgInclInd><p:Tp><p:Prtry><p:Id>FEE</"
    "p:Id></p:Prtry></p:Tp>"
    "</p:Rcrd></p:Chrgs>"
    "<p:RltdPties><p:InitgPty><p:Pty><p:Nm>Init</p:Nm></p:Pty></"
    "p:InitgPty><p:Dbtr><p:Pty><p:Nm>山田太郎</p:Nm><p:PstlAdr>"
    "<p:StrtNm>Main</p:StrtNm><p:BldgNb>1</p:BldgNb><p:PstCd>100</p:PstCd><p:TwnNm>Tokyo</"
    "p:TwnNm><p:Ctry>JP</p:Ctry>"
    "<p:AdrLine>L1</p:AdrLine><p:AdrLine>L2</p:AdrLine></"
    "p:PstlAdr><p:Id><p:PrvtId><p:Othr><p:Id>P-1</p:Id><p:SchmeNm>"
    "<p:Cd>NIDN</p:Cd></p:SchmeNm></p:Othr></p:PrvtId></p:Id></p:Pty></"
    "p:Dbtr><p:DbtrAcct><p:Id><p:IBAN>NL91ABNA0417164300"
    "</p:IBAN></p:Id></p:DbtrAcct><p:UltmtDbtr><p:Pty><p:Nm>Uncle</p:Nm></p:Pty></"
    "p:UltmtDbtr><p:Cdtr><p:Agt><p:FinInstnId>"
    "<p:Nm>Some "
    "Bank</p:Nm></p:FinInstnId></p:Agt></p:Cdtr><p:CdtrAcct><p:Id><p:Othr><p:Id>123-4</"
    "p:Id><p:SchmeNm>"
    "<p:Prtry>BGNR</p:Prtry></p:SchmeNm></p:Othr></p:Id></p:CdtrAcct></p:RltdPties>"
    "<p:RltdAgts><p:DbtrAgt><p:FinInstnId><p:BICFI>ABNANL2A</p:BICFI><p:Nm>ABN</p:Nm></"
    "p:FinInstnId></p:DbtrAgt></p:RltdAgts>"
    "<p:Purp><p:Cd>SALA</p:Cd></p:Purp>\n"
    "<p:RmtInf><p:Ustrd>line one</p:Ustrd><p:Ustrd>line "
    "<![CDATA[<two>]]></p:Ustrd><p:Strd><p:RfrdDocInf><p:Tp><p:CdOrPrtry>"
    "<p:Cd>CINV</p:Cd></p:CdOrPrtry></p:Tp><p:Nb>INV-7</p:Nb><p:RltdDt>2026-01-02</p:RltdDt></"
    "p:RfrdDocInf><p:RfrdDocInf>"
    "<p:Nb>INV-8</p:Nb></p:RfrdDocInf><p:RfrdDocAmt><p:DuePyblAmt "
    "Ccy=\"EUR\">255.00</p:DuePyblAmt><p:DscntApldAmt><p:Tp>"
    "<p:Cd>APDS</p:Cd></p:Tp><p:Amt "
    "Ccy=\"EUR\">5.00</p:Amt></p:DscntApldAmt><p:AdjstmntAmtAndRsn><p:Amt Ccy=\"EUR\">1.00</p:Amt>"
    "<p:CdtDbtInd>DBIT</p:CdtDbtInd><p:Rsn>PRIC</p:Rsn></p:AdjstmntAmtAndRsn><p:RmtdAmt "
    "Ccy=\"EUR\">250.00</p:RmtdAmt>"
    "</p:RfrdDocAmt><p:CdtrRefInf><p:Tp><p:CdOrPrtry><p:Cd>SCOR</p:Cd></p:CdOrPrtry><p:Issr>ISO</"
    "p:Issr></p:Tp>"
    "<p:Ref>RF18539007547034</p:Ref></p:CdtrRefInf><p:AddtlRmtInf>more</p:AddtlRmtInf></p:Strd></"
    "p:RmtInf>"
    "<p:RltdDts><p:AccptncDtTm>2026-01-30T08:00:00</p:AccptncDtTm><p:IntrBkSttlmDt>2026-01-31</"
    "p:IntrBkSttlmDt></p:RltdDts>"
    "<p:RtrInf><p:OrgnlBkTxCd><p:Domn><p:Cd>PMNT</p:Cd><p:Fmly><p:Cd>RCDT</p:Cd><p:SubFmlyCd>ESCT</"
    "p:SubFmlyCd></p:Fmly></p:Domn>"
    "</p:OrgnlBkTxCd><p:Orgtr><p:Nm>Bank</p:Nm></p:Orgtr><p:Rsn><p:Cd>AC04</p:Cd></"
    "p:Rsn><p:AddtlInf>closed</p:AddtlInf>"
    "</p:RtrInf><p:AddtlTxInf>tx</p:AddtlTxInf></p:TxDtls></p:NtryDtls><p:AddtlNtryInf>entry</"
    "p:AddtlNtryInf></p:Ntry>"
    "<p:AddtlStmtInf>info</p:AddtlStmtInf></p:Stmt></p:BkToCstmrStmt></p:Document>";

static void full_detail(const struct statement_detail *detail)
{
    assert_int_equal(detail->index, 1);
    assert_text(detail->references.message_id, "R1");
    assert_text(detail->references.servicer_ref, "R2");
    assert_text(detail->references.payment_information_id, "R3");
    assert_text(detail->references.instruction_id, "R4");
    assert_text(detail->references.end_to_end_id, "R5");
    assert_text(detail->references.uetr, "R6");
    assert_text(detail->references.transaction_id, "R7");
    assert_text(detail->references.mandate_id, "R8");
    assert_text(detail->references.cheque_number, "R9");
    assert_text(detail->references.proprietary.items[0]->type, "T");
    assert_text(detail->references.proprietary.items[0]->reference, "R10");
    assert_amount(detail->amount, "EUR 250.00");
    assert_amount(detail->amounts.instructed.amount, "JPY 40000");
    assert_text(detail->amounts.instructed.exchange->rate, "0.00625");
    assert_false(
        detail->amounts.counter_value.amount.present); /* half a yen: noted only, so left out */
    assert_amount(detail->charges.items[0]->total, "EUR 1.20");
    assert_amount(detail->charges.items[0]->records.items[0]->amount, "EUR 1.20");
    assert_true(detail->charges.items[0]->records.items[0]->included);
    assert_text(detail->charges.items[0]->records.items[0]->type, "FEE");
    assert_text(detail->purpose, "SALA");
    assert_int_equal(detail->accepted.instant_us, INT64_C(1769760000000000));
    assert_false(detail->accepted.zoned);
    assert_day(detail->settled, "2026-01-31");
    assert_text(detail->returned->reason, "AC04");
    assert_text(detail->returned->originator->name, "Bank");
    assert_text(detail->returned->original_code.subfamily, "ESCT");
    assert_text(detail->returned->additional.items[0], "closed");
    assert_text(detail->information, "tx");
}

static void full_parties(const struct statement_detail *detail)
{
    assert_text(detail->initiator->name, "Init");
    assert_text(detail->debtor->name, "山田太郎");
    assert_text(detail->debtor->iban, "NL91ABNA0417164300");
    assert_text(detail->debtor->bic, "ABNANL2A");
    assert_text(detail->debtor->agent_name, "ABN");
    assert_text(detail->debtor->private_id, "P-1");
    assert_text(detail->debtor->id_scheme, "NIDN");
    assert_text(detail->debtor->address->town, "Tokyo");
    assert_text(detail->debtor->address->country, "JP");
    assert_int_equal(detail->debtor->address->lines.count, 2);
    assert_text(detail->debtor->address->lines.items[1], "L2");
    assert_text(detail->ultimate_debtor->name, "Uncle");
    assert_text(detail->creditor->name, "Some Bank");
    assert_text(detail->creditor->iban, NULL);
    assert_text(detail->creditor->other_id, "123-4");
    assert_text(detail->creditor->other_scheme, "BGNR");
    assert_null(detail->ultimate_creditor);
}

static void full_remittance(const struct statement_detail *detail)
{
    assert_int_equal(detail->unstructured.count, 2);
    assert_text(detail->unstructured.items[1], "line <two>");
    const struct statement_structured *structured = detail->structured.items[0];
    assert_text(structured->creditor_reference, "RF18539007547034");
    assert_text(structured->creditor_reference_type, "SCOR");
    assert_text(structured->creditor_reference_issuer, "ISO");
    assert_int_equal(structured->documents.count, 2);
    assert_text(structured->documents.items[0]->type, "CINV");
    assert_text(structured->documents.items[0]->number, "INV-7");
    assert_day(structured->documents.items[0]->date, "2026-01-02");
    assert_text(structured->documents.items[1]->number, "INV-8");
    assert_amount(structured->due, "EUR 255.00");
    assert_text(structured->discounts.items[0]->type, "APDS");
    assert_amount(structured->discounts.items[0]->amount, "EUR 5.00");
    assert_amount(structured->adjustments.items[0]->amount, "EUR 1.00");
    assert_int_equal(structured->adjustments.items[0]->side, SIDE_DEBIT);
    assert_amount(structured->remitted, "EUR 250.00");
    assert_text(structured->additional.items[0], "more");
}

static void full_entry(const struct statement_header *header, const struct statement_entry *entry,
                       const struct statement_split *split)
{
    (void)header, (void)split;
    assert_int_equal(entry->ordinal, 1);
    assert_int_equal(entry->line, 5);
    assert_text(entry->reference, "N1");
    assert_text(entry->servicer_ref, "B1");
    assert_amount(entry->amount, "EUR 250.00");
    assert_int_equal(entry->side, SIDE_CREDIT);
    assert_true(entry->reversal);
    assert_int_equal(entry->status, STATUS_BOOKED);
    assert_day(entry->booked, "2026-01-31");
    assert_day(entry->value, "2026-02-01");
    assert_text(entry->code.domain, "PMNT");
    assert_text(entry->code.subfamily, "UPDD");
    assert_text(entry->code.proprietary, "NRTI+109");
    assert_text(entry->batches.items[0]->payment_information_id, "BP");
    assert_int_equal(entry->batches.items[0]->count.value, 1);
    assert_amount(entry->batches.items[0]->total, "EUR 250.00");
    assert_text(entry->information, "entry");
    assert_int_equal(entry->unreadable, 1);
    assert_int_equal(entry->details.count, 1);
    assert_true(statement_entry_is_return(entry, entry->details.items[0]));
    full_detail(entry->details.items[0]);
    full_parties(entry->details.items[0]);
    full_remittance(entry->details.items[0]);
}

static void full_end(const struct statement_header *header, const struct statement_facts *facts,
                     const struct statement_verdict *verdict)
{
    (void)facts, (void)verdict;
    assert_text(header->message->id, "M1");
    assert_text(header->id, "S1");
    assert_int_equal(header->page.number.value, 3);
    assert_false(header->page.last);
    assert_int_equal(header->electronic_sequence.value, 31);
    assert_int_equal(header->legal_sequence.value, 7);
    assert_int_equal(header->created.instant_us, INT64_C(1769882399500000));
    assert_true(header->created.zoned);
    assert_date(header->from.date, "2026-01-31");
    assert_int_equal(header->to.instant_us - header->from.instant_us, INT64_C(86400000000));
    assert_text(header->copy, "DUPL");
    assert_text(header->account.iban, "DE89370400440532013000");
    assert_text(header->account.type, "CACC");
    assert_text(header->account.name, "Main");
    assert_string_equal(header->account.currency.code, "EUR");
    assert_text(header->account.owner->name, "Acme & Söhne");
    assert_text(header->account.servicer_bic, "COBADEFFXXX");
    assert_int_equal(header->balances.count, 1);
    assert_text(header->balances.items[0]->code, "OPBD");
    assert_text(header->balances.items[0]->subtype, "INTM");
    assert_amount(header->balances.items[0]->amount, "EUR 10.00");
    assert_int_equal(header->balances.items[0]->side, SIDE_DEBIT);
    assert_day(header->balances.items[0]->date, "2026-01-30");
    assert_int_equal(header->all.count.value, 1);
    assert_text(header->all.sum, "250.00");
    assert_int_equal(header->credits.count.value, 1);
    assert_text(header->information, "info");
}

static void everything_lands_in_its_field(void **state)
{
    (void)state;
    struct came came = camt_read(full, full_entry, full_end);
    assert_int_equal(came.error, OK);
    assert_string_equal(came.reading.format, "camt.053.001.08");
    assert_int_equal(came.reading.statements, 1);
    assert_int_equal(came.reading.entries, 1);
    assert_int_equal(came.reading.details, 1);
    assert_int_equal(came.reading.bytes, sizeof full - 1);
    assert_int_equal(came.entries + came.ends, 2);
}

/* ---- the writings of other versions ---- */

static void first_version_entry(const struct statement_header *header,
                                const struct statement_entry *entry,
                                const struct statement_split *split)
{
    (void)split;
    assert_text(header->account.other_id, "539007547034");
    assert_text(header->account.servicer_bic, "DNBANOKK");
    const struct statement_detail *detail = entry->details.items[0];
    assert_text(entry->batches.items[0]->message_id, "B");
    assert_text(detail->debtor->name, "Ola");
    assert_text(detail->debtor->other_id, "97101");
    assert_text(detail->structured.items[0]->creditor_reference, "KID1");
    assert_text(detail->structured.items[0]->creditor_reference_type, "SCOR");
    assert_text(detail->structured.items[0]->documents.items[0]->number, "D1");
    assert_text(detail->structured.items[0]->documents.items[0]->type, "CINV");
    assert_amount(detail->structured.items[0]->discounts.items[0]->amount, "NOK 1.00");
    assert_text(detail->returned->reason_proprietary, "X1");
    assert_text(detail->returned->additional.items[0], "why");
    assert_amount(detail->charges.items[0]->amount, "NOK 2.00");
}

static void first_version_reads(void **state)
{
    (void)state;
    struct came came =
        camt_read("<Document xmlns='" CAMT_NAMESPACE
                  "01'><BkToCstmrStmtV01><GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt><Id>1</Id><Acct>"
                  "<Id><PrtryAcct><Id>539007547034</Id></PrtryAcct></Id><Ccy>NOK</"
                  "Ccy><Svcr><FinInstnId><CmbndId><BIC>DNBANOKK</BIC>"
                  "</CmbndId></FinInstnId></Svcr></Acct><Bal><Tp><Cd>OPBD</Cd></Tp><Amt "
                  "Ccy='NOK'>0</Amt><CdtDbtInd>CRDT</CdtDbtInd>"
                  "<Dt><Dt>2026-01-31</Dt></Dt></Bal><Bal><Tp><Cd>CLBD</Cd></Tp><Amt "
                  "Ccy='NOK'>9.5</Amt><CdtDbtInd>CRDT</CdtDbtInd>"
                  "<Dt><Dt>2026-01-31</Dt></Dt></Bal><Ntry><Amt "
                  "Ccy='NOK'>9.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>"
                  "<Btch><MsgId>B</MsgId></Btch><TxDtls><Chrgs><Amt "
                  "Ccy='NOK'>2</Amt></Chrgs><RltdPties><Dbtr><Nm>Ola</Nm></Dbtr>"
                  "<DbtrAcct><Id><BBAN>97101</BBAN></Id></DbtrAcct></"
                  "RltdPties><RmtInf><Strd><RfrdDocInf><RfrdDocTp><Cd>CINV</Cd>"
                  "</RfrdDocTp><RfrdDocNb>D1</RfrdDocNb></RfrdDocInf><RfrdDocAmt><DscntApldAmt "
                  "Ccy='NOK'>1</DscntApldAmt></RfrdDocAmt>"
                  "<CdtrRefInf><CdtrRefTp><Cd>SCOR</Cd></CdtrRefTp><CdtrRef>KID1</CdtrRef></"
                  "CdtrRefInf></Strd></RmtInf><RtrInf><RtrRsn>"
                  "<Prtry>X1</Prtry></RtrRsn><AddtlRtrRsnInf>why</AddtlRtrRsnInf></RtrInf></"
                  "TxDtls></Ntry></Stmt></BkToCstmrStmtV01>"
                  "</Document>",
                  first_version_entry, NULL);
    assert_hold(&came, HOLD_NONE);
    assert_int_equal(came.entries, 1);
    assert_string_equal(came.reading.format, "camt.053.001.01");
}

static void last_version_entry(const struct statement_header *header,
                               const struct statement_entry *entry,
                               const struct statement_split *split)
{
    (void)header, (void)split;
    const struct statement_structured *structured = entry->details.items[0]->structured.items[0];
    assert_int_equal(structured->amounts.count, 2);
    assert_text(structured->amounts.items[1]->type, "REMT");
    assert_amount(structured->amounts.items[1]->amount, "EUR 4.00");
    assert_day(structured->documents.items[0]->date, "2026-01-05");
    assert_text(entry->details.items[0]->local_instrument, "CORE");
    assert_text(entry->details.items[0]->amounts.transaction.exchange->target, "EUR");
    assert_text(entry->status_code, "BOOK");
}

static void last_version_reads(void **state)
{
    (void)state;
    struct came came = camt_read(
        CAMT(
            "14",
            STATEMENT("<Ntry><Amt "
                      "Ccy='EUR'>4</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></"
                      "Sts><NtryDtls><TxDtls>"
                      "<AmtDtls><TxAmt><Amt "
                      "Ccy='EUR'>4</Amt><CcyXchg><TrgtCcy>EUR</TrgtCcy></CcyXchg></TxAmt></AmtDtls>"
                      "<PmtTpInf><LclInstrm><Cd>CORE</Cd></LclInstrm></"
                      "PmtTpInf><RmtInf><Strd><RfrdDocInf><RltdDt><Tp>"
                      "<Cd>X</Cd></Tp><Dt>2026-01-05</Dt></RltdDt></"
                      "RfrdDocInf><RfrdDocAmt><RmtAmtAndTp><Tp><Cd>DUPA</Cd></Tp>"
                      "<Amt Ccy='EUR'>5</Amt></RmtAmtAndTp><RmtAmtAndTp><Tp><Cd>REMT</Cd></Tp><Amt "
                      "Ccy='EUR'>4</Amt>"
                      "</RmtAmtAndTp></RfrdDocAmt></Strd></RmtInf></TxDtls></NtryDtls></Ntry>")),
        last_version_entry, NULL);
    assert_int_equal(came.error, OK);
    assert_int_equal(came.entries, 1);
}

#define SMALL(version) CAMT(version, STATEMENT(ENTRY("1.00", "CRDT", "")))

static void all_versions_are_recognised(void **state)
{
    (void)state;
    static const char *const texts[] = {
        SMALL("01"), SMALL("02"), SMALL("03"), SMALL("04"), SMALL("05"), SMALL("06"), SMALL("07"),
        SMALL("08"), SMALL("09"), SMALL("10"), SMALL("11"), SMALL("12"), SMALL("13"), SMALL("14")};
    for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++) {
        char format[32];
        struct came came = camt_read(texts[i], NULL, NULL);
        assert_int_equal(came.error, OK);
        assert_int_equal(came.entries, 1);
        snprintf(format, sizeof format, "camt.053.001.%02u", i + 1);
        assert_string_equal(came.reading.format, format);
    }
    struct came came = camt_read(SMALL("15"), NULL, NULL);
    assert_refused_at(&came, ERR_UNSUPPORTED, 2, "BkToCstmrStmt");
}

static void no_namespace_and_envelopes_read(void **state)
{
    (void)state;
    struct came came = camt_read(
        "<Document><BkToCstmrStmt>" STATEMENT("") "</BkToCstmrStmt></Document>", NULL, NULL);
    assert_int_equal(came.error, OK);
    assert_string_equal(came.reading.format, "camt.053");
    came = camt_read(
        "<Envelope xmlns='urn:bah'><AppHdr><Id>x</Id></AppHdr><Document xmlns='" CAMT_NAMESPACE
        "08'>"
        "<BkToCstmrStmt>" STATEMENT(
            ENTRY("1", "CRDT", "")) "</BkToCstmrStmt></Document><Document xmlns='" CAMT_NAMESPACE
                                    "08'><BkToCstmrStmt>" STATEMENT(ENTRY("2", "CRDT", ""))
                                        STATEMENT("") "</BkToCstmrStmt></Document></Envelope>",
        NULL, NULL);
    assert_int_equal(came.error, OK);
    assert_string_equal(came.reading.format, "camt.053.001.08");
    assert_int_equal(came.reading.statements, 3);
    assert_int_equal(came.entries, 2);
}

static void other_messages_are_not_read_yet(void **state)
{
    (void)state;
    static const struct {
        const char *text, *format;
    } cases[] = {
        {"<Document "
         "xmlns='urn:iso:std:iso:20022:tech:xsd:camt.052.001.08'><BkToCstmrAcctRpt/></Document>",
         "camt.052.001.08"},
        {"<Document "
         "xmlns='urn:iso:std:iso:20022:tech:xsd:camt.054.001.01'><BkToCstmrDbtCdtNtfctnV01/></"
         "Document>",
         "camt.054.001.01"},
        {"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.052.001.02'/>", "camt.052.001.02"},
        {"<Document><BkToCstmrAcctRpt>", "camt.052"},
        {"<Document "
         "xmlns='urn:iso:std:iso:20022:tech:xsd:pain.001.001.03'><CstmrCdtTrfInitn/></Document>",
         "pain.001.001.03"},
        {"<html/>", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct came came = camt_read(cases[i].text, NULL, NULL);
        check_error(came.error, ERR_UNSUPPORTED, cases[i].text, __FILE__, __LINE__);
        assert_string_equal(came.reading.format, cases[i].format);
        assert_non_null(strstr(came.problem.detail, "not read yet"));
    }
}

static void latin_entry(const struct statement_header *header, const struct statement_entry *entry,
                        const struct statement_split *split)
{
    (void)header, (void)split;
    assert_text(entry->information, "Öl");
}

/* What libxml2 and iconv can decode is read; a byte order mark too. */
static void encodings_read(void **state)
{
    (void)state;
    static const char latin[] =
        "<?xml version='1.0' encoding='ISO-8859-1'?><Document><BkToCstmrStmt>" STATEMENT(ENTRY(
            "1.00", "CRDT", "<AddtlNtryInf>\xD6l</AddtlNtryInf>")) "</BkToCstmrStmt></Document>";
    struct came came = camt_read(latin, latin_entry, NULL);
    assert_int_equal(came.error, OK);
    assert_int_equal(came.entries, 1);

    static const char marked[] = "\xEF\xBB\xBF" SMALL("02");
    came = camt_read(marked, NULL, NULL);
    assert_int_equal(came.error, OK);

    static const char plain[] = "<Document><BkToCstmrStmt>" STATEMENT(
        ENTRY("1.00", "CRDT", "<AddtlNtryInf>@l</AddtlNtryInf>")) "</BkToCstmrStmt></Document>";
    char wide[2 * sizeof plain] = {(char)0xFF, (char)0xFE};
    for (size_t i = 0; i + 1 < sizeof plain; i++)
        wide[2 + 2 * i] = plain[i] == '@' ? (char)0xD6 : plain[i];
    came = camt_read_bytes(wide, sizeof wide, latin_entry, NULL);
    assert_int_equal(came.error, OK);
    assert_int_equal(came.entries, 1);
}

/* ---- what the schema would refuse but is certain, and what is not ---- */

static void loose_entry(const struct statement_header *header, const struct statement_entry *entry,
                        const struct statement_split *split)
{
    (void)header, (void)split;
    static const char *const amounts[] = {"EUR 5.50",   "EUR 5.00",   "EUR 0.50",
                                          "EUR 105.75", "EUR -47.29", "EUR 7.00"};
    assert_money(entry->amount.money, amounts[entry->ordinal - 1]);
    assert_day(entry->booked, "2026-01-14");
    if (entry->ordinal == 1)
        assert_int_equal(entry->status, STATUS_ABSENT);
}

static void loose_writings_read(void **state)
{
    (void)state;
#define BOOKED(date) "<BookgDt>" date "</BookgDt>"
    struct came
        came =
            camt_read(
                CAMT("02",
                     STATEMENT("<Ntry><CdtDbtInd> CRDT </CdtDbtInd><Amt Ccy='EUR'> +05.50 "
                               "</Amt>" BOOKED(
                                   "<Dt>2026-01-14Z</Dt>") "<What><Amt "
                                                           "Ccy='EUR'>nine</Amt></What></"
                                                           "Ntry>" ENTRY("5.", "DBIT",
                                                                         BOOKED("2026-01-14"))
                                                               ENTRY(".5", "DBIT",
                                                                     BOOKED(
                                                                         "<Dt>2026-01-14+02:00</"
                                                                         "Dt>")) ENTRY("105.75000",
                                                                                       "DBIT",
                                                                                       BOOKED(
                                                                                           "<DtTm>"
                                                                                           "2026-"
                                                                                           "01-"
                                                                                           "14T23:"
                                                                                           "59:59."
                                                                                           "1234567"
                                                                                           "89-11:"
                                                                                           "00</"
                                                                                           "DtTm>"))
                                                                   ENTRY(
                                                                       "-47.29", "DBIT",
                                                                       BOOKED(
                                                                           "<DtTm>2026-01-14</"
                                                                           "DtTm>")) "<Ntry><Amt>7<"
                                                                                     "/Amt><"
                                                                                     "CdtDbtInd>"
                                                                                     "DBIT</"
                                                                                     "CdtDbtInd><"
                                                                                     "BookgDt><Dt>"
                                                                                     "2026-01-14</"
                                                                                     "Dt></"
                                                                                     "BookgDt></"
                                                                                     "Ntry"
                                                                                     ">" BALANCE("C"
                                                                                                 "L"
                                                                                                 "B"
                                                                                                 "D",
                                                                                                 "1",
                                                                                                 "C"
                                                                                                 "R"
                                                                                                 "D"
                                                                                                 "T",
                                                                                                 "2"
                                                                                                 "0"
                                                                                                 "2"
                                                                                                 "6"
                                                                                                 "-"
                                                                                                 "0"
                                                                                                 "1"
                                                                                                 "-"
                                                                                                 "3"
                                                                                                 "1"))),
                loose_entry, NULL);
    assert_int_equal(came.error, OK);
    assert_int_equal(came.entries, 6);
}

static void wrong_values_are_refused(void **state)
{
    (void)state;
#define IN_ENTRY(content) CAMT("02", STATEMENT("\n<Ntry>\n" content "</Ntry>"))
#define AMOUNT(amount) IN_ENTRY("<CdtDbtInd>CRDT</CdtDbtInd><Amt Ccy='EUR'>" amount "</Amt>")
    static const struct {
        const char *text;
        enum error error;
        const char *path;
    } cases[] = {
        {AMOUNT("12..34"), ERR_MALFORMED, "BkToCstmrStmt/Stmt[1]/Ntry[1]/Amt"},
        {AMOUNT("12,34"), ERR_MALFORMED, "BkToCstmrStmt/Stmt[1]/Ntry[1]/Amt"},
        {AMOUNT("1e3"), ERR_MALFORMED, "BkToCstmrStmt/Stmt[1]/Ntry[1]/Amt"},
        {AMOUNT("."), ERR_MALFORMED, "BkToCstmrStmt/Stmt[1]/Ntry[1]/Amt"},
        {AMOUNT("0x10"), ERR_MALFORMED, "BkToCstmrStmt/Stmt[1]/Ntry[1]/Amt"},
        {AMOUNT("1 000"), ERR_MALFORMED, "BkToCstmrStmt/Stmt[1]/Ntry[1]/Amt"},
        {AMOUNT("12.345"), ERR_RANGE, "BkToCstmrStmt/Stmt[1]/Ntry[1]/Amt"},
        {AMOUNT("100.0000000000005"), ERR_RANGE, "BkToCstmrStmt/Stmt[1]/Ntry[1]/Amt"},
        {AMOUNT("92233720368547758.08"), ERR_RANGE, "BkToCstmrStmt/Stmt[1]/Ntry[1]/Amt"},
        {AMOUNT("99999999999999999999"), ERR_RANGE, "BkToCstmrStmt/Stmt[1]/Ntry[1]/Amt"},
        {IN_ENTRY("<Amt Ccy='JPY'>1.5</Amt>"), ERR_RANGE, "BkToCstmrStmt/Stmt[1]/Ntry[1]/Amt"},
        {IN_ENTRY("<Amt Ccy='QQQ'>1</Amt>"), ERR_RANGE, "BkToCstmrStmt/Stmt[1]/Ntry[1]/Amt"},
        {IN_ENTRY("<Amt Ccy='EURO-EURO'>1</Amt>"), ERR_RANGE, "BkToCstmrStmt/Stmt[1]/Ntry[1]/Amt"},
        {IN_ENTRY("<CdtDbtInd>CR</CdtDbtInd>"), ERR_MALFORMED,
         "BkToCstmrStmt/Stmt[1]/Ntry[1]/CdtDbtInd"},
        {IN_ENTRY("<RvslInd>yes</RvslInd>"), ERR_MALFORMED,
         "BkToCstmrStmt/Stmt[1]/Ntry[1]/RvslInd"},
        {IN_ENTRY("<BookgDt><Dt>2026-02-30</Dt></BookgDt>"), ERR_MALFORMED,
         "BkToCstmrStmt/Stmt[1]/Ntry[1]/BookgDt/Dt"},
        {IN_ENTRY("<ValDt><DtTm>2026-02-03T25:00:00</DtTm></ValDt>"), ERR_MALFORMED,
         "BkToCstmrStmt/Stmt[1]/Ntry[1]/ValDt/DtTm"},
        {IN_ENTRY("<NtryDtls><TxDtls/><TxDtls><AmtDtls><TxAmt><Amt "
                  "Ccy='EUR'>x</Amt></TxAmt></AmtDtls></TxDtls></NtryDtls>"),
         ERR_MALFORMED, "BkToCstmrStmt/Stmt[1]/Ntry[1]/NtryDtls/TxDtls[2]/AmtDtls/TxAmt/Amt"},
        {IN_ENTRY("<CdtDbtInd>CRDT</CdtDbtInd>"), ERR_MISSING, "BkToCstmrStmt/Stmt[1]/Ntry[1]"},
        {IN_ENTRY("<Amt Ccy='EUR'>1</Amt>"), ERR_MISSING, "BkToCstmrStmt/Stmt[1]/Ntry[1]"},
        {IN_ENTRY("<CdtDbtInd>CRDT</CdtDbtInd><Amt Ccy='EUR'> </Amt>"), ERR_MISSING,
         "BkToCstmrStmt/Stmt[1]/Ntry[1]"},
        {CAMT("02", "<Stmt>\n\n<Ntry><Amt>1</Amt></Ntry></Stmt>"), ERR_MISSING,
         "BkToCstmrStmt/Stmt[1]/Ntry[1]/Amt"},
        {CAMT("02", STATEMENT("\n\n<Bal><Amt Ccy='EUR'>1.001</Amt></Bal>")), ERR_RANGE,
         "BkToCstmrStmt/Stmt[1]/Bal[1]/Amt"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct came came = camt_read(cases[i].text, NULL, NULL);
        if (came.error != cases[i].error)
            print_error("case %zu: %s\n", i, cases[i].text);
        assert_refused_at(&came, cases[i].error, 4, cases[i].path);
    }
}

/* Three decimals are right in Kuwait, none in Japan; both are exact. */
static void exponents_follow_the_currency(void **state)
{
    (void)state;
    struct came came = camt_read(
        CAMT("02",
             STATEMENT("<Ntry><Amt Ccy='KWD'>1.234</Amt><CdtDbtInd>CRDT</CdtDbtInd></Ntry>"
                       "<Ntry><Amt Ccy='JPY'>2700.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Ntry>")),
        NULL, NULL);
    assert_hold(&came, HOLD_OPENING_MISSING);
    assert_true(came.verdict.holds & 1u << HOLD_ENTRY_CURRENCY);
}

static enum error stop_here(void *context, const struct statement_header *header,
                            const struct statement_entry *entry)
{
    (void)context, (void)header;
    return entry->ordinal == 2 ? ERR_DATABASE_AWAY : OK;
}

static void a_callback_may_stop(void **state)
{
    (void)state;
    static const char text[] =
        CAMT("02", STATEMENT(ENTRY("1", "CRDT", "") ENTRY("2", "CRDT", "") ENTRY("3", "CRDT", "")));
    struct statement_memory memory = {text, sizeof text - 1, 0};
    struct statement_source source = statement_source_memory(&memory);
    struct statement_reading reading;
    assert_refused(
        statement_read(&source, &(struct statement_events){.entry = stop_here}, &reading, NULL),
        ERR_DATABASE_AWAY);
    assert_string_equal(reading.path, "BkToCstmrStmt/Stmt[1]/Ntry[2]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_lands_in_its_field),
        cmocka_unit_test(first_version_reads),
        cmocka_unit_test(last_version_reads),
        cmocka_unit_test(all_versions_are_recognised),
        cmocka_unit_test(no_namespace_and_envelopes_read),
        cmocka_unit_test(other_messages_are_not_read_yet),
        cmocka_unit_test(encodings_read),
        cmocka_unit_test(loose_writings_read),
        cmocka_unit_test(wrong_values_are_refused),
        cmocka_unit_test(exponents_follow_the_currency),
        cmocka_unit_test(a_callback_may_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
