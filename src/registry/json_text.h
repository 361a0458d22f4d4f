/*
 * json_text: texts of JSON as views, which live as long as the JSON.
 */
#pragma once
#include "core/str.h"

#include <jansson.h>

/* Of a value that is a text; empty of any other, and of NULL. */
static inline struct str json_text(const json_t *value)
{
    return json_is_string(value) ? str_bytes(json_string_value(value), json_string_length(value))
                                 : STR("");
}

/* The same of an object's member. */
static inline struct str json_text_of(const json_t *object, const char *name)
{
    return json_text(json_object_get(object, name));
}
