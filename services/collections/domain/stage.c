/* SPDX-License-Identifier: Apache-2.0 */
#include "services/collections/domain/stage.h"

#include "common/base/text.h"

static const struct case_stage_transition transitions[] = {
    {STAGE_UNSPECIFIED, "ItemHeard", STAGE_CURRENT,
     "the account owes something for the first time"},
    {STAGE_CURRENT, "DelinquencyEntered", STAGE_GRACE,
     "a debt is open after its due date; dunning begins when the policy says so"},
    {STAGE_CURRENT, "DelinquencyEntered", STAGE_DUNNING,
     "a payment came back: the episode that it had cured goes on where it stood"},
    {STAGE_CURRENT, "DelinquencyEntered", STAGE_FINAL_NOTICE,
     "a payment came back after the final notice: it stands again"},
    {STAGE_GRACE, "DelinquencyEntered", STAGE_GRACE,
     "a payment came back: an earlier episode and this one are one"},
    {STAGE_GRACE, "DelinquencyEntered", STAGE_DUNNING,
     "a payment came back: the earlier episode had been dunned, so this one is"},
    {STAGE_GRACE, "DelinquencyEntered", STAGE_FINAL_NOTICE,
     "a payment came back: the earlier episode had its final notice"},
    {STAGE_DUNNING, "DelinquencyEntered", STAGE_DUNNING,
     "a payment came back: an earlier episode and this one are one, at the higher level"},
    {STAGE_DUNNING, "DelinquencyEntered", STAGE_FINAL_NOTICE,
     "a payment came back: the earlier episode had its final notice"},
    {STAGE_FINAL_NOTICE, "DelinquencyEntered", STAGE_FINAL_NOTICE,
     "a payment came back: an earlier episode and this one are one"},
    {STAGE_GRACE, "DunningStepTaken", STAGE_DUNNING, "a step of the policy fell due"},
    {STAGE_GRACE, "DunningStepTaken", STAGE_FINAL_NOTICE,
     "after downtime only the highest due step is taken, and it is the last"},
    {STAGE_DUNNING, "DunningStepTaken", STAGE_DUNNING,
     "the next step, or the same one for another item; levels never decrease in an episode"},
    {STAGE_DUNNING, "DunningStepTaken", STAGE_FINAL_NOTICE, "the last warning of the policy"},
    {STAGE_FINAL_NOTICE, "DunningStepTaken", STAGE_FINAL_NOTICE,
     "another item of the account joins the final notice"},
    {STAGE_GRACE, "DelinquencyCured", STAGE_CURRENT, "nothing is overdue any more"},
    {STAGE_DUNNING, "DelinquencyCured", STAGE_CURRENT, "nothing is overdue any more: level reset"},
    {STAGE_FINAL_NOTICE, "DelinquencyCured", STAGE_CURRENT,
     "nothing is overdue any more: level reset"},
};

const struct case_stage_transition *case_stage_transitions(size_t *count)
{
    *count = sizeof transitions / sizeof *transitions;
    return transitions;
}

const char *case_stage_name(Collections__Stage stage)
{
    static const char *const names[] = {"none", "CURRENT", "GRACE", "DUNNING", "FINAL_NOTICE"};
    return (unsigned)stage < sizeof names / sizeof *names ? names[stage] : "?";
}

bool case_stage_allows(Collections__Stage from, const char *event, Collections__Stage to)
{
    for (size_t i = 0; i < sizeof transitions / sizeof *transitions; i++)
        if (transitions[i].from == from && transitions[i].to == to &&
            text_equal(transitions[i].event, event))
            return true;
    return false;
}
