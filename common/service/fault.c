/* SPDX-License-Identifier: Apache-2.0 */
#include "common/service/fault.h"

#ifdef DUEBOOK_FAULT_POINTS
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const names[] = {
#define X(name, why) #name,
    FAULT_POINTS(X)
#undef X
};
enum { N_NAMES = sizeof names / sizeof *names };

void fault_point(const char *name)
{
    static atomic_int passed[N_NAMES];
    const char *armed = getenv("DUEBOOK_FAULT");
    size_t length = strlen(name);
    if (!armed || strncmp(armed, name, length) || armed[length] != ':')
        return;
    char act[16] = "";
    int at = 1;
    if (sscanf(armed + length + 1, "%15[a-z]@%d", act, &at) < 1)
        return;
    for (int i = 0; i < N_NAMES; i++)
        if (!strcmp(names[i], name) && atomic_fetch_add(&passed[i], 1) + 1 != at)
            return;
    if (!strcmp(act, "kill"))
        kill(getpid(), SIGKILL);
    else if (!strcmp(act, "stop"))
        kill(getpid(), SIGSTOP);
    else if (!strcmp(act, "sleep"))
        sleep(2);
}
#else
/* Nothing to do without fault points; a translation unit must not be empty. */
typedef int fault_points_are_compiled_out;
#endif
