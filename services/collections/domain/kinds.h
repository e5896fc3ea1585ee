/* SPDX-License-Identifier: Apache-2.0
 * Kinds: the streams of collections, by the codes that stand in its tables. A code is never used
 * for another kind. */
#pragma once

enum collections_kind {
    KIND_CASE = 1,           /* id and key: the account's */
    KIND_DUNNING_POLICY = 2, /* id and key: from legal entity and segment */
};

/* Whose policy holds for accounts of a segment that has none (COL-3). */
#define SEGMENT_STANDARD "STANDARD"
