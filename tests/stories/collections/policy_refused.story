# COL-3: policies that contradict themselves
service collections
when SetDunningPolicy
    policy.entity_id de
    policy.segment STANDARD
    policy.gap_days_min 5
refused POLICY_TOO_MANY_STEPS policy.steps

when SetDunningPolicy
    policy.entity_id de
    policy.segment STANDARD
    policy.gap_days_min 5
    policy.steps[0].step 1
    policy.steps[0].trigger_days_past_due 3
    policy.steps[0].channel LETTER
    policy.steps[0].template reminder-1
    policy.steps[1].step 2
    policy.steps[1].trigger_days_past_due 3
    policy.steps[1].channel LETTER
    policy.steps[1].template reminder-2
    policy.steps[1].final_notice true
refused POLICY_STEPS_OUT_OF_ORDER policy.steps[1]

when SetDunningPolicy
    policy.entity_id de
    policy.segment STANDARD
    policy.gap_days_min 5
    policy.steps[0].step 1
    policy.steps[0].trigger_days_past_due 3
    policy.steps[0].channel LETTER
    policy.steps[0].template reminder-1
    policy.steps[1].step 2
    policy.steps[1].trigger_days_past_due 2
    policy.steps[1].channel LETTER
    policy.steps[1].template reminder-2
    policy.steps[1].final_notice true
refused POLICY_STEPS_OUT_OF_ORDER policy.steps[1]

when SetDunningPolicy
    policy.entity_id de
    policy.segment STANDARD
    policy.gap_days_min 5
    policy.steps[0].step 1
    policy.steps[0].trigger_days_past_due 3
    policy.steps[0].channel LETTER
    policy.steps[0].template reminder-1
    policy.steps[1].step 4
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
refused POLICY_STEPS_OUT_OF_ORDER policy.steps[1]

when SetDunningPolicy
    policy.entity_id de
    policy.segment STANDARD
    policy.gap_days_min 5
    policy.steps[0].step 1
    policy.steps[0].trigger_days_past_due 0
    policy.steps[0].channel LETTER
    policy.steps[0].template reminder-1
    policy.steps[1].step 2
    policy.steps[1].trigger_days_past_due 3
    policy.steps[1].channel LETTER
    policy.steps[1].template reminder-2
    policy.steps[1].final_notice true
refused POLICY_DAYS_OUT_OF_RANGE policy.steps[0].trigger_days_past_due

when SetDunningPolicy
    policy.entity_id de
    policy.segment STANDARD
    policy.gap_days_min 5
    policy.steps[0].step 1
    policy.steps[0].trigger_days_past_due 4000
    policy.steps[0].channel LETTER
    policy.steps[0].template reminder-1
    policy.steps[0].final_notice true
refused POLICY_DAYS_OUT_OF_RANGE policy.steps[0].trigger_days_past_due

when SetDunningPolicy
    policy.entity_id de
    policy.segment STANDARD
    policy.grace_days 5
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
refused POLICY_STEP_IN_GRACE policy.steps[0].trigger_days_past_due

when SetDunningPolicy
    policy.entity_id de
    policy.segment STANDARD
    policy.gap_days_min 366
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
refused POLICY_DAYS_OUT_OF_RANGE policy.gap_days_min

when SetDunningPolicy
    policy.entity_id de
    policy.segment standard
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
refused SEGMENT_MALFORMED policy.segment

when SetDunningPolicy
    policy.entity_id de
    policy.segment STANDARD
    policy.gap_days_min 5
    policy.steps[0].step 1
    policy.steps[0].trigger_days_past_due 3
    policy.steps[0].channel LETTER
    policy.steps[0].template reminder-1
    policy.steps[0].amount_min_minor -1
    policy.steps[0].final_notice true
refused POLICY_MINIMUM_NEGATIVE policy.steps[0].amount_min_minor

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
    policy.steps[0].final_notice true
refused POLICY_FINAL_NOT_LAST policy.steps[0].final_notice

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
    policy.version 7
refused POLICY_VERSION_DIFFERS policy.version

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
    policy.policy_id other
refused POLICY_ID_DIFFERS policy.policy_id

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
    policy.effective_date 1800-01-01
refused POLICY_DATE_OUT_OF_RANGE policy.effective_date

when SetDunningPolicy
    policy.entity_id de
    policy.segment STANDARD
    policy.gap_days_min 5
    policy.steps[0].step 1
    policy.steps[0].trigger_days_past_due 3
    policy.steps[0].template x
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
refused POLICY_TEXT_MALFORMED policy.steps[0].channel

when SetDunningPolicy
    policy.entity_id de
    policy.segment STANDARD
    policy.gap_days_min 5
    policy.steps[0].step 1
    policy.steps[0].trigger_days_past_due 3
    policy.steps[0].channel LETTER
    policy.steps[0].template reminder-1
    policy.steps[0].final_notice true
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
    policy.steps[0].final_notice true

when SetDunningPolicy
    policy.entity_id de
    policy.segment STANDARD
    policy.gap_days_min 5
    policy.steps[0].step 1
    policy.steps[0].trigger_days_past_due 3
    policy.steps[0].channel LETTER
    policy.steps[0].template reminder-1
    policy.steps[0].final_notice true
    policy.version 2
    policy.effective_date 2026-07-01
then DunningPolicySet dunning_policy/#1
    policy.policy_id #1
    policy.entity_id de
    policy.segment STANDARD
    policy.version 2
    policy.gap_days_min 5
    policy.steps[0].step 1
    policy.steps[0].trigger_days_past_due 3
    policy.steps[0].channel LETTER
    policy.steps[0].template reminder-1
    policy.steps[0].final_notice true
    policy.effective_date 2026-07-01
