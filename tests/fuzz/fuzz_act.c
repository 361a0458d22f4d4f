/*
 * Any bytes as the body of an act of a case, of each kind, and of what opens one. What is read
 * without an error holds words and texts within their bounds, is sent again as it came and then
 * read as the same; what is not names a field in UTF-8.
 */
#include "core/utf8.h"
#include "desk/case_terms.h"
#include "http/case_body.h"

#include <stdlib.h>

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_errors(const struct ask_errors *errors)
{
    must(errors->count <= ASK_ERRORS);
    for (size_t i = 0; i < errors->count; i++) {
        const struct str pointer = str_of(errors->at[i].pointer),
                         detail = str_of(errors->at[i].detail);
        must(utf8_valid(pointer) == pointer.n && detail.n > 0 && utf8_valid(detail) == detail.n);
    }
}

static void check_said(const json_t *said)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)said, key, value)
    {
        must(json_is_string(value) ? json_string_length(value) <= CASE_TEXT
                                   : json_array_size(value) <= ACT_ITEMS_MAX);
    }
}

/* Of what cannot be true no words are taken. */
static void check_act(const struct act *a)
{
    must(a->officers <= ACT_OFFICERS_MAX && a->items <= ACT_ITEMS_MAX && a->item <= ACT_ITEMS_MAX);
    must(a->fen >= 0 && a->count >= 0);
    must(act_body(a) < ACT_NOS);
}

static void check_kind(const json_t *body, enum act_kind kind)
{
    struct ask_errors errors = {.count = 0}, none = {.count = 0};
    json_t *terms, *said, *terms_again, *said_again;
    struct act a;
    must(case_body_read(body, kind, &terms, &said, &errors));
    check_errors(&errors);
    if (errors.count == 0) {
        check_said(said);
        case_terms_read(kind, terms, said, &a);
        check_act(&a);
        json_t *sent = case_body_json(terms, said);
        must(case_body_read(sent, kind, &terms_again, &said_again, &none));
        must(none.count == 0 && json_equal(said, said_again) && json_equal(terms, terms_again));
        json_decref(terms_again);
        json_decref(said_again);
        json_decref(sent);
    }
    json_decref(terms);
    json_decref(said);
}

static void check_opening(const json_t *body)
{
    struct ask_errors errors = {.count = 0};
    struct case_opening opening;
    json_t *said;
    case_opening_read(body, &opening, &said, &errors);
    check_errors(&errors);
    must(errors.count > 0 || json_array_size(opening.complaints) <= CASE_COMPLAINTS);
    json_decref(said);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *body = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
    if (body == NULL)
        return 0;
    if (json_is_object(body))
        for (enum act_kind k = ACT_ACCEPT; k < ACT_UNKNOWN; k++)
            check_kind(body, k);
    check_opening(body);
    json_decref(body);
    return 0;
}
