# COL-3: below the minimum amount a step is skipped, the next lower one that is worth it is taken
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
    policy.steps[1].amount_min_minor 5000
    policy.steps[2].step 3
    policy.steps[2].trigger_days_past_due 20
    policy.steps[2].channel LETTER
    policy.steps[2].template reminder-3
    policy.steps[2].amount_min_minor 2000
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
    policy.steps[1].amount_min_minor 5000
    policy.steps[2].step 3
    policy.steps[2].trigger_days_past_due 20
    policy.steps[2].channel LETTER
    policy.steps[2].template reminder-3
    policy.steps[2].amount_min_minor 2000
    policy.steps[2].final_notice true

when ItemOpened
    item_id inv-1
    account_id acc-1
    customer_id cus-1
    entity_id de
    kind ITEM_KIND_INVOICE
    document_number INV-1
    amount EUR 30.00
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
    open EUR 30.00
    due_date 2026-06-01
    segment STANDARD
    account_number A-1

# after downtime: step 2 is not worth it, step 1 is
now 2026-06-12T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-12
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-06-12
    entity_id de
    days_past_due 11
then DelinquencyEntered case/acc-1
    account_id acc-1
    entity_id de
    episode 1
    items[0].item_id inv-1
    items[0].document_number INV-1
    items[0].open EUR 30.00
    items[0].due_date 2026-06-01
    items[0].days_past_due 11
    days_past_due 11
    as_of 2026-06-12
    policy_id #1
    policy_version 1
    stage STAGE_GRACE
then BucketChanged case/acc-1
    account_id acc-1
    entity_id de
    from BUCKET_CURRENT
    to BUCKET_1_30
    days_past_due 11
    as_of 2026-06-12
then DunningStepSkipped case/acc-1
    account_id acc-1
    entity_id de
    episode 1
    step 2
    reason BELOW_MINIMUM
    policy_id #1
    policy_version 1
    as_of 2026-06-12
    item_ids[0] inv-1
then DunningStepTaken case/acc-1
    account_id acc-1
    entity_id de
    episode 1
    step 1
    items[0].item_id inv-1
    items[0].document_number INV-1
    items[0].open EUR 30.00
    items[0].due_date 2026-06-01
    items[0].days_past_due 11
    amounts[0] EUR 30.00
    policy_id #1
    policy_version 1
    as_of 2026-06-12
    channel LETTER
    template reminder-1

now 2026-06-20T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-20
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-06-20
    entity_id de
    days_past_due 19

now 2026-06-21T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-21
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-06-21
    entity_id de
    days_past_due 20
then DunningStepTaken case/acc-1
    account_id acc-1
    entity_id de
    episode 1
    step 3
    items[0].item_id inv-1
    items[0].document_number INV-1
    items[0].open EUR 30.00
    items[0].due_date 2026-06-01
    items[0].days_past_due 20
    amounts[0] EUR 30.00
    policy_id #1
    policy_version 1
    as_of 2026-06-21
    channel LETTER
    template reminder-3
    final_notice true
