# COL-3 vector: steps +3, +10, +20, +30, gap 5; down 06-03..06-22; on 06-23 only step 3; step 4 on 07-01
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
    policy.steps[1].trigger_days_past_due 10
    policy.steps[1].channel LETTER
    policy.steps[1].template reminder-2
    policy.steps[2].step 3
    policy.steps[2].trigger_days_past_due 20
    policy.steps[2].channel LETTER
    policy.steps[2].template reminder-3
    policy.steps[3].step 4
    policy.steps[3].trigger_days_past_due 30
    policy.steps[3].channel LETTER
    policy.steps[3].template reminder-4
    policy.steps[3].final_notice true

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

now 2026-06-23T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-23

now 2026-06-24T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-24

now 2026-06-30T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-30

now 2026-07-01T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-07-01

now 2026-08-01T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-08-01
