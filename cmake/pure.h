/* SPDX-License-Identifier: Apache-2.0
 * Forced into every domain room: what a pure decision may not name. Paths alone do not keep <time.h> out, because
 * /usr/include is always searched. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <setjmp.h>
#include <protobuf-c/protobuf-c.h>
#include "common/base/arena.h"
#include "common/base/decision.h"
#include "common/base/error.h"
#pragma GCC poison time clock_gettime gettimeofday localtime gmtime rand random getenv malloc calloc realloc free
#pragma GCC poison printf fprintf fopen fputs puts float double
#pragma GCC poison protobuf_c_message_pack protobuf_c_message_unpack arena_pack arena_unpack
