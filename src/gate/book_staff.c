/* Staff, who look. */
#include "gate/book.h"

#include "gate/book_inner.h"
#include "registry/staff.h"

static enum staff_role role_of(const struct value *v)
{
    static const char *const words[] = {
        [ROLE_SALES] = "sales",     [ROLE_MANAGER] = "manager",   [ROLE_COMPLIANCE] = "compliance",
        [ROLE_OFFICER] = "officer", [ROLE_APPROVER] = "approver", [ROLE_EXAMINER] = "examiner",
        [ROLE_AUDITOR] = "auditor", [ROLE_OPERATOR] = "operator",
    };
    for (int i = 0; i < ROLES; i++)
        if (value_is(v, words[i]))
            return (enum staff_role)i;
    return ROLE_UNKNOWN;
}

/* "SH20260017:2027-03-31" holds through that day, in the plan's time. 0: there is none. */
static when certificate_end(const struct rules *rules, struct str text)
{
    when day;
    size_t colon = text.n;
    while (colon > 0 && text.p[colon - 1] != ':')
        colon--;
    if (colon == 0 ||
        when_parse(str_skip(text, colon), rules_plan(rules)->utc_offset_minutes, &day, NULL) != OK)
        return 0;
    return day + WHEN_DAY;
}

void book_add_staff(struct build *b)
{
    const struct shelf *s = &b->shelves[SHELF_STAFF];
    b->book->staff = build_take(b, s->count, sizeof *b->book->staff);
    build_table(b, s->count, &b->book->staff_table);
    if (b->failed)
        return;
    size_t n = 0;
    for (const struct shelf_row *r = NULL; (r = shelf_next(s, r));) {
        struct staff *x = &b->book->staff[n];
        if (!str_copy(fact_text(&r->v[STAFF_ID]), x->id, sizeof x->id))
            continue;
        x->key = key_of(str_of(x->id));
        x->organisation = book_organisation_named(b->book, &r->v[STAFF_ORGANISATION]);
        x->role = role_of(&r->v[STAFF_ROLE]);
        x->active = value_is(&r->v[STAFF_STATUS], "active");
        x->certificate_until = certificate_end(b->rules, fact_text(&r->v[STAFF_CERTIFICATE]));
        table_put(&b->book->staff_table, x->key, n++);
    }
}

const struct staff *book_staff(const struct book *b, struct str id)
{
    uint64_t key = key_of(id);
    size_t at, i = key & b->staff_table.mask;
    while (table_get(&b->staff_table, key, &i, &at)) {
        if (str_eq(str_of(b->staff[at].id), id))
            return &b->staff[at];
    }
    return NULL;
}
