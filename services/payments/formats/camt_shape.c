/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/formats/camt_shape.h"

#include <string.h>

#include "services/payments/formats/statement.h"

#define FIELD(name, KIND, type, member)                                                            \
    {                                                                                              \
        name, SHAPE_##KIND, offsetof(type, member), NULL                                           \
    }
/* An element with children that fill the object from `member` on. */
#define GROUP(name, KIND, type, member, shape)                                                     \
    {                                                                                              \
        name, SHAPE_##KIND, offsetof(type, member), &shape                                         \
    }
/* An element whose children fill the same object as its neighbours. */
#define SAME(name, shape)                                                                          \
    {                                                                                              \
        name, SHAPE_WITHIN, 0, &shape                                                              \
    }
#define SHAPE(name_, type, ...)                                                                    \
    static const struct shape_field name_##_fields[] = {__VA_ARGS__};                              \
    static const struct shape name_ = {                                                            \
        name_##_fields, sizeof name_##_fields / sizeof *name_##_fields, sizeof(type)}

/* ---- choices that many elements share; offsets count from the group's own member ---- */

SHAPE(text_choice, const char *, {"Cd", SHAPE_TEXT, 0, NULL}, {"Prtry", SHAPE_TEXT, 0, NULL});
SHAPE(date_choice, struct statement_date, {"Dt", SHAPE_DATE, 0, NULL},
      {"DtTm", SHAPE_DATE, 0, NULL}, {"", SHAPE_DATE, 0, NULL});
SHAPE(noted_date, struct statement_date, {"Dt", SHAPE_DATE_NOTED, 0, NULL},
      {"", SHAPE_DATE_NOTED, 0, NULL});

/* ---- parties ---- */

#define PARTY(name, member) FIELD(name, TEXT, struct statement_party, member)
#define ADDRESS(name, member) FIELD(name, TEXT, struct statement_address, member)

SHAPE(address, struct statement_address, ADDRESS("Dept", department), ADDRESS("StrtNm", street),
      ADDRESS("BldgNb", building), ADDRESS("PstBx", post_box), ADDRESS("PstCd", post_code),
      ADDRESS("TwnNm", town), ADDRESS("CtrySubDvsn", subdivision), ADDRESS("Ctry", country),
      FIELD("AdrLine", TEXTS, struct statement_address, lines));
SHAPE(organisation_other, struct statement_party, PARTY("Id", organisation_id),
      PARTY("Issr", id_issuer),
      GROUP("SchmeNm", WITHIN, struct statement_party, id_scheme, text_choice));
SHAPE(organisation, struct statement_party, SAME("Othr", organisation_other), PARTY("LEI", lei),
      PARTY("AnyBIC", organisation_id), PARTY("BICOrBEI", organisation_id),
      SAME("PrtryId", organisation_other), PARTY("BIC", organisation_id),
      PARTY("IBEI", organisation_id), PARTY("BEI", organisation_id),
      PARTY("EANGLN", organisation_id), PARTY("USCHU", organisation_id),
      PARTY("DUNS", organisation_id), PARTY("BkPtyId", organisation_id),
      PARTY("TaxIdNb", organisation_id));
SHAPE(private_other, struct statement_party, PARTY("Id", private_id), PARTY("Issr", id_issuer),
      GROUP("SchmeNm", WITHIN, struct statement_party, id_scheme, text_choice),
      PARTY("IdTp", id_scheme));
SHAPE(private_person, struct statement_party, SAME("Othr", private_other),
      SAME("OthrId", private_other), PARTY("DrvrsLicNb", private_id), PARTY("CstmrNb", private_id),
      PARTY("SclSctyNb", private_id), PARTY("AlnRegnNb", private_id), PARTY("PsptNb", private_id),
      PARTY("TaxIdNb", private_id), PARTY("IdntyCardNb", private_id),
      PARTY("MplyrIdNb", private_id), PARTY("Issr", id_issuer));
SHAPE(party_id, struct statement_party, SAME("OrgId", organisation),
      SAME("PrvtId", private_person));
SHAPE(person, struct statement_party, PARTY("Nm", name),
      GROUP("PstlAdr", OBJECT, struct statement_party, address, address), SAME("Id", party_id),
      PARTY("CtryOfRes", country_of_residence));
/* From version 7 on a party is a choice of person and bank; a bank's own name is then the party's.
 */
SHAPE(bank_as_party, struct statement_party, PARTY("Nm", name), PARTY("BICFI", bic),
      PARTY("LEI", lei), GROUP("PstlAdr", OBJECT, struct statement_party, address, address));
SHAPE(bank_party, struct statement_party, SAME("FinInstnId", bank_as_party));
SHAPE(party, struct statement_party, PARTY("Nm", name), SAME("Pty", person),
      SAME("Agt", bank_party), GROUP("PstlAdr", OBJECT, struct statement_party, address, address),
      SAME("Id", party_id), PARTY("CtryOfRes", country_of_residence));

SHAPE(other_account, struct statement_party, PARTY("Id", other_id),
      GROUP("SchmeNm", WITHIN, struct statement_party, other_scheme, text_choice));
SHAPE(account_id, struct statement_party, PARTY("IBAN", iban), SAME("Othr", other_account),
      PARTY("BBAN", other_id), PARTY("UPIC", other_id), SAME("PrtryAcct", other_account));
SHAPE(proxy, struct statement_party, PARTY("Id", proxy_id),
      GROUP("Tp", WITHIN, struct statement_party, proxy_type, text_choice));
SHAPE(party_account, struct statement_party, SAME("Id", account_id), PARTY("Nm", account_name),
      PARTY("Ccy", account_currency), SAME("Prxy", proxy));

SHAPE(member, struct statement_party, PARTY("MmbId", agent_member_id),
      PARTY("Id", agent_member_id));
SHAPE(bank_name, struct statement_party, PARTY("Nm", agent_name));
SHAPE(combined_bank, struct statement_party, PARTY("BIC", bic), PARTY("Nm", agent_name),
      SAME("ClrSysMmbId", member));
SHAPE(bank, struct statement_party, PARTY("BIC", bic), PARTY("BICFI", bic), PARTY("Nm", agent_name),
      SAME("ClrSysMmbId", member), SAME("NmAndAdr", bank_name), SAME("CmbndId", combined_bank));
SHAPE(agent, struct statement_party, SAME("FinInstnId", bank));

/* ---- amounts ---- */

#define EXCHANGE(name, member) FIELD(name, TEXT, struct statement_exchange, member)
#define CHARGE(name, member) FIELD(name, TEXT, struct statement_charge, member)

SHAPE(exchange, struct statement_exchange, EXCHANGE("SrcCcy", source), EXCHANGE("TrgtCcy", target),
      EXCHANGE("UnitCcy", unit), EXCHANGE("XchgRate", rate), EXCHANGE("CtrctId", contract),
      FIELD("QtnDt", TIME, struct statement_exchange, quoted));
SHAPE(converted, struct statement_converted,
      FIELD("Amt", AMOUNT, struct statement_converted, amount),
      GROUP("CcyXchg", OBJECT, struct statement_converted, exchange, exchange));
SHAPE(noted_converted, struct statement_converted,
      FIELD("Amt", AMOUNT_NOTED, struct statement_converted, amount),
      GROUP("CcyXchg", OBJECT, struct statement_converted, exchange, exchange));
SHAPE(detail_amounts, struct statement_amounts,
      GROUP("InstdAmt", WITHIN, struct statement_amounts, instructed, noted_converted),
      GROUP("TxAmt", WITHIN, struct statement_amounts, transaction, converted),
      GROUP("CntrValAmt", WITHIN, struct statement_amounts, counter_value, noted_converted),
      GROUP("AnncdPstngAmt", WITHIN, struct statement_amounts, announced, noted_converted));
SHAPE(entry_amounts, struct statement_amounts,
      GROUP("InstdAmt", WITHIN, struct statement_amounts, instructed, noted_converted),
      GROUP("TxAmt", WITHIN, struct statement_amounts, transaction, noted_converted),
      GROUP("CntrValAmt", WITHIN, struct statement_amounts, counter_value, noted_converted),
      GROUP("AnncdPstngAmt", WITHIN, struct statement_amounts, announced, noted_converted));

SHAPE(charge_type_proprietary, struct statement_charge, CHARGE("Id", type), CHARGE("", type));
SHAPE(charge_type, struct statement_charge, CHARGE("Cd", type),
      SAME("Prtry", charge_type_proprietary), CHARGE("PrtryCd", type));
SHAPE(charge_bank, struct statement_charge, CHARGE("BIC", agent_bic), CHARGE("BICFI", agent_bic),
      CHARGE("Nm", agent_name));
SHAPE(charge_agent, struct statement_charge, SAME("FinInstnId", charge_bank));
#define CHARGE_FIELDS                                                                              \
    FIELD("Amt", AMOUNT_NOTED, struct statement_charge, amount),                                   \
        FIELD("CdtDbtInd", SIDE, struct statement_charge, side), SAME("Tp", charge_type),          \
        CHARGE("Rate", rate), CHARGE("Br", bearer)
SHAPE(charge_record, struct statement_charge, CHARGE_FIELDS,
      FIELD("ChrgInclInd", FLAG, struct statement_charge, included), SAME("Agt", charge_agent));
SHAPE(charge, struct statement_charge,
      FIELD("TtlChrgsAndTaxAmt", AMOUNT_NOTED, struct statement_charge, total), CHARGE_FIELDS,
      SAME("Pty", charge_agent),
      GROUP("Rcrd", LIST, struct statement_charge, records, charge_record));

/* ---- codes, references, remittance, returns ---- */

#define CODE(name, member) FIELD(name, TEXT, struct statement_code, member)
#define REFERENCE(name, member) FIELD(name, TEXT, struct statement_references, member)
#define DOCUMENT(name, member) FIELD(name, TEXT, struct statement_document, member)
#define REMITTANCE(name, member) FIELD(name, TEXT, struct statement_structured, member)

SHAPE(code_family, struct statement_code, CODE("Cd", family), CODE("SubFmlyCd", subfamily));
SHAPE(code_domain, struct statement_code, CODE("Cd", domain), SAME("Fmly", code_family));
SHAPE(code_proprietary, struct statement_code, CODE("Cd", proprietary), CODE("Issr", issuer));
SHAPE(code, struct statement_code, SAME("Domn", code_domain), SAME("Prtry", code_proprietary));

SHAPE(reference, struct statement_reference, FIELD("Tp", TEXT, struct statement_reference, type),
      FIELD("Ref", TEXT, struct statement_reference, reference));
SHAPE(references, struct statement_references, REFERENCE("MsgId", message_id),
      REFERENCE("AcctSvcrRef", servicer_ref), REFERENCE("PmtInfId", payment_information_id),
      REFERENCE("InstrId", instruction_id), REFERENCE("EndToEndId", end_to_end_id),
      REFERENCE("UETR", uetr), REFERENCE("TxId", transaction_id), REFERENCE("MndtId", mandate_id),
      REFERENCE("ChqNb", cheque_number), REFERENCE("ClrSysRef", clearing_ref),
      REFERENCE("AcctOwnrTxId", owner_transaction_id),
      REFERENCE("AcctSvcrTxId", servicer_transaction_id), REFERENCE("PrcgId", processing_id),
      REFERENCE("RtrId", return_id),
      GROUP("Prtry", LIST, struct statement_references, proprietary, reference));

SHAPE(document_code, struct statement_document, DOCUMENT("Cd", type),
      DOCUMENT("Prtry", type_proprietary));
SHAPE(document_type, struct statement_document, SAME("CdOrPrtry", document_code),
      DOCUMENT("Cd", type), DOCUMENT("Prtry", type_proprietary), DOCUMENT("Issr", issuer));
SHAPE(document, struct statement_document, SAME("Tp", document_type),
      SAME("RfrdDocTp", document_type), DOCUMENT("Nb", number), DOCUMENT("RfrdDocNb", number),
      GROUP("RltdDt", WITHIN, struct statement_document, date, noted_date));
#define TYPED(name) FIELD(name, AMOUNT_NOTED, struct statement_typed_amount, amount)
SHAPE(typed_amount, struct statement_typed_amount,
      GROUP("Tp", WITHIN, struct statement_typed_amount, type, text_choice), TYPED("Amt"),
      TYPED(""));
SHAPE(adjustment, struct statement_adjustment,
      FIELD("Amt", AMOUNT_NOTED, struct statement_adjustment, amount),
      FIELD("CdtDbtInd", SIDE, struct statement_adjustment, side),
      FIELD("Rsn", TEXT, struct statement_adjustment, reason),
      FIELD("AddtlInf", TEXT, struct statement_adjustment, information));
SHAPE(document_amounts, struct statement_structured,
      FIELD("DuePyblAmt", AMOUNT_NOTED, struct statement_structured, due),
      GROUP("DscntApldAmt", LIST, struct statement_structured, discounts, typed_amount),
      FIELD("CdtNoteAmt", AMOUNT_NOTED, struct statement_structured, credit_note),
      GROUP("TaxAmt", LIST, struct statement_structured, taxes, typed_amount),
      GROUP("AdjstmntAmtAndRsn", LIST, struct statement_structured, adjustments, adjustment),
      FIELD("RmtdAmt", AMOUNT_NOTED, struct statement_structured, remitted),
      GROUP("RmtAmtAndTp", LIST, struct statement_structured, amounts, typed_amount));
SHAPE(creditor_reference_code, struct statement_structured,
      REMITTANCE("Cd", creditor_reference_type), REMITTANCE("Prtry", creditor_reference_type));
SHAPE(creditor_reference_type, struct statement_structured,
      SAME("CdOrPrtry", creditor_reference_code), REMITTANCE("Cd", creditor_reference_type),
      REMITTANCE("Prtry", creditor_reference_type), REMITTANCE("Issr", creditor_reference_issuer));
SHAPE(creditor_reference, struct statement_structured, SAME("Tp", creditor_reference_type),
      SAME("CdtrRefTp", creditor_reference_type), REMITTANCE("Ref", creditor_reference),
      REMITTANCE("CdtrRef", creditor_reference));
SHAPE(structured, struct statement_structured,
      GROUP("RfrdDocInf", LIST, struct statement_structured, documents, document),
      FIELD("RfrdDocRltdDt", DATE_NOTED, struct statement_structured, document_date),
      SAME("RfrdDocAmt", document_amounts), SAME("CdtrRefInf", creditor_reference),
      GROUP("Invcr", OBJECT, struct statement_structured, invoicer, person),
      GROUP("Invcee", OBJECT, struct statement_structured, invoicee, person),
      FIELD("AddtlRmtInf", TEXTS, struct statement_structured, additional));

SHAPE(return_reason, struct statement_return, FIELD("Cd", TEXT, struct statement_return, reason),
      FIELD("Prtry", TEXT, struct statement_return, reason_proprietary));
SHAPE(returned, struct statement_return,
      GROUP("OrgnlBkTxCd", WITHIN, struct statement_return, original_code, code),
      SAME("Rsn", return_reason), SAME("RtrRsn", return_reason),
      GROUP("Orgtr", OBJECT, struct statement_return, originator, person),
      GROUP("RtrOrgtr", OBJECT, struct statement_return, originator, person),
      FIELD("AddtlInf", TEXTS, struct statement_return, additional),
      FIELD("AddtlRtrRsnInf", TEXTS, struct statement_return, additional));

/* ---- detail ---- */

#define DETAIL(name, KIND, member, shape) GROUP(name, KIND, struct statement_detail, member, shape)

SHAPE(remittance, struct statement_detail,
      FIELD("Ustrd", TEXTS, struct statement_detail, unstructured),
      DETAIL("Strd", LIST, structured, structured));
SHAPE(parties, struct statement_detail, DETAIL("InitgPty", OBJECT, initiator, party),
      DETAIL("Dbtr", OBJECT, debtor, party), DETAIL("DbtrAcct", OBJECT, debtor, party_account),
      DETAIL("UltmtDbtr", OBJECT, ultimate_debtor, party), DETAIL("Cdtr", OBJECT, creditor, party),
      DETAIL("CdtrAcct", OBJECT, creditor, party_account),
      DETAIL("UltmtCdtr", OBJECT, ultimate_creditor, party));
SHAPE(agents, struct statement_detail, DETAIL("DbtrAgt", OBJECT, debtor, agent),
      DETAIL("CdtrAgt", OBJECT, creditor, agent));
SHAPE(payment_type, struct statement_detail,
      DETAIL("LclInstrm", WITHIN, local_instrument, text_choice));
SHAPE(dates, struct statement_detail, FIELD("AccptncDtTm", TIME, struct statement_detail, accepted),
      FIELD("IntrBkSttlmDt", DATE_NOTED, struct statement_detail, settled),
      FIELD("TxDtTm", TIME, struct statement_detail, transacted));
SHAPE(detail, struct statement_detail, DETAIL("Refs", WITHIN, references, references),
      FIELD("Amt", AMOUNT, struct statement_detail, amount),
      FIELD("CdtDbtInd", SIDE, struct statement_detail, side),
      DETAIL("AmtDtls", WITHIN, amounts, detail_amounts), DETAIL("BkTxCd", WITHIN, code, code),
      DETAIL("Chrgs", LIST, charges, charge), SAME("RltdPties", parties), SAME("RltdAgts", agents),
      DETAIL("LclInstrm", WITHIN, local_instrument, text_choice), SAME("PmtTpInf", payment_type),
      DETAIL("Purp", WITHIN, purpose, text_choice), SAME("RmtInf", remittance),
      SAME("RltdDts", dates), DETAIL("RtrInf", OBJECT, returned, returned),
      FIELD("AddtlTxInf", TEXT, struct statement_detail, information));

/* ---- entry ---- */

#define ENTRY(name, KIND, member) FIELD(name, KIND, struct statement_entry, member)
#define ENTRY_GROUP(name, KIND, member, shape)                                                     \
    GROUP(name, KIND, struct statement_entry, member, shape)

SHAPE(status_choice, struct statement_entry, {"Cd", SHAPE_STATUS, 0, NULL},
      {"Prtry", SHAPE_STATUS, 0, NULL}, {"", SHAPE_STATUS, 0, NULL});
SHAPE(batch, struct statement_batch, FIELD("MsgId", TEXT, struct statement_batch, message_id),
      FIELD("PmtInfId", TEXT, struct statement_batch, payment_information_id),
      FIELD("NbOfTxs", NUMBER, struct statement_batch, count),
      FIELD("TtlAmt", AMOUNT_NOTED, struct statement_batch, total),
      FIELD("CdtDbtInd", SIDE, struct statement_batch, side));
/* Version 1 has batch and details directly in the entry. */
#define ENTRY_DETAILS                                                                              \
    ENTRY_GROUP("Btch", LIST, batches, batch), ENTRY_GROUP("TxDtls", DETAIL, details, detail)
SHAPE(entry_details, struct statement_entry, ENTRY_DETAILS);
static const struct shape_field entry_fields[] = {
    ENTRY("NtryRef", TEXT, reference),
    ENTRY("Amt", AMOUNT, amount),
    ENTRY("CdtDbtInd", SIDE, side),
    ENTRY("RvslInd", FLAG, reversal),
    SAME("Sts", status_choice),
    ENTRY_GROUP("BookgDt", WITHIN, booked, date_choice),
    ENTRY_GROUP("ValDt", WITHIN, value, date_choice),
    ENTRY("AcctSvcrRef", TEXT, servicer_ref),
    ENTRY_GROUP("BkTxCd", WITHIN, code, code),
    ENTRY_GROUP("AmtDtls", WITHIN, amounts, entry_amounts),
    ENTRY_GROUP("Chrgs", LIST, charges, charge),
    SAME("NtryDtls", entry_details),
    ENTRY_DETAILS,
    ENTRY("AddtlNtryInf", TEXT, information),
};
const struct shape camt_entry_shape = {entry_fields, sizeof entry_fields / sizeof *entry_fields,
                                       sizeof(struct statement_entry)};

/* ---- statement ---- */

#define BALANCE(name, KIND, member) FIELD(name, KIND, struct statement_balance, member)
#define ACCOUNT(name, member) FIELD(name, TEXT, struct statement_account, member)
#define HEADER(name, KIND, member) FIELD(name, KIND, struct statement_header, member)
#define HEADER_GROUP(name, KIND, member, shape)                                                    \
    GROUP(name, KIND, struct statement_header, member, shape)

SHAPE(balance_code, struct statement_balance, BALANCE("Cd", TEXT, code),
      BALANCE("Prtry", TEXT, proprietary));
SHAPE(balance_type, struct statement_balance, SAME("CdOrPrtry", balance_code),
      BALANCE("Cd", TEXT, code), BALANCE("Prtry", TEXT, proprietary),
      GROUP("SubTp", WITHIN, struct statement_balance, subtype, text_choice));
SHAPE(balance, struct statement_balance, SAME("Tp", balance_type), BALANCE("Amt", AMOUNT, amount),
      BALANCE("CdtDbtInd", SIDE, side),
      GROUP("Dt", WITHIN, struct statement_balance, date, date_choice));

SHAPE(own_other_account, struct statement_account, ACCOUNT("Id", other_id),
      GROUP("SchmeNm", WITHIN, struct statement_account, other_scheme, text_choice));
SHAPE(own_account_id, struct statement_account, ACCOUNT("IBAN", iban),
      SAME("Othr", own_other_account), ACCOUNT("BBAN", other_id), ACCOUNT("UPIC", other_id),
      SAME("PrtryAcct", own_other_account));
SHAPE(servicer_member, struct statement_account, ACCOUNT("MmbId", servicer_member_id),
      ACCOUNT("Id", servicer_member_id));
SHAPE(servicer_name, struct statement_account, ACCOUNT("Nm", servicer_name));
SHAPE(servicer_combined, struct statement_account, ACCOUNT("BIC", servicer_bic),
      ACCOUNT("Nm", servicer_name), SAME("ClrSysMmbId", servicer_member));
SHAPE(servicer_bank, struct statement_account, ACCOUNT("BIC", servicer_bic),
      ACCOUNT("BICFI", servicer_bic), ACCOUNT("Nm", servicer_name),
      SAME("ClrSysMmbId", servicer_member), SAME("NmAndAdr", servicer_name),
      SAME("CmbndId", servicer_combined));
SHAPE(servicer, struct statement_account, SAME("FinInstnId", servicer_bank));
SHAPE(account, struct statement_account, SAME("Id", own_account_id), ACCOUNT("Nm", name),
      GROUP("Tp", WITHIN, struct statement_account, type, text_choice),
      FIELD("Ccy", CURRENCY, struct statement_account, currency),
      GROUP("Ownr", OBJECT, struct statement_account, owner, party), SAME("Svcr", servicer));

SHAPE(page, struct statement_page, FIELD("PgNb", NUMBER, struct statement_page, number),
      FIELD("LastPgInd", FLAG, struct statement_page, last));
SHAPE(period, struct statement_header, HEADER("FrDtTm", TIME, from), HEADER("ToDtTm", TIME, to));
SHAPE(total, struct statement_total, FIELD("NbOfNtries", NUMBER, struct statement_total, count),
      FIELD("Sum", TEXT, struct statement_total, sum));
SHAPE(summary, struct statement_header, HEADER_GROUP("TtlNtries", WITHIN, all, total),
      HEADER_GROUP("TtlCdtNtries", WITHIN, credits, total),
      HEADER_GROUP("TtlDbtNtries", WITHIN, debits, total));
static const struct shape_field statement_fields[] = {
    {"Ntry", SHAPE_ENTRY, 0, &camt_entry_shape},
    HEADER("Id", TEXT, id),
    HEADER_GROUP("StmtPgntn", WITHIN, page, page),
    HEADER("ElctrncSeqNb", NUMBER, electronic_sequence),
    HEADER("LglSeqNb", NUMBER, legal_sequence),
    HEADER("CreDtTm", TIME, created),
    SAME("FrToDt", period),
    HEADER("CpyDplctInd", TEXT, copy),
    HEADER_GROUP("Acct", WITHIN, account, account),
    HEADER_GROUP("Bal", BALANCE, balances, balance),
    SAME("TxsSummry", summary),
    HEADER("AddtlStmtInf", TEXT, information),
};
const struct shape camt_statement_shape = {statement_fields,
                                           sizeof statement_fields / sizeof *statement_fields,
                                           sizeof(struct statement_header)};

SHAPE(group_header, struct statement_message, FIELD("MsgId", TEXT, struct statement_message, id),
      FIELD("CreDtTm", TIME, struct statement_message, created),
      GROUP("MsgPgntn", WITHIN, struct statement_message, page, page),
      FIELD("AddtlInf", TEXT, struct statement_message, information));
static const struct shape_field message_fields[] = {
    {"GrpHdr", SHAPE_MESSAGE, 0, &group_header},
    {"Stmt", SHAPE_STATEMENT, 0, &camt_statement_shape},
};
const struct shape camt_message_shape = {message_fields,
                                         sizeof message_fields / sizeof *message_fields, 0};

const struct shape_field *shape_find(const struct shape *shape, const char *name)
{
    for (size_t i = 0; i < shape->count; i++)
        if (shape->fields[i].name[0] == name[0] && strcmp(shape->fields[i].name, name) == 0)
            return &shape->fields[i];
    return NULL;
}
