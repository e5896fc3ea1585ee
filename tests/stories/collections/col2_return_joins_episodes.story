# COL-2: a payment that comes back in a later episode makes both one, as if never paid: the higher level, the first policy
service collections
now 2026-05-18T08:00:00Z
when SetDunningPolicy
    policy.entity_id de
    policy.segment STANDARD
    policy.steps[0].step 1
    policy.steps[0].trigger_days_past_due 3
    policy.steps[0].channel LETTER
    policy.steps[0].template reminder-1
    policy.steps[1].step 2
    policy.steps[1].trigger_days_past_due 10
    policy.steps[1].channel LETTER
    policy.steps[1].template reminder-2
    policy.steps[2].step 3
    policy.steps[2].trigger_days_past_due 30
    policy.steps[2].channel LETTER
    policy.steps[2].template reminder-3
    policy.steps[2].final_notice true

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

now 2026-06-04T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-04

now 2026-06-11T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-11

when PaymentApplied
    application_id app-1
    payment_id pay-1
    item_id inv-1
    account_id acc-1
    entity_id de
    amount EUR 100.00
    open_after EUR 0.00
    due_date 2026-06-01

when ItemOpened
    item_id inv-2
    account_id acc-1
    customer_id cus-1
    entity_id de
    kind ITEM_KIND_INVOICE
    document_number INV-2
    amount EUR 40.00
    issue_date 2026-05-18
    due_date 2026-06-20
    account_number A-1
    segment STANDARD

now 2026-06-21T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-21

now 2026-06-22T08:00:00Z
when ApplicationReversed
    application_id app-1
    payment_id pay-1
    item_id inv-1
    account_id acc-1
    entity_id de
    amount EUR 100.00
    reason RETURNED
    open_after EUR 100.00
    due_date 2026-06-01

# inv-2 reaches step 1 at an account of level 2; inv-1 waits for step 3
now 2026-06-23T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-23

now 2026-07-01T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-07-01
