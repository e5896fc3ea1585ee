/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/error.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
    enum error_class class;
    const char *code, *text;
} errors[] = {
#define X(name, class, code, text) {CLASS_##class, code, text},
    ERRORS(X)
#undef X
};

enum error_class error_class(enum error error)
{
    return errors[error].class;
}

const char *error_class_name(enum error_class class)
{
    static const char *const names[] = {
#define X(name) #name,
        ERROR_CLASSES(X)
#undef X
    };
    return names[class];
}

const char *error_code(enum error error)
{
    return errors[error].code;
}

const char *error_text(enum error error)
{
    return errors[error].text;
}

enum error problem_set(struct problem *problem, enum error error, const char *field, const char *rule,
                       const char *format, ...)
{
    if (!problem)
        return error;
    problem->error = error;
    snprintf(problem->field, sizeof problem->field, "%s", field ? field : "");
    snprintf(problem->rule, sizeof problem->rule, "%s", rule ? rule : "");
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(problem->detail, sizeof problem->detail, format, arguments);
    va_end(arguments);
    return error;
}
