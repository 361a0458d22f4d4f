/*
 * Any bytes as the body of POST and PATCH /v1/persons: a file that is read holds fields
 * of the rule pack only, none of them sealed; one that is not names at least one field, in
 * UTF-8 that can be answered.
 */
#include "core/utf8.h"
#include "http/member_body.h"
#include "tree_pack.h"

#include <stdlib.h>

static void check(const struct rules *rules, const struct member_body *b)
{
    must(b->count <= MEMBER_FIELDS && b->store.n < ID_MAX);
    must(b->pool.n == 0 || str_eq(b->pool, STR("store")) || str_eq(b->pool, STR("city")));
    for (size_t i = 0; i < b->count; i++) {
        enum category c;
        must(rules_field(rules, b->field[i].name, &c) && !rules_category(rules, c)->sealed);
        must(vault_check(rules, c, &b->field[i], NULL) == OK);
        for (size_t k = 0; k < i; k++)
            must(!str_eq(b->field[i].name, b->field[k].name));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct member_body b;
    json_t *body =
        json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    for (int new = 0; body != NULL &&new < 2; new ++) {
        struct ask_errors errors = {.count = 0};
        if (member_body_read(tree_pack(), body, new, &b, &errors)) {
            must(errors.count == 0 && (!new || b.number != 0));
            check(tree_pack(), &b);
        } else {
            must(errors.count > 0 && errors.count <= ASK_ERRORS);
        }
        for (size_t i = 0; i < errors.count; i++) {
            struct str pointer = str_of(errors.at[i].pointer), detail = str_of(errors.at[i].detail);
            must(pointer.n < sizeof errors.at[i].pointer && utf8_valid(pointer) == pointer.n);
            must(detail.n > 0 && utf8_valid(detail) == detail.n);
        }
    }
    json_decref(body);
    return 0;
}
