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

now 2026-06-02T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-02
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-06-02
    entity_id de
    days_past_due 1
then DelinquencyEntered case/acc-1
    account_id acc-1
    entity_id de
    episode 1
    items[0].item_id inv-1
    items[0].document_number INV-1
    items[0].open EUR 100.00
    items[0].due_date 2026-06-01
    items[0].days_past_due 1
    days_past_due 1
    as_of 2026-06-02
    policy_id #1
    policy_version 1
    stage STAGE_GRACE
then BucketChanged case/acc-1
    account_id acc-1
    entity_id de
    from BUCKET_CURRENT
    to BUCKET_1_30
    days_past_due 1
    as_of 2026-06-02

now 2026-06-23T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-23
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-06-23
    entity_id de
    days_past_due 22
then DunningStepSkipped case/acc-1
    account_id acc-1
    entity_id de
    episode 1
    step 1
    reason HIGHER_STEP_DUE
    policy_id #1
    policy_version 1
    as_of 2026-06-23
    item_ids[0] inv-1
then DunningStepSkipped case/acc-1
    account_id acc-1
    entity_id de
    episode 1
    step 2
    reason HIGHER_STEP_DUE
    policy_id #1
    policy_version 1
    as_of 2026-06-23
    item_ids[0] inv-1
then DunningStepTaken case/acc-1
    account_id acc-1
    entity_id de
    episode 1
    step 3
    items[0].item_id inv-1
    items[0].document_number INV-1
    items[0].open EUR 100.00
    items[0].due_date 2026-06-01
    items[0].days_past_due 22
    amounts[0] EUR 100.00
    policy_id #1
    policy_version 1
    as_of 2026-06-23
    channel LETTER
    template reminder-3

now 2026-06-24T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-24
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-06-24
    entity_id de
    days_past_due 23

now 2026-06-30T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-30
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-06-30
    entity_id de
    days_past_due 29

now 2026-07-01T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-07-01
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-07-01
    entity_id de
    days_past_due 30
then DunningStepTaken case/acc-1
    account_id acc-1
    entity_id de
    episode 1
    step 4
    items[0].item_id inv-1
    items[0].document_number INV-1
    items[0].open EUR 100.00
    items[0].due_date 2026-06-01
    items[0].days_past_due 30
    amounts[0] EUR 100.00
    policy_id #1
    policy_version 1
    as_of 2026-07-01
    channel LETTER
    template reminder-4
    final_notice true

now 2026-08-01T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-08-01
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-08-01
    entity_id de
    days_past_due 61
then BucketChanged case/acc-1
    account_id acc-1
    entity_id de
    from BUCKET_1_30
    to BUCKET_61_90
    days_past_due 61
    as_of 2026-08-01
