# COL-4 vector: due 06-30: as of 06-30 Current; 07-01 -> 1; 07-30 -> 1-30; 07-31 -> 31-60; then 61-90, over 90
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
    due_date 2026-06-30
    account_number A-1
    segment STANDARD
then ItemHeard case/acc-1
    account_id acc-1
    item_id inv-1
    entity_id de
    customer_id cus-1
    document_number INV-1
    open EUR 100.00
    due_date 2026-06-30
    segment STANDARD
    account_number A-1

now 2026-06-30T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-30
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-06-30
    entity_id de

now 2026-07-01T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-07-01
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-07-01
    entity_id de
    days_past_due 1
then DelinquencyEntered case/acc-1
    account_id acc-1
    entity_id de
    episode 1
    items[0].item_id inv-1
    items[0].document_number INV-1
    items[0].open EUR 100.00
    items[0].due_date 2026-06-30
    items[0].days_past_due 1
    days_past_due 1
    as_of 2026-07-01
    stage STAGE_GRACE
then BucketChanged case/acc-1
    account_id acc-1
    entity_id de
    from BUCKET_CURRENT
    to BUCKET_1_30
    days_past_due 1
    as_of 2026-07-01

now 2026-07-30T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-07-30
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-07-30
    entity_id de
    days_past_due 30

now 2026-07-31T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-07-31
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-07-31
    entity_id de
    days_past_due 31
then BucketChanged case/acc-1
    account_id acc-1
    entity_id de
    from BUCKET_1_30
    to BUCKET_31_60
    days_past_due 31
    as_of 2026-07-31

now 2026-08-29T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-08-29
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-08-29
    entity_id de
    days_past_due 60

now 2026-08-30T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-08-30
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-08-30
    entity_id de
    days_past_due 61
then BucketChanged case/acc-1
    account_id acc-1
    entity_id de
    from BUCKET_31_60
    to BUCKET_61_90
    days_past_due 61
    as_of 2026-08-30

now 2026-09-28T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-09-28
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-09-28
    entity_id de
    days_past_due 90

now 2026-09-29T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-09-29
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-09-29
    entity_id de
    days_past_due 91
then BucketChanged case/acc-1
    account_id acc-1
    entity_id de
    from BUCKET_61_90
    to BUCKET_OVER_90
    days_past_due 91
    as_of 2026-09-29
