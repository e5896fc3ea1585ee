# what cannot be evaluated
service collections
now 2026-06-10T08:00:00Z
now 2026-06-10T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-10

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

when EvaluateAccount
    account_id acc-1

when EvaluateAccount
    account_id acc-1
    as_of 2026-06-10

# today in no zone
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-12

when EvaluateAccount
    account_id acc-1
    as_of 2026-06-09

# the same day again: nothing new
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-10
