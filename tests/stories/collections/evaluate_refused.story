# what cannot be evaluated
service collections
now 2026-06-10T08:00:00Z
now 2026-06-10T08:00:00Z
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-10
refused CASE_NOT_FOUND account_id

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

when EvaluateAccount
    account_id acc-1
failed field_missing as_of

when EvaluateAccount
    account_id acc-1
    as_of 2026-06-10
then AccountEvaluated case/acc-1
    account_id acc-1
    as_of 2026-06-10
    entity_id de
    days_past_due 9
then DelinquencyEntered case/acc-1
    account_id acc-1
    entity_id de
    episode 1
    items[0].item_id inv-1
    items[0].document_number INV-1
    items[0].open EUR 100.00
    items[0].due_date 2026-06-01
    items[0].days_past_due 9
    days_past_due 9
    as_of 2026-06-10
    stage STAGE_GRACE
then BucketChanged case/acc-1
    account_id acc-1
    entity_id de
    from BUCKET_CURRENT
    to BUCKET_1_30
    days_past_due 9
    as_of 2026-06-10

# today in no zone
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-12
refused EVALUATION_DATE_IN_FUTURE as_of

when EvaluateAccount
    account_id acc-1
    as_of 2026-06-09
refused EVALUATED_LATER as_of

# the same day again: nothing new
when EvaluateAccount
    account_id acc-1
    as_of 2026-06-10
nothing
