/*
 * What an opening opens, shown to whom it names: a look like any other, on record before
 * it is answered. Whoever it does not name learns nothing of it, not that it is there.
 *
 * The people whom a member viewed are persons with consents of their own (docs/rules.md,
 * rule 5): of her history only those entries are shown whose people all permit it.
 */
#include "gate/look_ask.h"
#include "http/look.h"
#include "http/route.h"
#include "http/work.h"
#include "person/opening.h"

#include <stdlib.h>
#include <string.h>

enum { SEEN_MAX = 1000 };

/* The people of a history -------------------------------------------------------------------- */

struct people_seen {
    struct str id[SEEN_MAX];
    bool permits[SEEN_MAX];
    size_t count;
};

static bool in_id(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

/* The next id in `text`, which moves behind it. False: none. */
static bool next_id(struct str *text, struct str *out)
{
    for (size_t i = 0; i + 4 < text->n; i++) {
        if (memcmp(text->p + i, "per_", 4) != 0 || (i > 0 && in_id(text->p[i - 1])))
            continue;
        size_t n = 4;
        while (i + n < text->n && in_id(text->p[i + n]))
            n++;
        *out = (struct str){text->p + i, n};
        *text = str_skip(*text, i + n);
        return true;
    }
    return false;
}

static size_t place_of(const struct people_seen *s, struct str id)
{
    size_t i = 0;
    while (i < s->count && !str_eq(s->id[i], id))
        i++;
    return i;
}

static void note_people(struct str text, struct people_seen *s)
{
    struct str id;
    while (s->count < SEEN_MAX && next_id(&text, &id))
        if (place_of(s, id) == s->count)
            s->id[s->count++] = id;
}

/* What each of them lets the looker see. */
static enum err ask_people(const struct hands *h, const struct look_question *about,
                           struct people_seen *s)
{
    struct look_result *result = malloc(sizeof *result);
    enum err e = result != NULL ? OK : ERR_MEMORY;
    for (size_t from = 0; from < s->count && e == OK; from += LOOK_PERSONS) {
        struct look_question q = *about;
        q.persons = &s->id[from];
        q.count = s->count - from < LOOK_PERSONS ? s->count - from : LOOK_PERSONS;
        gate_look_wait(h->gate, &q, result);
        e = result->record_error;
        for (size_t i = 0; i < q.count && e == OK; i++)
            s->permits[from + i] = look_opens(&result->verdict[i]);
    }
    free(result);
    return e;
}

/* An entry names people, and all of them permit it. */
static bool may_show(struct str entry, const struct people_seen *s)
{
    struct str id;
    size_t named = 0;
    for (; next_id(&entry, &id); named++) {
        const size_t i = place_of(s, id);
        if (i == s->count || !s->permits[i])
            return false;
    }
    return named > 0;
}

static json_t *permitted(struct str text, const struct people_seen *s)
{
    json_t *list = json_array();
    struct str line, entry;
    while (text.n > 0 && str_split(&text, '\n', &line))
        while (line.n > 0 && str_split(&line, ';', &entry))
            if (may_show(entry, s))
                json_array_append_new(list, json_stringn(entry.p, entry.n));
    return list;
}

static enum err show_history(const struct hands *h, const struct look_question *q,
                             const struct vault_object *o, json_t *out)
{
    struct look_question about = *q;
    struct people_seen *s = calloc(1, sizeof *s);
    if (s == NULL)
        return ERR_MEMORY;
    if (str_eq(q->purpose, STR(OPENING_PURPOSE_APPROVAL)))
        about.purpose = STR("matchmaking.introduce"); /* what they agreed to be shown for */
    about.what = 1 << CATEGORY_BASIC;
    about.surface = SURFACE_FEED;
    about.third_party = true;
    for (size_t i = 0; i < o->count; i++)
        note_people(o->field[i].value, s);
    enum err e = ask_people(h, &about, s);
    for (size_t i = 0; i < o->count && e == OK; i++)
        json_object_setn_new(out, o->field[i].name.p, o->field[i].name.n,
                             permitted(o->field[i].value, s));
    free(s);
    return e;
}

/* The look ------------------------------------------------------------------------------------- */

static enum err show(const struct hands *h, const struct look_question *q,
                     const struct look_verdict *v, json_t *shown, struct problem *problem)
{
    const struct vault vault = work_vault(h);
    for (int c = 0; c < CATEGORIES; c++) {
        struct vault_object o;
        if (v->answer[c] != LOOK_SHOW)
            continue;
        enum err e = vault_get_sealed(&vault, q->persons[0], (enum category)c, q->at, &o, problem);
        if (e == ERR_DENIED) /* nothing is kept, or it came in later */
            continue;
        if (e != OK)
            return e;
        json_t *out = json_object();
        if (c == CATEGORY_HISTORY)
            e = show_history(h, q, &o, out);
        else
            for (size_t i = 0; i < o.count; i++)
                json_object_setn_new(out, o.field[i].name.p, o.field[i].name.n,
                                     json_stringn(o.field[i].value.p, o.field[i].value.n));
        vault_forget(&o);
        json_object_set_new(shown, category_word((enum category)c), out);
        if (e != OK)
            return problem_set(problem, e, "the people of a history could not be asked about (%s)",
                               err_name(e));
    }
    return OK;
}

/* How much there is, for the record: not what. Unknown: nothing is kept, or not by numbers. */
static void count_items(const struct hands *h, struct look_question *q)
{
    const struct vault vault = work_vault(h);
    for (int c = 0; c < CATEGORIES; c++) {
        struct buf sealed;
        if ((q->what >> c & 1) == 0)
            continue;
        buf_init(&sealed, UNWRAP_MAX);
        if (vault_sealed(&vault, q->persons[0], (enum category)c, &sealed, NULL) == OK)
            q->items[c] = seal_items(buf_view(&sealed));
        buf_fini(&sealed);
    }
}

static void answer(struct request *r, const struct hands *h, const struct look_question *q,
                   const struct look_result *result)
{
    struct problem problem = {.text = ""};
    char record[RECORD_ID];
    json_t *shown = json_object();
    enum err e = show(h, q, &result->verdict[0], shown, &problem);
    if (e != OK) {
        json_decref(shown);
        outcome_failed(r, e, &problem);
        return;
    }
    ledger_record_id(gate_ledger(h->gate), result->record, record);
    outcome_json(r, 200,
                 json_pack("{s:s#, s:s#, s:s, s:o}", "opening", r->param.p, (int)r->param.n,
                           "person", q->persons[0].p, (int)q->persons[0].n, "record", record,
                           "shown", shown));
}

void api_opened(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    struct fact_row row;
    enum err e = opening_find(h->store, r->param, &row, &problem);
    if (e != OK && e != ERR_NOT_FOUND) {
        outcome_failed(r, e, &problem);
        return;
    }
    const struct str person = e == OK ? fact_text(&row.v[OPENING_PERSON]) : STR("per_");
    struct look_question q = look_question_of(r, SURFACE_DETAIL, 0);
    q.what = (categories)(CATEGORIES_ALL & ~look_categories(gate_rules(h->gate), STR("")));
    if (e == OK)
        q.what &= categories_of(fact_text(&row.v[OPENING_CATEGORIES]), ';');
    q.persons = &person;
    q.count = 1;
    if (e == OK)
        count_items(h, &q);
    struct look_result *result = malloc(sizeof *result);
    if (result == NULL) {
        outcome_failed(r, ERR_MEMORY, &problem);
        return;
    }
    gate_look_wait(h->gate, &q, result);
    if (result->record_error != OK) {
        problem_set(&problem, result->record_error, "a look has no record");
        outcome_failed(r, result->record_error, &problem);
    } else if (look_opens(&result->verdict[0])) {
        answer(r, h, &q, result);
    } else {
        outcome_problem(r, 404, "not-found", "nothing of that id is here for you");
    }
    free(result);
}
