# COL-3: items of one account stand in one notice at the highest level; each step once per item; levels never decrease
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

when ItemOpened
    item_id inv-2
    account_id acc-1
    customer_id cus-1
    entity_id de
    kind ITEM_KIND_INVOICE
    document_number INV-2
    amount EUR 40.00
    issue_date 2026-05-18
    due_date 2026-06-16
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

# inv-2 is 5 days late: past its first trigger, so it joins step 3, which inv-1 has reached
now 2026-06-21T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-21

when ItemOpened
    item_id inv-3
    account_id acc-1
    customer_id cus-1
    entity_id de
    kind ITEM_KIND_INVOICE
    document_number INV-3
    amount EUR 7.00
    issue_date 2026-05-18
    due_date 2026-06-22
    account_number A-1
    segment STANDARD

# inv-3 reaches step 1, but the account stands at 3; inv-1 and inv-2 had step 3 already, the gap is over
now 2026-06-26T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-26

now 2026-07-01T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-07-01
