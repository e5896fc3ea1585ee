# reporting hears what changes open amounts, and says nothing
service reporting
when ItemOpened
    item_id inv-1
    account_id acc-1
    entity_id de
    kind ITEM_KIND_INVOICE
    document_number INV-1
    amount EUR 100.00
    issue_date 2026-05-18
    due_date 2026-06-01
nothing

when PaymentApplied
    item_id inv-1
    account_id acc-1
    entity_id de
    amount EUR 100.00
nothing

when AccountOpened
    account_id acc-1
    entity_id de
    account_number A-1
nothing
