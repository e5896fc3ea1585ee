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
then DunningPolicySet dunning_policy/#1
    policy.policy_id #1
    policy.entity_id de
    policy.segment STANDARD
    policy.version 1
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
then ItemHeard case/acc-1
    account_id acc-1
    item_id inv-1
    entity_id de
    customer_id cus-1
    document_number INV-1
    open EUR 100.00
    due_date 2026-04-20
    segment STANDARD
    account_number A-1

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
then ItemHeard case/acc-1
    account_id acc-1
    item_id inv-2
    entity_id de
    customer_id cus-1
    document_number INV-2
    open EUR 50.00
    due_date 2026-05-25
    segment STANDARD
    account_number A-1

now 2026-06-01T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-01
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-06-01
    entity_id de
    days_past_due 42
then DelinquencyEntered case/acc-1
    account_id acc-1
    entity_id de
    episode 1
    items[0].item_id inv-1
    items[0].document_number INV-1
    items[0].open EUR 100.00
    items[0].due_date 2026-04-20
    items[0].days_past_due 42
    items[1].item_id inv-2
    items[1].document_number INV-2
    items[1].open EUR 50.00
    items[1].due_date 2026-05-25
    items[1].days_past_due 7
    days_past_due 42
    as_of 2026-06-01
    policy_id #1
    policy_version 1
    stage STAGE_GRACE
then BucketChanged case/acc-1
    account_id acc-1
    entity_id de
    from BUCKET_CURRENT
    to BUCKET_31_60
    days_past_due 42
    as_of 2026-06-01
then DunningStepSkipped case/acc-1
    account_id acc-1
    entity_id de
    episode 1
    step 1
    reason HIGHER_STEP_DUE
    policy_id #1
    policy_version 1
    as_of 2026-06-01
    item_ids[0] inv-1
    item_ids[1] inv-2
then DunningStepTaken case/acc-1
    account_id acc-1
    entity_id de
    episode 1
    step 2
    items[0].item_id inv-1
    items[0].document_number INV-1
    items[0].open EUR 100.00
    items[0].due_date 2026-04-20
    items[0].days_past_due 42
    items[1].item_id inv-2
    items[1].document_number INV-2
    items[1].open EUR 50.00
    items[1].due_date 2026-05-25
    items[1].days_past_due 7
    amounts[0] EUR 150.00
    policy_id #1
    policy_version 1
    as_of 2026-06-01
    channel LETTER
    template reminder-2
    final_notice true

when PaymentApplied
    application_id app-1
    payment_id pay-1
    item_id inv-1
    account_id acc-1
    entity_id de
    amount EUR 60.00
    open_after EUR 40.00
    due_date 2026-04-20
then ItemHeard case/acc-1
    account_id acc-1
    item_id inv-1
    entity_id de
    document_number INV-1
    open EUR 40.00
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
then ItemHeard case/acc-1
    account_id acc-1
    item_id inv-1
    entity_id de
    document_number INV-1
    open EUR 0.00
    due_date 2026-04-20
then BucketChanged case/acc-1
    account_id acc-1
    entity_id de
    from BUCKET_31_60
    to BUCKET_1_30
    days_past_due 7
    as_of 2026-06-01

when ItemSettled
    item_id inv-1
    account_id acc-1
    entity_id de
nothing

when PaymentApplied
    application_id app-2
    payment_id pay-1
    item_id inv-2
    account_id acc-1
    entity_id de
    amount EUR 50.00
    open_after EUR 0.00
    due_date 2026-05-25
then ItemHeard case/acc-1
    account_id acc-1
    item_id inv-2
    entity_id de
    document_number INV-2
    open EUR 0.00
    due_date 2026-05-25
then DelinquencyCured case/acc-1
    account_id acc-1
    entity_id de
    episode 1
    as_of 2026-06-01
then BucketChanged case/acc-1
    account_id acc-1
    entity_id de
    from BUCKET_1_30
    to BUCKET_CURRENT
    as_of 2026-06-01
