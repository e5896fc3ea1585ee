# COL-3: the segment's own policy, else STANDARD's, else none: buckets are still computed; a policy set later acts
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
    segment KEY

now 2026-06-05T08:00:00Z
now 2026-06-05T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-05

when SetDunningPolicy
    policy.entity_id de
    policy.segment STANDARD
    policy.steps[0].step 1
    policy.steps[0].trigger_days_past_due 3
    policy.steps[0].channel LETTER
    policy.steps[0].template reminder-1

now 2026-06-06T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-06

when PaymentApplied
    application_id app-1
    payment_id pay-1
    item_id inv-1
    account_id acc-1
    entity_id de
    amount EUR 100.00
    open_after EUR 0.00
    due_date 2026-06-01

when SetDunningPolicy
    policy.entity_id de
    policy.segment KEY
    policy.steps[0].step 1
    policy.steps[0].trigger_days_past_due 1
    policy.steps[0].channel LETTER
    policy.steps[0].template reminder-1
    policy.steps[0].final_notice true

when ItemOpened
    item_id inv-2
    account_id acc-1
    customer_id cus-1
    entity_id de
    kind ITEM_KIND_INVOICE
    document_number INV-2
    amount EUR 100.00
    issue_date 2026-05-18
    due_date 2026-06-10
    account_number A-1
    segment KEY

now 2026-06-11T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-11
