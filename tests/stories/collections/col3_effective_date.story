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
then DunningPolicySet dunning_policy/#1
    policy.policy_id #1
    policy.entity_id de
    policy.segment STANDARD
    policy.version 1
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

# no policy holds on 06-09 yet
now 2026-06-09T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-09
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-06-09
    entity_id de
    days_past_due 8
then DelinquencyEntered case/acc-1
    account_id acc-1
    entity_id de
    episode 1
    items[0].item_id inv-1
    items[0].document_number INV-1
    items[0].open EUR 100.00
    items[0].due_date 2026-06-01
    items[0].days_past_due 8
    days_past_due 8
    as_of 2026-06-09
    stage STAGE_GRACE
then BucketChanged case/acc-1
    account_id acc-1
    entity_id de
    from BUCKET_CURRENT
    to BUCKET_1_30
    days_past_due 8
    as_of 2026-06-09

now 2026-06-10T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-10
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-06-10
    entity_id de
    days_past_due 9
then DunningStepTaken case/acc-1
    account_id acc-1
    entity_id de
    episode 1
    step 1
    items[0].item_id inv-1
    items[0].document_number INV-1
    items[0].open EUR 100.00
    items[0].due_date 2026-06-01
    items[0].days_past_due 9
    amounts[0] EUR 100.00
    policy_id #1
    policy_version 1
    as_of 2026-06-10
    channel LETTER
    template reminder-1
    final_notice true
