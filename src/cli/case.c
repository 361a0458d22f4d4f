#include "cli/case.h"

#include "cli/case_packet.h"

#include "gate/gate.h"
#include "http/case_body.h"
#include "http/case_json.h"
#include "http/draw_json.h"
#include "registry/json_text.h"

#include <stdlib.h>

enum { REACH_MS = 60000 };

/* How it stands for who asks. */
static json_t *shown(const struct desk_work *w, struct str id, bool next, struct problem *problem)
{
    struct case_file *file = malloc(sizeof *file);
    struct desk_no no = {.why = DESK_YES};
    json_t *out = NULL;
    if (file == NULL) {
        problem_set(problem, ERR_MEMORY, "out of memory");
        return NULL;
    }
    enum err e = case_read(w, id, file, &no, problem);
    if (e == OK)
        e = control_refused(&no, problem);
    if (e == OK && next)
        out = case_next_json(w->rules, file, w->at);
    else if (e == OK)
        e = case_whole_json(w, file, &out, problem);
    case_file_fini(file);
    free(file);
    return e == OK ? out : NULL;
}

static json_t *list(const struct desk_work *w, const json_t *request, struct problem *problem)
{
    json_t *out;
    return case_page_json(w, json_text_of(request, "after"), json_text_of(request, "status"), &out,
                          problem) == OK
               ? out
               : NULL;
}

/* What a command changed acts before it ends. */
static json_t *changed(const struct control_state *s, const struct desk_work *w, struct str id,
                       int64_t seq, struct problem *problem)
{
    return gate_reach(s->options.gate, seq, REACH_MS, problem) == OK ? shown(w, id, false, problem)
                                                                     : NULL;
}

static enum err wrong(const struct ask_errors *errors, struct problem *problem)
{
    return errors->count == 0 ? OK
                              : problem_set(problem, ERR_INVALID, "%s: %s", errors->at[0].pointer,
                                            errors->at[0].detail);
}

static json_t *open_one(const struct control_state *s, const struct desk_work *w,
                        const json_t *request, struct problem *problem)
{
    struct ask_errors errors = {.count = 0};
    struct case_opening opening;
    struct desk_no no;
    int64_t seq;
    json_t *said;
    case_opening_read(json_object_get(request, "body"), &opening, &said, &errors);
    enum err e = wrong(&errors, problem);
    if (e == OK)
        e = case_open(w, &opening, &no, &seq, problem);
    if (e == OK)
        e = control_refused(&no, problem);
    json_decref(said);
    return e == OK ? changed(s, w, str_of(opening.id), seq, problem) : NULL;
}

static json_t *act(const struct control_state *s, const struct desk_work *w, const json_t *request,
                   struct problem *problem)
{
    struct ask_errors errors = {.count = 0};
    const json_t *body = json_object_get(request, "body");
    struct case_act what = {.of = json_text_of(request, "id"),
                            .kind = act_of(json_text_of(body, "kind")),
                            .version = -1};
    struct desk_no no;
    int64_t seq;
    json_t *terms = NULL, *said = NULL;
    enum err e = OK;
    if (what.kind == ACT_UNKNOWN)
        e = problem_set(problem, ERR_INVALID,
                        "no act is called so; `menshen case next` lists those that are lawful now");
    if (e == OK && !case_body_read(body, what.kind, &terms, &said, &errors))
        e = problem_set(problem, ERR_MEMORY, "out of memory");
    if (e == OK)
        e = wrong(&errors, problem);
    what.terms = terms;
    what.said = said;
    if (e == OK)
        e = case_do(w, &what, &no, &seq, problem);
    if (e == OK)
        e = control_refused(&no, problem);
    json_decref(terms);
    json_decref(said);
    return e == OK ? changed(s, w, what.of, seq, problem) : NULL;
}

static json_t *draw(const struct desk_work *w, struct str id, struct problem *problem)
{
    struct fact_row row;
    struct desk_no no = {.why = DESK_YES};
    enum err e = draw_find(w, id, &row, &no, problem);
    if (e == OK)
        e = control_refused(&no, problem);
    return e == OK ? draw_json(w->rules, row.v) : NULL;
}

static json_t *answer(struct control_state *s, const struct desk_work *w, const json_t *request,
                      struct problem *problem)
{
    const struct str verb = json_text_of(request, "verb");
    if (str_eq(verb, STR("list")))
        return list(w, request, problem);
    if (str_eq(verb, STR("open")))
        return open_one(s, w, request, problem);
    if (str_eq(verb, STR("act")))
        return act(s, w, request, problem);
    if (str_eq(verb, STR("packet")))
        return case_packet_make(s, w, request, problem);
    if (str_eq(verb, STR("packet-part")))
        return case_packet_part(s, request, problem);
    if (str_eq(verb, STR("draw")))
        return draw(w, json_text_of(request, "id"), problem);
    return shown(w, json_text_of(request, "id"), str_eq(verb, STR("next")), problem);
}

json_t *case_do_request(struct control_state *s, const json_t *request, struct problem *problem)
{
    struct gate *gate = s->options.gate;
    struct account_key *key = NULL;
    struct subject who;
    json_t *out = NULL;
    struct desk_work w = {.rules = gate_rules(gate),
                          .who = &who,
                          .node = str_of(gate_node(gate)),
                          .at = clock_now(gate_clock(gate))};
    if (control_store(s, &w.store, problem) == OK &&
        subject_find(w.store, json_text_of(request, "staff"), &who, problem) == OK &&
        control_account_key(s, &key, problem) == OK) {
        w.key = key;
        out = answer(s, &w, request, problem);
    }
    account_key_close(key);
    return out;
}
