/*
 * member_body: a member's file in JSON, as POST and PATCH of /v1/persons take it.
 *
 *     {"number": "138 0013 8000", "name": "…", "store": "org_…", "pool": "city",
 *      "profile": {"basic": {"birth_year": 1990, …}, "education": {…}}}
 *
 * A field that is null or empty is taken away; what is not named stays. No error
 * repeats a value. Pure; any thread.
 */
#pragma once
#include "http/ask.h"
#include "person/vault.h"

enum { MEMBER_FIELDS = 64, MEMBER_INTEGERS = MEMBER_FIELDS * 24 };

struct member_body {
    number number; /* 0: a file that is there, whose number stands */
    bool has_store, has_pool;
    struct str store, pool; /* empty: none */
    struct vault_field field[MEMBER_FIELDS];
    size_t count;
    char integers[MEMBER_INTEGERS]; /* texts of whole numbers */
    size_t integers_used;
};

/*
 * Views into `json`, which must outlive it. `new`: number and name are required, as of
 * a member who is not there yet. False with at least one error.
 */
bool member_body_read(const struct rules *, const json_t *json, bool new, struct member_body *out,
                      struct ask_errors *errors);
