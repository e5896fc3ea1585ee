# COL-3: a version holds for episodes that begin on its effective date or later
service collections
now 2026-05-18T08:00:00Z
when SetDunningPolicy
    policy.entity_id de
    policy.segment STANDARD
    policy.steps[0].step 1
    policy.steps[0].trigger_days_past_due 3
    policy.steps[0].channel LETTER
    policy.steps[0].template reminder-1
    policy.steps[0].final_notice true
    policy.effective_date 2026-06-10

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

# no policy holds on 06-09 yet
now 2026-06-09T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-09

now 2026-06-10T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-10
