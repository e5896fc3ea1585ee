/* SPDX-License-Identifier: Apache-2.0
 * Refusals: every way in which invoicing says no: stable code, rule, remedy, HTTP status (409: its
 * state forbids it, 422: its content, 404: it is not there). */
#pragma once
#include "common/base/decision.h"

/* clang-format off */
#define INVOICING_REFUSALS(X) \
    /* things that are not there, or there already */ \
    X(ENTITY_NOT_FOUND, 404, "CUS-1", "there is no legal entity with this id; register it first") \
    X(ENTITY_EXISTS, 409, "CUS-1", "a legal entity with this id exists; change it instead") \
    X(ENTITY_FIELD_FIXED, 409, "INV-17", "the field is fixed once the entity exists; register another entity") \
    X(CUSTOMER_NOT_FOUND, 404, "CUS-1", "there is no customer with this id; register it first") \
    X(CUSTOMER_EXISTS, 409, "CUS-1", "a customer with this id exists; rename it or change its address") \
    X(ACCOUNT_NOT_FOUND, 404, "CUS-1", "there is no account with this id; open it first") \
    X(ACCOUNT_EXISTS, 409, "CUS-1", "an account with this id exists") \
    X(ACCOUNT_NUMBER_TAKEN, 409, "CUS-1", "another account of this legal entity has the number; choose another") \
    X(ACCOUNT_MISMATCH, 409, "CUS-1", "the account belongs to another legal entity or customer; leave the field out") \
    X(CHARGE_NOT_FOUND, 404, "INV-14", "the account has no recurring charge with this id") \
    X(TOO_MANY_CHARGES, 409, "INV-14", "an account has at most 200 recurring charges; end some or open another account") \
    X(INVOICE_NOT_FOUND, 404, "INV-26", "there is no invoice with this id") \
    X(INVOICE_EXISTS, 409, "INV-26", "an invoice with this id was issued before") \
    X(CREDIT_NOTE_EXISTS, 409, "INV-16", "a credit note with this id was issued before") \
    X(BILL_RUN_NOT_FOUND, 404, "INV-14", "there is no bill run with this id; start it first") \
    X(BILL_RUN_EXISTS, 409, "INV-14", "a bill run with this id was started before") \
    X(BILL_RUN_NOT_STARTED, 409, "REP-11", "the bill run was proved or blocked before; start another run") \
    X(DUPLICATE_SOURCE_REFERENCE, 409, "INV-26", "the account has an invoice with this source reference; it is not billed twice") \
    /* content */ \
    X(FIELD_REQUIRED, 422, "GEN-7", "the field must be given") \
    X(FIELD_FORBIDDEN, 422, "INV-1", "the field must be left out here") \
    X(ID_MALFORMED, 422, "GEN-7", "an id is a UUID of 36 lower-case characters") \
    X(TEXT_TOO_LONG, 422, "GEN-7", "the text is too long; shorten it") \
    X(TEXT_MALFORMED, 422, "GEN-7", "the text has characters that the field does not allow") \
    X(TOO_MANY_ELEMENTS, 422, "GEN-7", "there are too many elements; split the request") \
    X(SEALED_FOR_ANOTHER, 422, "COL-20", "the sealed datum is about another person or of another kind; seal it anew") \
    X(CURRENCY_UNKNOWN, 422, "GEN-1", "name an active ISO 4217 currency with a minor unit, such as EUR") \
    X(CURRENCY_MISMATCH, 422, "GEN-1", "amounts of a document are in the account's currency") \
    X(COUNTRY_UNKNOWN, 422, "ISO 3166", "name a country by its ISO 3166-1 alpha-2 code, such as DE") \
    X(ZONE_MALFORMED, 422, "GEN-5", "name an IANA time zone, such as Europe/Berlin") \
    X(IBAN_MALFORMED, 422, "ISO 13616", "the IBAN has a wrong structure or check digits") \
    X(VAT_ID_MALFORMED, 422, "BR-CO-09", "a VAT id is its country's prefix and the country's own form, without spaces") \
    X(LANGUAGE_MALFORMED, 422, "BCP 47", "name a language by its BCP 47 tag, such as de or pt-BR") \
    X(ENUM_REQUIRED, 422, "GEN-7", "choose one of the values of the contract") \
    X(DATE_OUT_OF_RANGE, 422, "GEN-5", "the date is outside 1900-01-01 to 2999-12-31") \
    X(EFFECTIVE_DATE_IN_FUTURE, 422, "CUS-2", "a change is recorded once it holds; send it on its day") \
    X(PERIOD_MALFORMED, 422, "GEN-5", "a period has a start and a later end: [start, end)") \
    X(PERIOD_TOO_LONG, 422, "INV-14", "a billing period has at most 366 days") \
    X(DECIMAL_OUT_OF_RANGE, 422, "GEN-2", "quantities and prices have at most 6 decimals") \
    X(AMOUNT_OUT_OF_RANGE, 422, "GEN-1", "the amount does not fit; check quantity and price") \
    X(RATE_OUT_OF_RANGE, 422, "GEN-2", "a rate is 0 to 1000000 parts per million: 20 % is 200000") \
    X(TERMS_OUT_OF_RANGE, 422, "INV-9", "days are 0 to 365; PROX names day 1 to 31 and a cutoff of 0 to 31") \
    /* documents (EN 16931) */ \
    X(NO_LINES, 422, "BR-16", "a document has at least one line") \
    X(TOO_MANY_LINES, 422, "INV-1", "a document has at most 1000 lines; issue several") \
    X(LINE_ID_TWICE, 422, "BR-21", "each line has an id of its own") \
    X(PRICE_NEGATIVE, 422, "BR-27", "a price is not negative; take something back with a negative quantity") \
    X(BASE_QUANTITY_NOT_POSITIVE, 422, "INV-1", "the base quantity is positive") \
    X(UNIT_MALFORMED, 422, "BR-23", "name the unit by its UN/ECE Rec. 20 code: C62 one, HUR hour, KWH") \
    X(ADJUSTMENT_INCOMPLETE, 422, "INV-6", "give an amount, or a percentage together with its base") \
    X(ADJUSTMENT_NEGATIVE, 422, "INV-6", "an allowance or charge is not negative; choose the other one") \
    X(ADJUSTMENT_AMOUNT_DIFFERS, 422, "INV-1", "the amount is not the percentage of the base; leave it out, it is computed") \
    X(ADJUSTMENT_BASE_NOT_LEFT, 422, "INV-6", "percentages compound: the base is what earlier allowances left of the line") \
    X(ADJUSTMENT_REASON_MISSING, 422, "BR-CO-21", "an allowance or charge has a reason") \
    X(ADJUSTMENT_NOT_SPLITTABLE, 422, "INV-6", "the tax groups have different signs; name the tax of the adjustment") \
    X(TAX_MISSING, 422, "BR-CO-04", "a line has at least one tax, with its category") \
    X(TAX_TWICE, 422, "BR-CO-18", "an authority levies at most one tax on a line") \
    X(TAX_CATEGORY_UNKNOWN, 422, "BR-CO-17", "choose a category of UNTDID 5305: S Z E AE K G O L M") \
    X(TAX_RATE_REQUIRED, 422, "BR-S-05", "category S has a rate above 0; rate 0 is category Z") \
    X(TAX_RATE_FORBIDDEN, 422, "BR-Z-05", "categories Z, E, AE, K, G and O have rate 0") \
    X(EXEMPTION_REASON_MISSING, 422, "BR-E-10", "categories E, AE, K, G and O have an exemption reason (BT-120)") \
    X(EXEMPTION_REASON_FORBIDDEN, 422, "BR-S-10", "categories S, Z, L and M have no exemption reason") \
    X(TAX_OUTSIDE_SCOPE_MIXED, 422, "BR-O-11", "category O is not mixed with others on one document") \
    X(TOO_MANY_TAX_GROUPS, 422, "BR-CO-18", "a document has at most 100 tax groups; split it") \
    X(SELLER_VAT_ID_MISSING, 422, "BR-S-02", "the legal entity needs a VAT id for this tax category") \
    X(BUYER_VAT_ID_MISSING, 422, "BR-AE-02", "the customer needs a VAT id for reverse charge and intra-Community supply") \
    X(SUPPLY_PERIOD_MISSING, 422, "BR-IC-11", "an intra-Community supply names its period on a line") \
    X(TOTAL_NEGATIVE, 422, "INV-16", "the total is negative; reduce a debt with a credit note") \
    X(PREPAID_OUT_OF_RANGE, 422, "INV-3", "the prepaid amount is 0 to the total of the document") \
    /* issue */ \
    X(ISSUE_DATE_PASSED, 409, "INV-17", "the series has a document of a later date; use that date or a later one") \
    X(ISSUE_DATE_IN_FUTURE, 422, "INV-17", "the issue date is today or earlier, in the legal entity's zone") \
    X(ISSUE_DATE_BEFORE_INVOICE, 422, "INV-16", "a credit note is not issued before its invoice") \
    X(NUMBER_TOO_LONG, 409, "REC-3", "the number does not fit a creditor reference; shorten the entity's prefix") \
    X(DOCUMENT_TOO_LARGE, 422, "GEN-7", "the document is larger than one event may be; split it or shorten its texts") \
    /* credit */ \
    X(INVOICE_CANCELLED, 409, "INV-16", "the invoice is cancelled: everything is credited") \
    X(CREDIT_EXCEEDS_INVOICE, 409, "INV-16", "more would be credited than was billed in this tax group") \
    X(NOTHING_LEFT_TO_CREDIT, 409, "INV-16", "everything on the invoice was credited before") \
    X(CREDIT_NOT_POSITIVE, 422, "INV-16", "a credit note takes back a positive amount") \
    X(CREDIT_GROUP_NOT_FOUND, 422, "INV-16", "the invoice has no such tax group; use the tax of the original supply") \
    X(CREDIT_GROUP_TWICE, 422, "INV-16", "a tax group, or another tax on the same lines, is named twice") \
    X(CREDIT_GROUP_AMBIGUOUS, 422, "INV-16", "several kinds of lines share this tax; name the tax that only one has, or credit everything") \
    X(CANCEL_CREDITS_EVERYTHING, 422, "INV-16", "to cancel, leave the groups out: all that is left is credited") \
    /* bill runs; the first three are reasons for which an account is skipped */ \
    X(NO_CHARGES, 422, "REP-11", "the account has no charge inside the period") \
    X(ALREADY_BILLED_BY_ANOTHER_RUN, 409, "INV-14", "the cycle was billed by an earlier run") \
    X(PERIOD_OVERLAPS, 409, "INV-14", "days of the period were billed under another cycle") \
    X(CYCLE_TOO_OLD, 409, "INV-14", "the period lies before the last 36 cycles, so it may have been billed") \
    X(COUNTS_INCONSISTENT, 422, "REP-11", "the totals of the run contradict each other")
/* clang-format on */

#define X(name, status, rule, text) extern const struct refusal REFUSAL_##name;
INVOICING_REFUSALS(X)
#undef X
