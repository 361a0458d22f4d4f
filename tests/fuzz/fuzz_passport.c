/*
 * Any bytes as an Identity header's value, and those behind a zero byte as a
 * TNAuthList: read, never believed without its numbers, its minute and a signature.
 */
#include "sip/passport.h"

#include <stdlib.h>

static const struct number_block blocks[] = {
    {.prefix = "13", .min_len = 11, .max_len = 11, .class = NUMBER_MOBILE},
    {.prefix = "110", .min_len = 3, .max_len = 3, .class = NUMBER_EMERGENCY},
};
static const struct number_plan plan = {.country = "86",
                                        .trunk = "0",
                                        .idd = "00",
                                        .blocks = blocks,
                                        .block_count = 2,
                                        .utc_offset_minutes = 480};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void must(bool held)
{
    if (!held)
        abort();
}

static void within(struct str part, struct str whole)
{
    must(part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct str whole = {.p = (const char *)bytes, .n = n}, value;
    struct passport_request r = {
        .callers = {8613800138000}, .callee = 8613900139000, .now = 1763740800 * WHEN_SECOND};
    struct passport p;
    struct str rest = whole;
    str_split(&rest, '\0', &value);
    if (rest.p != NULL)
        must(tn_list_covers(rest, STR("110")) <= TN_COVERED);
    enum passport_result result = passport_header(value, &r.token, &r.url);
    must(result <= PASSPORT_UNSUPPORTED);
    if (result != PASSPORT_VERIFIED)
        return 0;
    within(r.token, whole);
    within(r.url, whole);
    r.date = value;
    passport_read(&plan, &r, &p);
    r.date = (struct str){0};
    if (passport_read(&plan, &r, &p) == PASSPORT_VERIFIED) {
        must(p.caller == r.callers[0]);
        must(!jws_verify(&p.jws, NULL));
    }
    return 0;
}
