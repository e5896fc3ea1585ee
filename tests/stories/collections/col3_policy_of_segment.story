# COL-3: the segment's own policy, else STANDARD's, else none: buckets are still computed; a policy set later acts
service collections
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
    segment KEY
then ItemHeard case/acc-1
    account_id acc-1
    item_id inv-1
    entity_id de
    customer_id cus-1
    document_number INV-1
    open EUR 100.00
    due_date 2026-06-01
    segment KEY
    account_number A-1

now 2026-06-05T08:00:00Z
now 2026-06-05T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-05
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-06-05
    entity_id de
    days_past_due 4
then DelinquencyEntered case/acc-1
    account_id acc-1
    entity_id de
    episode 1
    items[0].item_id inv-1
    items[0].document_number INV-1
    items[0].open EUR 100.00
    items[0].due_date 2026-06-01
    items[0].days_past_due 4
    days_past_due 4
    as_of 2026-06-05
    stage STAGE_GRACE
then BucketChanged case/acc-1
    account_id acc-1
    entity_id de
    from BUCKET_CURRENT
    to BUCKET_1_30
    days_past_due 4
    as_of 2026-06-05

when SetDunningPolicy
    policy.entity_id de
    policy.segment STANDARD
    policy.steps[0].step 1
    policy.steps[0].trigger_days_past_due 3
    policy.steps[0].channel LETTER
    policy.steps[0].template reminder-1
then DunningPolicySet dunning_policy/#1
    policy.policy_id #1
    policy.entity_id de
    policy.segment STANDARD
    policy.version 1
    policy.steps[0].step 1
    policy.steps[0].trigger_days_past_due 3
    policy.steps[0].channel LETTER
    policy.steps[0].template reminder-1

now 2026-06-06T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-06
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-06-06
    entity_id de
    days_past_due 5
then DunningStepTaken case/acc-1
    account_id acc-1
    entity_id de
    episode 1
    step 1
    items[0].item_id inv-1
    items[0].document_number INV-1
    items[0].open EUR 100.00
    items[0].due_date 2026-06-01
    items[0].days_past_due 5
    amounts[0] EUR 100.00
    policy_id #1
    policy_version 1
    as_of 2026-06-06
    channel LETTER
    template reminder-1

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
    as_of 2026-06-06
then BucketChanged case/acc-1
    account_id acc-1
    entity_id de
    from BUCKET_1_30
    to BUCKET_CURRENT
    as_of 2026-06-06

when SetDunningPolicy
    policy.entity_id de
    policy.segment KEY
    policy.steps[0].step 1
    policy.steps[0].trigger_days_past_due 1
    policy.steps[0].channel LETTER
    policy.steps[0].template reminder-1
    policy.steps[0].final_notice true
then DunningPolicySet dunning_policy/#2
    policy.policy_id #2
    policy.entity_id de
    policy.segment KEY
    policy.version 1
    policy.steps[0].step 1
    policy.steps[0].trigger_days_past_due 1
    policy.steps[0].channel LETTER
    policy.steps[0].template reminder-1
    policy.steps[0].final_notice true

when ItemOpened
    item_id inv-2
    account_id acc-1
    customer_id cus-1
    entity_id de
    kind ITEM_KIND_INVOICE
    document_number INV-2
    amount EUR 100.00
    issue_date 2026-05-18
    due_date 2026-06-10
    account_number A-1
    segment KEY
then ItemHeard case/acc-1
    account_id acc-1
    item_id inv-2
    entity_id de
    customer_id cus-1
    document_number INV-2
    open EUR 100.00
    due_date 2026-06-10
    segment KEY
    account_number A-1

now 2026-06-11T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-11
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-06-11
    entity_id de
    days_past_due 1
then DelinquencyEntered case/acc-1
    account_id acc-1
    entity_id de
    episode 2
    items[0].item_id inv-2
    items[0].document_number INV-2
    items[0].open EUR 100.00
    items[0].due_date 2026-06-10
    items[0].days_past_due 1
    days_past_due 1
    as_of 2026-06-11
    policy_id #2
    policy_version 1
    stage STAGE_GRACE
then BucketChanged case/acc-1
    account_id acc-1
    entity_id de
    from BUCKET_CURRENT
    to BUCKET_1_30
    days_past_due 1
    as_of 2026-06-11
then DunningStepTaken case/acc-1
    account_id acc-1
    entity_id de
    episode 2
    step 1
    items[0].item_id inv-2
    items[0].document_number INV-2
    items[0].open EUR 100.00
    items[0].due_date 2026-06-10
    items[0].days_past_due 1
    amounts[0] EUR 100.00
    policy_id #2
    policy_version 1
    as_of 2026-06-11
    channel LETTER
    template reminder-1
    final_notice true
