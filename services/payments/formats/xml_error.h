/* SPDX-License-Identifier: Apache-2.0
 * XML error: the parser's error numbers in our words. Its own messages may repeat what stands in
 * the file, which is personal data; ours never do. */
#pragma once
#include "common/base/error.h"

/* ERR_MALFORMED or ERR_TOO_LARGE, and the sentence for it. */
enum error xml_error_explain(int parser_code, const char **why);
