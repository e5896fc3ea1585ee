# COL-4 vector: due 06-30: as of 06-30 Current; 07-01 -> 1; 07-30 -> 1-30; 07-31 -> 31-60; then 61-90, over 90
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
    due_date 2026-06-30
    account_number A-1
    segment STANDARD

now 2026-06-30T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-30

now 2026-07-01T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-07-01

now 2026-07-30T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-07-30

now 2026-07-31T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-07-31

now 2026-08-29T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-08-29

now 2026-08-30T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-08-30

now 2026-09-28T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-09-28

now 2026-09-29T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-09-29
