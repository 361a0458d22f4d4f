/*
 * POST /v1/persons/lookup: whose number is it, for compliance and authorities with a case.
 *
 * Everybody who has the number sees in her list that she was looked up, also where the
 * answer does not name her: it names only whom the asker stands in a relation to. A
 * number that nobody has is asked, recorded and answered like one that foreign members
 * have.
 */
#include "http/look.h"
#include "http/route.h"

struct found {
    size_t count;
    char id[LOOK_PERSONS][ID_MAX];
};

static void answer(struct request *r)
{
    const struct found *f = r->kept;
    if (!look_recorded(r))
        return;
    const enum check whole = r->look->verdict[0].whole;
    if (whole == CHECK_SESSION_INVALID || whole == CHECK_LOOKER_UNCERTIFIED ||
        whole == CHECK_LOOKER_SUSPENDED) {
        respond_refused(r, whole);
        return;
    }
    json_t *persons = json_array();
    for (size_t i = 0; i < f->count; i++)
        if (r->look->verdict[i].whole != CHECK_NO_RELATION &&
            json_array_append_new(persons, json_string(f->id[i])) != 0)
            break;
    look_tell(r);
    respond_json(r, 200, json_pack("{s:o}", "persons", persons));
}

static bool take(void *to, struct str person)
{
    struct found *f = to;
    if (f->count < LOOK_PERSONS && str_copy(person, f->id[f->count], sizeof f->id[0]))
        f->count++;
    return f->count < LOOK_PERSONS;
}

static void ask(struct request *r, struct str task)
{
    const struct found *f = r->kept;
    struct str persons[LOOK_PERSONS];
    struct look_question q = look_question_of(r, SURFACE_SEARCH, 1 << CATEGORY_CONTACT);
    for (size_t i = 0; i < f->count; i++)
        persons[i] = str_of(f->id[i]);
    if (f->count == 0)
        persons[0] = look_person(STR(""));
    q.persons = persons;
    q.count = f->count > 0 ? f->count : 1;
    q.task = task;
    request_look(r, &q, answer);
}

static bool is_case(struct str s)
{
    return str_starts(s, STR("cas_")) && s.n > 4 && s.n < ID_MAX;
}

/* False after having answered. */
static bool read_question(struct request *r, number *n, struct str *task)
{
    struct ask_errors errors = {.count = 0};
    const char *key;
    json_t *value;
    if (!json_is_object(r->json))
        ask_error(&errors, "", "wrong-type", "a look-up is a JSON object");
    json_object_foreach(r->json, key,
                        value) if (strcmp(key, "number") != 0 && strcmp(key, "case") != 0)
        ask_error(&errors, key, "unknown-field", "not a field of a look-up");
    *n = ask_number(gate_rules(request_gate(r)), r->json, "number", true, &errors);
    *task = ask_text(r->json, "case", ID_MAX - 1, true, &errors);
    if (errors.count == 0 && !is_case(*task))
        ask_error(&errors, "case", "not-a-case", "a case's id begins with cas_");
    if (errors.count == 0)
        return true;
    respond_problem(r, 400, "invalid-lookup", "a look-up has a number and a case", &errors);
    return false;
}

void api_lookup(struct request *r)
{
    struct problem problem = {.text = ""};
    struct str task;
    number n;
    if (!read_question(r, &n, &task))
        return;
    if (!request_lookup(r)) {
        respond_header(r, "Retry-After", "60");
        respond_problem(r, 429, "too-many-lookups", "ten look-ups a minute; wait a minute", NULL);
        return;
    }
    if (rules_purpose(gate_rules(request_gate(r)), r->purpose) == NULL) {
        respond_refused(r, CHECK_PURPOSE_UNKNOWN);
        return;
    }
    struct found *f = request_keep(r, sizeof *f);
    if (f == NULL)
        return;
    enum err e = link_find(gate_link(request_gate(r)), request_store(r), n, take, f, &problem);
    if (e == OK)
        ask(r, task);
    else
        respond_failed(r, e, &problem);
}
