#include "person/followup.h"

#include "core/buf.h"
#include "person/freeze.h"

#include <sodium.h>
#include <stdio.h>

enum { LABEL = 16 + FRESH_ID };

static bool refuses(const struct followup *f)
{
    return str_eq(f->outcome, STR("refuses-contact"));
}

static bool is_note(const struct followup *f)
{
    return str_eq(f->kind, STR("note"));
}

bool followup_is_substantive(const struct followup *f)
{
    return !is_note(f) &&
           (str_eq(f->outcome, STR("reached")) || str_eq(f->outcome, STR("appointment")) ||
            str_eq(f->outcome, STR("introduced")));
}

static struct str label_of(struct str id, char out[static LABEL])
{
    snprintf(out, LABEL, "followup/%.*s", STR_ARG(id));
    return str_of(out);
}

/* Writing ----------------------------------------------------------------------------------- */

static enum err seal_note(const struct pool_work *w, struct str person, struct str id,
                          struct str note, struct buf *out, struct problem *problem)
{
    char label[LABEL];
    enum err e = unwrap_seal(w->keys, person, KEY_PROFILE, label_of(id, label), note, out);
    return e == OK ? OK
                   : problem_set(problem, e,
                                 "a note cannot be sealed (%s); restore DATA/keys and "
                                 "the database of the same day",
                                 err_name(e));
}

enum err followup_put(const struct pool_work *w, struct str person, const struct followup *f,
                      char id[static FRESH_ID], struct problem *problem)
{
    uint8_t sealed[FOLLOWUP_NOTE + UNWRAP_OVERHEAD];
    struct buf note;
    fresh_id("fol", id);
    buf_fixed(&note, sealed, sizeof sealed);
    enum err e = f->note.n > 0 ? seal_note(w, person, str_of(id), f->note, &note, problem) : OK;
    const struct value v[] = {value_text(str_of(id)),
                              value_text(person),
                              value_int(w->at),
                              value_text(w->staff),
                              value_text(f->kind),
                              value_text(f->outcome),
                              f->next_at != 0 ? value_int(f->next_at) : value_null(),
                              note.n > 0 ? value_bytes(note.p, note.n) : value_null()};
    return e == OK ? store_run(w->store,
                               "INSERT INTO followups (\"id\", \"person\", \"at\", \"staff\", "
                               "\"kind\", \"outcome\", \"next_at\", \"note\") "
                               "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                               v, 8, NULL, NULL, problem)
                   : e;
}

struct adding {
    struct str person;
    const struct followup *f;
    char id[FRESH_ID];
};

static enum pool_no may_add(const struct pool_work *w, const struct pool_staff *who,
                            const struct value *row, const struct followup *f)
{
    const bool owner = str_eq(fact_text(&row[MEMBER_OWNER]), w->staff);
    const bool watches = who->position == POSITION_MANAGER || who->position == POSITION_COMPLIANCE;
    const bool always = refuses(f) || (is_note(f) && f->next_at == 0);
    if (!owner && !(watches && always))
        return POOL_NOT_OWNER;
    const bool frozen =
        row[MEMBER_FROZEN_UNTIL].type == VALUE_INT && w->at < row[MEMBER_FROZEN_UNTIL].i;
    return frozen && !always ? POOL_FROZEN : POOL_YES;
}

static enum err mark_followed(const struct pool_work *w, const struct value *row,
                              struct problem *problem)
{
    const struct value v[] = {row[MEMBER_ID], value_int(w->at), value_text(w->staff)};
    return store_run(w->store,
                     "UPDATE members SET \"followed_at\" = $2, \"version\" = \"version\" + 1 "
                     "WHERE \"id\" = $1 AND \"owner\" = $3",
                     v, 3, NULL, NULL, problem);
}

static enum err add(const struct pool_work *w, void *what, struct pool_answer *out,
                    struct problem *problem)
{
    struct adding *a = what;
    struct pool_staff who;
    struct fact_row member;
    bool there = false;
    enum err e = pool_staff_read(w, w->staff, &who, problem);
    if (e == OK)
        e = pool_member_read(w, a->person, who.organisation, &member, &there, problem);
    if (e != OK || !there)
        return e;
    out->no = may_add(w, &who, member.v, a->f);
    if (out->no != POOL_YES)
        return OK;
    e = followup_put(w, a->person, a->f, a->id, problem);
    if (e == OK && refuses(a->f))
        e = freeze_put(w, member.v, problem);
    else if (e == OK && followup_is_substantive(a->f))
        e = mark_followed(w, member.v, problem);
    return e == OK ? pool_note(w, a->person, NULL, out, problem) : e;
}

enum err followup_add(const struct pool_work *w, struct str person, const struct followup *f,
                      char id[static FRESH_ID], struct pool_answer *out, struct problem *problem)
{
    struct adding a = {.person = person, .f = f};
    enum err e = pool_transaction(w, add, &a, out, problem);
    memcpy(id, a.id, sizeof a.id);
    return e;
}

/* Reading ----------------------------------------------------------------------------------- */

struct reading {
    const struct pool_work *w;
    struct str person;
    followup_each *each;
    void *to;
};

enum { ROW_ID, ROW_AT, ROW_STAFF, ROW_KIND, ROW_OUTCOME, ROW_NEXT_AT, ROW_NOTE };

static bool hand_on(void *to, const struct value *c, size_t count)
{
    const struct reading *r = to;
    char text[FOLLOWUP_NOTE], label[LABEL];
    struct buf note;
    (void)count;
    buf_fixed(&note, text, sizeof text);
    if (r->w->keys != NULL && c[ROW_NOTE].type == VALUE_BYTES &&
        unwrap_text(r->w->keys, r->person, KEY_PROFILE, label_of(c[ROW_ID].s, label), c[ROW_NOTE].s,
                    &note) != OK)
        buf_reset(&note);
    const struct followup f = {
        .id = c[ROW_ID].s,
        .at = c[ROW_AT].i,
        .staff = c[ROW_STAFF].s,
        .kind = c[ROW_KIND].s,
        .outcome = c[ROW_OUTCOME].s,
        .next_at = c[ROW_NEXT_AT].type == VALUE_INT ? c[ROW_NEXT_AT].i : 0,
        .note = buf_view(&note),
    };
    const bool more = r->each(r->to, &f);
    sodium_memzero(text, sizeof text);
    return more;
}

enum err followup_read(const struct pool_work *w, struct str person, followup_each *each, void *to,
                       struct problem *problem)
{
    struct reading r = {.w = w, .person = person, .each = each, .to = to};
    const struct value v[] = {value_text(person), value_int(FOLLOWUPS)};
    return store_run(w->store,
                     "SELECT \"id\", \"at\", \"staff\", \"kind\", \"outcome\", \"next_at\", "
                     "\"note\" FROM followups WHERE \"person\" = $1 ORDER BY \"at\" DESC, \"id\" "
                     "DESC LIMIT $2",
                     v, 2, hand_on, &r, problem);
}
