#include "http/dispatch_body.h"

void dispatch_body_matters(const json_t *body, struct dispatch_sending *s,
                           struct ask_errors *errors)
{
    const json_t *list = json_object_get(body, "matters"), *one;
    size_t i;
    if (json_array_size(list) == 0 || json_array_size(list) > MATTERS) {
        ask_error(errors, "matters", "wrong-type", "expected a list of one to %d matters", MATTERS);
        return;
    }
    json_array_foreach(list, i, one)
    {
        const char *word = json_string_value(one);
        const unsigned bit = word != NULL ? matters_of(str_of(word)) : 0;
        if (bit == 0)
            ask_error(errors, "matters", "unknown-value",
                      "expected crime personal-information telecom sector consumer");
        s->matters |= bit;
    }
}

void dispatch_body_to(const json_t *body, struct dispatch_sending *s, struct ask_errors *errors)
{
    const json_t *list = json_object_get(body, "to"), *one;
    size_t i;
    if (list == NULL)
        return;
    if (!json_is_array(list) || json_array_size(list) == 0 || json_array_size(list) > RECIPIENTS) {
        ask_error(errors, "to", "wrong-type", "expected a list of one to %d departments",
                  RECIPIENTS);
        return;
    }
    json_array_foreach(list, i, one)
    {
        if (!ask_object(one, "department organisation", errors))
            return;
        s->to[s->to_count++] = (struct dispatch_to){
            .department = ask_text(one, "department", 40, true, errors),
            .organisation = ask_text(one, "organisation", ID_BYTES, false, errors)};
    }
}
