# a fact that says nothing new is not remembered twice
service collections
when ItemOpened
    item_id inv-1
    account_id acc-1
    customer_id cus-1
    entity_id de
    kind ITEM_KIND_INVOICE
    document_number INV-1
    amount EUR 100.00
    issue_date 2026-05-18
    due_date 2026-06-01
    account_number A-1
    segment STANDARD
then ItemHeard case/acc-1
    account_id acc-1
    item_id inv-1
    entity_id de
    customer_id cus-1
    document_number INV-1
    open EUR 100.00
    due_date 2026-06-01
    segment STANDARD
    account_number A-1

when ItemOpened
    item_id inv-1
    account_id acc-1
    customer_id cus-1
    entity_id de
    kind ITEM_KIND_INVOICE
    document_number INV-1
    amount EUR 100.00
    issue_date 2026-05-18
    due_date 2026-06-01
    account_number A-1
    segment STANDARD
nothing

when PaymentApplied
    application_id app-1
    payment_id pay-1
    item_id inv-1
    account_id acc-1
    entity_id de
    amount EUR 10.00
    open_after EUR 90.00
    due_date 2026-06-01
then ItemHeard case/acc-1
    account_id acc-1
    item_id inv-1
    entity_id de
    document_number INV-1
    open EUR 90.00
    due_date 2026-06-01

when ItemSettled
    item_id inv-9
    account_id acc-1
    entity_id de
nothing

when ItemSettled
    item_id inv-1
    account_id acc-1
    entity_id de
then ItemHeard case/acc-1
    account_id acc-1
    item_id inv-1
    entity_id de
    document_number INV-1
    open EUR 0.00
    due_date 2026-06-01

when PaymentApplied
    item_id inv-1
    account_id acc-1
    entity_id de
    amount EUR 1.00
    due_date 2026-06-01
parked field_missing open_after.currency
