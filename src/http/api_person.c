/* GET /v1/persons/{id} */
#include "http/look.h"
#include "http/person_view.h"
#include "http/route.h"
#include "person/member.h"

#include <stdlib.h>

/* ERR_NOT_FOUND: not any more. */
static enum err read_view(struct request *r, struct fact_row *row, json_t **out,
                          struct problem *problem)
{
    struct person_viewer viewer;
    const struct hands h = request_hands(r);
    const struct value key[MEMBER_COLUMNS] = {[MEMBER_ID] = value_text(r->param)};
    enum err e = fact_find(h.store, &member_kind, key, row, problem);
    if (e == OK && !str_eq(fact_text(&row->v[MEMBER_STATUS]), STR("active")))
        e = ERR_NOT_FOUND;
    if (e != OK)
        return e;
    person_viewer_init(&viewer, &h, r->look->at);
    return person_view(&viewer, row->v, &r->look->verdict[0], SURFACE_DETAIL, out, problem);
}

static void show(struct request *r)
{
    struct problem problem = {.text = ""};
    json_t *view = NULL;
    if (!look_opened(r))
        return;
    struct fact_row *row = malloc(sizeof *row);
    enum err e = row != NULL ? read_view(r, row, &view, &problem)
                             : problem_set(&problem, ERR_MEMORY, "out of memory");
    free(row);
    if (e == OK) {
        look_tell(r);
        respond_json_tagged(r, view);
    } else if (e == ERR_NOT_FOUND || e == ERR_CLOSED) {
        respond_nobody(r);
    } else {
        respond_failed(r, e, &problem);
    }
}

void api_person(struct request *r)
{
    const struct str person = look_person(r->param);
    struct look_question q = look_question_of(
        r, SURFACE_DETAIL, look_categories(gate_rules(request_gate(r)), r->purpose));
    q.persons = &person;
    q.count = 1;
    request_look(r, &q, show);
}
