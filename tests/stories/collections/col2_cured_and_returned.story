# COL-2 vector: DUNNING(2), due 06-01, paid 06-25 -> CURRENT; returned 06-29 -> DUNNING(2), dpd 28
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
    policy.steps[2].trigger_days_past_due 30
    policy.steps[2].channel LETTER
    policy.steps[2].template reminder-3
    policy.steps[2].final_notice true
then DunningPolicySet dunning_policy/#1
    policy.policy_id #1
    policy.entity_id de
    policy.segment STANDARD
    policy.version 1
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
then ItemHeard case/acc-1
    account_id acc-1
    item_id inv-1
    entity_id de
    customer_id cus-1
    document_number INV-1
    open EUR 100.00
    due_date 2026-06-01
    segment STANDARD
    account_number A-1

now 2026-06-04T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-04
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-06-04
    entity_id de
    days_past_due 3
then DelinquencyEntered case/acc-1
    account_id acc-1
    entity_id de
    episode 1
    items[0].item_id inv-1
    items[0].document_number INV-1
    items[0].open EUR 100.00
    items[0].due_date 2026-06-01
    items[0].days_past_due 3
    days_past_due 3
    as_of 2026-06-04
    policy_id #1
    policy_version 1
    stage STAGE_GRACE
then BucketChanged case/acc-1
    account_id acc-1
    entity_id de
    from BUCKET_CURRENT
    to BUCKET_1_30
    days_past_due 3
    as_of 2026-06-04
then DunningStepTaken case/acc-1
    account_id acc-1
    entity_id de
    episode 1
    step 1
    items[0].item_id inv-1
    items[0].document_number INV-1
    items[0].open EUR 100.00
    items[0].due_date 2026-06-01
    items[0].days_past_due 3
    amounts[0] EUR 100.00
    policy_id #1
    policy_version 1
    as_of 2026-06-04
    channel LETTER
    template reminder-1

now 2026-06-11T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-11
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-06-11
    entity_id de
    days_past_due 10
then DunningStepTaken case/acc-1
    account_id acc-1
    entity_id de
    episode 1
    step 2
    items[0].item_id inv-1
    items[0].document_number INV-1
    items[0].open EUR 100.00
    items[0].due_date 2026-06-01
    items[0].days_past_due 10
    amounts[0] EUR 100.00
    policy_id #1
    policy_version 1
    as_of 2026-06-11
    channel LETTER
    template reminder-2

now 2026-06-25T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-25
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-06-25
    entity_id de
    days_past_due 24

when PaymentApplied
    application_id app-1
    payment_id pay-1
    item_id inv-1
    account_id acc-1
    entity_id de
    amount EUR 100.00
    open_after EUR 0.00
    due_date 2026-06-01
then ItemHeard case/acc-1
    account_id acc-1
    item_id inv-1
    entity_id de
    document_number INV-1
    open EUR 0.00
    due_date 2026-06-01
then DelinquencyCured case/acc-1
    account_id acc-1
    entity_id de
    episode 1
    as_of 2026-06-25
then BucketChanged case/acc-1
    account_id acc-1
    entity_id de
    from BUCKET_1_30
    to BUCKET_CURRENT
    as_of 2026-06-25

now 2026-06-29T08:00:00Z
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
then ItemHeard case/acc-1
    account_id acc-1
    item_id inv-1
    entity_id de
    document_number INV-1
    open EUR 100.00
    due_date 2026-06-01
    reversal true
then DelinquencyEntered case/acc-1
    account_id acc-1
    entity_id de
    episode 1
    items[0].item_id inv-1
    items[0].document_number INV-1
    items[0].open EUR 100.00
    items[0].due_date 2026-06-01
    items[0].days_past_due 24
    days_past_due 24
    as_of 2026-06-25
    policy_id #1
    policy_version 1
    resumed true
    level 2
    stage STAGE_DUNNING
    resumed_episodes[0] 1
then BucketChanged case/acc-1
    account_id acc-1
    entity_id de
    from BUCKET_CURRENT
    to BUCKET_1_30
    days_past_due 24
    as_of 2026-06-25

now 2026-06-29T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-29
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-06-29
    entity_id de
    days_past_due 28
