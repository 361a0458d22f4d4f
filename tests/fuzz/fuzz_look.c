/*
 * Any bytes as what stands beside a look's record: what is read lies within them and, written
 * again, is what it was read from. So too a look's record; and the openings of it.
 */
#include "gate/look_seal.h"

#include <stdlib.h>

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void same(struct buf *again, struct str input)
{
    must(!again->failed && again->n <= input.n && memcmp(again->p, input.p, again->n) == 0);
    buf_fini(again);
}

static bool within(struct str part, struct str whole)
{
    return part.p >= whole.p && part.n <= whole.n && (size_t)(part.p - whole.p) <= whole.n - part.n;
}

static void read_parts(struct str beside)
{
    struct str asker;
    struct cursor parts;
    struct look_part p;
    struct buf again;
    if (!look_parts_open(beside, &asker, &parts))
        return;
    must(within(asker, beside));
    buf_init(&again, beside.n);
    look_parts_begin(&again, asker);
    while (look_parts_next(&parts, &p)) {
        must(p.place < LOOK_PERSONS && within(p.sealed, beside));
        must(within(str_bytes(p.handle, LOOK_HANDLE), beside));
        look_parts_add(&again, &p);
    }
    same(&again, beside);
}

static void read_record(struct str body)
{
    static struct look_record r;
    struct buf again;
    if (look_record_decode(body, &r) != OK)
        return;
    must(r.persons <= LOOK_PERSONS && strlen(r.purpose) < PURPOSE_MAX);
    buf_init(&again, LOOK_BODY_MAX);
    look_record_encode(&r, &again);
    must(again.n == body.n);
    same(&again, body);
}

/* Of an opening there is more than one form (no items, in the version that has them): what is
 * written of it is read again as the same. */
static void read_opening(struct str plaintext)
{
    struct look_opening o, back;
    struct buf first, second;
    if (look_opening_decode(plaintext, &o) != OK)
        return;
    buf_init(&first, LOOK_OPENING_MAX);
    buf_init(&second, LOOK_OPENING_MAX);
    look_opening_encode(&o, &first);
    must(!first.failed && look_opening_decode(buf_view(&first), &back) == OK);
    look_opening_encode(&back, &second);
    must(second.n == first.n);
    same(&second, buf_view(&first));
    buf_fini(&first);
}

static void read_asker(struct str plaintext)
{
    struct look_asker a;
    struct look_verdict v;
    struct buf again;
    if (look_asker_decode(plaintext, &a, &v) != OK)
        return;
    buf_init(&again, LOOK_OPENING_MAX);
    look_asker_encode(&a, &v, &again);
    must(!again.failed && look_asker_decode(buf_view(&again), &a, &v) == OK);
    buf_fini(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str input = str_bytes(data, size);
    read_parts(input);
    read_record(input);
    read_opening(input);
    read_asker(input);
    return 0;
}
