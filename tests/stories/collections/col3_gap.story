# COL-3: the minimum gap delays a step that falls due inside it, and does not skip it
service collections
now 2026-05-18T08:00:00Z
when SetDunningPolicy
    policy.entity_id de
    policy.segment STANDARD
    policy.gap_days_min 5
    policy.steps[0].step 1
    policy.steps[0].trigger_days_past_due 3
    policy.steps[0].channel LETTER
    policy.steps[0].template reminder-1
    policy.steps[1].step 2
    policy.steps[1].trigger_days_past_due 5
    policy.steps[1].channel LETTER
    policy.steps[1].template reminder-2
    policy.steps[2].step 3
    policy.steps[2].trigger_days_past_due 7
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

now 2026-06-06T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-06

now 2026-06-08T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-08

now 2026-06-09T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-09
