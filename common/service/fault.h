/* SPDX-License-Identifier: Apache-2.0
 * Fault points: places where a test kills, stops or delays the process, named in one list and armed by the environment:
 * DUEBOOK_FAULT=name:kill@3 ends the process by SIGKILL at the third passing; name:stop@n by SIGSTOP; name:sleep@n waits
 * two seconds. Compiled only where DUEBOOK_FAULT_POINTS is defined. */
#pragma once

#define FAULT_POINTS(X)                                                                            \
    X(before_open, "a batch was taken, nothing is locked")                                         \
    X(after_commit_before_publish, "committed, not published, callers not answered")               \
    X(after_produce_before_read_back, "published, the cursor has not moved")                       \
    X(after_read_back, "read back, the cursor is not saved")                                       \
    X(in_rebalance, "inside the rebalance callback")                                               \
    X(in_job, "a job submitted a batch and has not read its result")

#ifdef DUEBOOK_FAULT_POINTS
void fault_point(const char *name);
#define FAULT_POINT(runtime, name) fault_point(name)
#else
#define FAULT_POINT(runtime, name) ((void)(runtime))
#endif
