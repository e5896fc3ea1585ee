# COL-3: the account keeps the policy version it started an episode with; the next episode follows the new one
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

now 2026-06-02T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-02

when SetDunningPolicy
    policy.entity_id de
    policy.segment STANDARD
    policy.steps[0].step 1
    policy.steps[0].trigger_days_past_due 1
    policy.steps[0].channel LETTER
    policy.steps[0].template reminder-1

now 2026-06-03T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-03

now 2026-06-04T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-04

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
    amount EUR 100.00
    issue_date 2026-05-18
    due_date 2026-06-08
    account_number A-1
    segment STANDARD

now 2026-06-09T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-09
