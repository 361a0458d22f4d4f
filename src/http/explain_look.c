#include "http/explain_look.h"

#include "http/fact_json.h"

static void set(json_t *object, const char *key, json_t *value)
{
    /* Out of memory leaves a key out; the object is still true. */
    if (json_object_set_new(object, key, value) != 0)
        return;
}

static void set_text(json_t *object, const char *key, const char *text)
{
    if (*text != '\0')
        set(object, key, json_string(text));
}

static void set_asker(const struct look_asker *a, json_t *object)
{
    set_text(object, "looker", a->looker);
    set_text(object, "organisation", a->organisation);
    set_text(object, "task", a->task);
    set_text(object, "through", a->host);
}

enum err explain_look(struct gate *gate, uint64_t index, enum ask_view view, json_t *object,
                      struct look_asker *asker, struct problem *problem)
{
    const struct rules *rules = gate_rules(gate);
    struct look_record r;
    struct look_verdict verdict;
    bool opened;
    enum err e = gate_explain_look(gate, index, &r, asker, &verdict, &opened);
    if (e != OK)
        return problem_set(problem, e, "the record cannot be opened: %s", err_name(e));
    set(object, "asked", fact_json_when(rules, r.asked));
    set_text(object, "purpose", r.purpose);
    set(object, "surface", json_string(look_surface(r.surface)));
    set(object, "dry_run", json_boolean(r.dry));
    set(object, "host", json_boolean(r.host));
    set(object, "imported", json_boolean(r.imported));
    set(object, "persons", json_integer((json_int_t)r.persons));
    set(object, "journal", json_integer(r.journal));
    set(object, "opened", json_boolean(opened));
    set_asker(asker, object);
    if (verdict.asked != 0)
        set(object, "verdicts", look_verdicts(rules, &verdict, view));
    return OK;
}

void explain_look_own(struct gate *gate, const struct look_seen *seen, json_t *object)
{
    const struct look_opening *o = &seen->opening;
    set_asker(&o->asker, object);
    set(object, "person", json_string(o->person));
    set(object, "number", json_integer(o->person_seq));
    set(object, "verdicts", look_verdicts(gate_rules(gate), &o->verdict, ASK_FULL));
}
