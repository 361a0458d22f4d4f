#include "cli/demo_desk.h"

#include "cli/demo_inner.h"
#include "desk/calendar.h"
#include "registry/json_text.h"

#include <stdio.h>
#include <string.h>

/* The longest deadline of the histories that runs, in days at work; they end in the days before. */
enum { DAYS_AHEAD = 60, WEEKS_BACK = 200, DAYS_MOST = 4000 };

struct teller {
    struct demo_telling t;
    struct subject who;
    json_t *names; /* of what was made: its ids */
    const char *file;
    unsigned line;
};

/* -- Times and names ------------------------------------------------------------------ */

static enum err wrong(const struct teller *x, struct problem *problem, const char *what,
                      const char *about)
{
    char text[sizeof problem->text];
    snprintf(text, sizeof text, "%s%s%s", what, *about != '\0' ? ": " : "", about);
    return problem_set(problem, ERR_INVALID, "the demo city, %s:%u: %s", x->file, x->line, text);
}

/* "-24 10:00", "+5" (at ten), "-3h". */
static bool read_time(const struct demo_telling *t, struct str text, when *out)
{
    const bool ago = str_starts(text, STR("-")), hours = text.n > 0 && text.p[text.n - 1] == 'h';
    const int offset = rules_offset_minutes(t->w.rules);
    unsigned long long amount, hour = 10, minute = 0;
    struct str clock, word;
    if (!ago && !str_starts(text, STR("+")))
        return false;
    clock = str_bytes(text.p + 1, text.n - 1 - hours);
    if (!str_split(&clock, ' ', &word) || !str_to_u64(word, DAYS_MOST, &amount))
        return false;
    if (clock.n > 0 && (!str_split(&clock, ':', &word) || !str_to_u64(word, 23, &hour) ||
                        !str_to_u64(clock, 59, &minute)))
        return false;
    const int64_t n = ago ? -(int64_t)amount : (int64_t)amount;
    *out = hours ? t->now + n * WHEN_HOUR
                 : (when_day(t->now, offset) + n) * WHEN_DAY - offset * WHEN_MINUTE +
                       (when)hour * WHEN_HOUR + (when)minute * WHEN_MINUTE;
    return true;
}

static json_t *resolve(const struct teller *x, json_t *value);

/* "$a1" and "@+5" are what they stand for; NULL: nothing of that name, or no time. */
static json_t *resolve_text(const struct teller *x, json_t *value)
{
    const char *text = json_string_value(value);
    char formatted[WHEN_TEXT];
    when at;
    if (*text == '$')
        return json_incref(json_object_get(x->names, text + 1));
    if (*text != '@')
        return json_incref(value);
    if (!read_time(&x->t, str_of(text + 1), &at))
        return NULL;
    when_format(at, rules_offset_minutes(x->t.w.rules), formatted);
    return json_string(formatted);
}

static json_t *resolve_list(const struct teller *x, json_t *list)
{
    json_t *out = json_array(), *one;
    size_t i;
    json_array_foreach(list, i, one)
    {
        if (json_array_append_new(out, resolve(x, one)) != 0) {
            json_decref(out);
            return NULL;
        }
    }
    return out;
}

static json_t *resolve_object(const struct teller *x, json_t *object)
{
    json_t *out = json_object(), *one;
    const char *key;
    json_object_foreach(object, key, one)
    {
        if (json_object_set_new(out, key, resolve(x, one)) != 0) {
            json_decref(out);
            return NULL;
        }
    }
    return out;
}

static json_t *resolve(const struct teller *x, json_t *value)
{
    return json_is_string(value)   ? resolve_text(x, value)
           : json_is_array(value)  ? resolve_list(x, value)
           : json_is_object(value) ? resolve_object(x, value)
                                   : json_incref(value);
}

/* -- What verbs share ----------------------------------------------------------------- */

enum err demo_step(struct demo_telling *t, desk_step *step, void *what, struct problem *problem)
{
    return t->errors.count == 0 ? desk_do(&t->w, step, what, &t->no, &t->seq, problem) : OK;
}

struct str demo_list(struct demo_telling *t, const char *name, struct buf *out)
{
    const json_t *one;
    size_t i;
    json_array_foreach(json_object_get(t->body, name), i, one)
        buf_printf(out, "%s%s", i > 0 ? ";" : "", json_string_value(one));
    return buf_view(out);
}

/* -- Telling ---------------------------------------------------------------------------- */

static demo_verb *verb_of(struct str word)
{
    const struct demo_verb_name *const tables[] = {demo_verbs_cases, demo_verbs_lines};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const struct demo_verb_name *v = tables[i]; v->name != NULL; v++)
            if (str_eq(str_of(v->name), word))
                return v->run;
    return NULL;
}

static enum err refused(const struct teller *x, struct problem *problem)
{
    const struct demo_telling *t = &x->t;
    if (t->errors.count > 0)
        return wrong(x, problem, t->errors.at[0].pointer, t->errors.at[0].detail);
    if (t->no.why != DESK_YES)
        return wrong(x, problem, t->no.reason != NULL ? t->no.reason : t->no.code, t->no.detail);
    return OK;
}

static enum err tell(struct teller *x, const json_t *act, int64_t *seq, struct problem *problem)
{
    struct demo_telling *t = &x->t;
    const struct str word = json_text_of(act, "do");
    const char *as = json_string_value(json_object_get(act, "as"));
    demo_verb *run = verb_of(word);
    if (run == NULL || !read_time(t, json_text_of(act, "at"), &t->w.at) || t->w.at > t->now)
        return wrong(x, problem, "no verb, or no time before now", "");
    t->of = json_text_of(act, "of");
    t->body = json_object_get(act, "body");
    t->no = (struct desk_no){.why = DESK_YES};
    t->errors.count = 0;
    t->id[0] = '\0';
    t->seq = 0;
    enum err e = subject_find(t->w.store, json_text_of(act, "who"), &x->who, problem);
    if (e == OK)
        e = run(t, problem);
    if (e == OK)
        e = refused(x, problem);
    else
        return wrong(x, problem, problem->text, "");
    if (e == OK && as != NULL && json_object_set_new(x->names, as, json_string(t->id)) != 0)
        e = problem_set(problem, ERR_MEMORY, "out of memory");
    if (t->seq != 0)
        *seq = t->seq;
    return e;
}

static enum err tell_line(struct teller *x, struct str line, int64_t *seq, struct problem *problem)
{
    json_error_t error;
    json_t *raw = json_loadb(line.p, line.n, JSON_REJECT_DUPLICATES, &error);
    if (raw == NULL)
        return wrong(x, problem, "no JSON", error.text);
    json_t *act = resolve(x, raw);
    json_decref(raw);
    if (act == NULL)
        return wrong(x, problem, "a name that nothing has, or no time", "");
    enum err e = tell(x, act, seq, problem);
    json_decref(act);
    return e;
}

static enum err tell_file(struct teller *x, const struct demo_tale *h, int64_t *seq,
                          struct problem *problem)
{
    struct str rest = str_of(h->text), line;
    enum err e = OK;
    x->file = h->name;
    x->line = 0;
    while (e == OK && str_split(&rest, '\n', &line)) {
        x->line++;
        if (line.n > 0)
            e = tell_line(x, line, seq, problem);
    }
    return e;
}

/*
 * The day that the histories lead up to: that of moving in, or, since a deadline that runs past
 * the calendar is refused, the last one from which they all can be counted. False: none is.
 */
static bool find_day(const struct rules *rules, when now, when *out)
{
    struct problem problem;
    when due;
    for (int weeks = 0; weeks < WEEKS_BACK; weeks++) {
        *out = now - weeks * 7 * WHEN_DAY;
        if (calendar_end(rules, *out, DAYS_AHEAD, CLOCK_WORKING_DAYS, &due, &problem) == OK)
            return true;
    }
    return false;
}

enum err demo_tell(const struct demo_introducing *with, const struct account_key *key, int64_t *seq,
                   struct problem *problem)
{
    struct teller x = {.t = {.gate = with->gate,
                             .w = {.store = with->store,
                                   .key = key,
                                   .rules = gate_rules(with->gate),
                                   .node = str_of(gate_node(with->gate))}},
                       .names = json_object()};
    enum err e = x.names != NULL ? OK : problem_set(problem, ERR_MEMORY, "out of memory");
    x.t.w.who = &x.who;
    if (e == OK && find_day(x.t.w.rules, with->now, &x.t.now)) /* a pack without calendars: none */
        for (const struct demo_tale *h = demo_tales; e == OK && h->name != NULL; h++)
            e = tell_file(&x, h, seq, problem);
    json_decref(x.names);
    return e;
}
