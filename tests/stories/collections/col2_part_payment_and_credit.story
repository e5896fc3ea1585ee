# COL-2: a part payment cures nothing, a credit for the rest does; paying the older item changes age and bucket
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
    policy.steps[1].trigger_days_past_due 40
    policy.steps[1].channel LETTER
    policy.steps[1].template reminder-2
    policy.steps[1].final_notice true

when ItemOpened
    item_id inv-1
    account_id acc-1
    customer_id cus-1
    entity_id de
    kind ITEM_KIND_INVOICE
    document_number INV-1
    amount EUR 100.00
    issue_date 2026-05-18
    due_date 2026-04-20
    account_number A-1
    segment STANDARD

when ItemOpened
    item_id inv-2
    account_id acc-1
    customer_id cus-1
    entity_id de
    kind ITEM_KIND_INVOICE
    document_number INV-2
    amount EUR 50.00
    issue_date 2026-05-18
    due_date 2026-05-25
    account_number A-1
    segment STANDARD

now 2026-06-01T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-01

when PaymentApplied
    application_id app-1
    payment_id pay-1
    item_id inv-1
    account_id acc-1
    entity_id de
    amount EUR 60.00
    open_after EUR 40.00
    due_date 2026-04-20

when CreditApplied
    application_id app-c
    credit_note_id cn-1
    item_id inv-1
    account_id acc-1
    entity_id de
    amount EUR 40.00
    open_after EUR 0.00
    due_date 2026-04-20

when ItemSettled
    item_id inv-1
    account_id acc-1
    entity_id de

when PaymentApplied
    application_id app-2
    payment_id pay-1
    item_id inv-2
    account_id acc-1
    entity_id de
    amount EUR 50.00
    open_after EUR 0.00
    due_date 2026-05-25
