/* /v1/draws: whom an authority inspects, and by whom, drawn at random (desk/draw.h). */
#include "http/ask.h"
#include "http/desk.h"
#include "http/draw_json.h"
#include "http/route.h"

static void show(struct request *r, const struct desk_work *w, struct str id, int status)
{
    struct fact_row row;
    struct desk_no no = {.why = DESK_YES};
    struct problem problem = {.text = ""};
    enum err e = draw_find(w, id, &row, &no, &problem);
    if (e != OK)
        outcome_failed(r, e, &problem);
    else if (no.why != DESK_YES)
        desk_answer_no(r, &no);
    else
        outcome_json(r, status, draw_json(w->rules, row.v));
}

void api_draw(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    show(r, &w, r->param, 200);
}

void api_draws(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    const struct desk_work w = desk_work_of(r, h);
    json_t *page;
    enum err e = draw_page_json(&w, query_text(&r->query, "cursor"), &page, &problem);
    if (e == OK)
        outcome_json(r, 200, page);
    else
        outcome_failed(r, e, &problem);
}

/* A list of ids as a row keeps it. */
static struct str ask_list(const json_t *body, const char *name, bool required, struct buf *out,
                           struct ask_errors *errors)
{
    const json_t *list = json_object_get(body, name);
    bool good = list == NULL ? !required : json_is_array(list);
    for (size_t i = 0; good && i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        const struct str id = str_bytes(json_string_value(v), json_string_length(v));
        good = id.n > 0 && memchr(id.p, ';', id.n) == NULL;
        if (i > 0)
            buf_u8(out, ';');
        buf_str(out, id);
    }
    if (!good || out->failed)
        ask_error(errors, name, "wrong-type", "\"%s\" is a list of ids, of at most %d bytes", name,
                  LIST_MAX);
    return buf_view(out);
}

static void settle(struct request *r, const struct hands *h, const struct desk_work *w,
                   desk_step *step, void *what, int status, const char *id)
{
    struct desk_no no;
    struct problem problem = {.text = ""};
    int64_t seq = 0;
    enum err e = desk_do(w, step, what, &no, &seq, &problem);
    if (e == OK && no.why == DESK_YES)
        show(r, w, str_of(id), status);
    else
        desk_answer(r, h, e, &problem, &no, seq, status, NULL);
}

void api_draw_announce(struct request *r, const struct hands *h)
{
    char text[5][LIST_MAX];
    struct buf out[5];
    struct ask_errors errors = {.count = 0};
    struct draw_announcing a = {.team = DRAW_TEAM};
    const struct desk_work w = desk_work_of(r, h);
    for (size_t i = 0; i < 5; i++)
        buf_fixed(&out[i], text[i], sizeof text[i]);
    if (ask_object(r->json, "organisations inspectors recusals weights exclusions wanted team",
                   &errors)) {
        a.organisations = ask_list(r->json, "organisations", true, &out[0], &errors);
        a.inspectors = ask_list(r->json, "inspectors", true, &out[1], &errors);
        a.recusals = ask_list(r->json, "recusals", false, &out[2], &errors);
        a.weights = ask_list(r->json, "weights", false, &out[3], &errors);
        a.exclusions = ask_list(r->json, "exclusions", false, &out[4], &errors);
        a.wanted = ask_count(r->json, "wanted", 1, DRAW_MAX, &errors);
        if (json_object_get(r->json, "team") != NULL)
            a.team = ask_count(r->json, "team", DRAW_TEAM, DRAW_MAX, &errors);
    }
    if (errors.count > 0)
        outcome_errors(r, 400, "invalid-draw", &errors);
    else
        settle(r, h, &w, draw_announce, &a, 201, a.id);
}

void api_draw_reveal(struct request *r, const struct hands *h)
{
    char id[ID_BYTES + 1];
    const struct desk_work w = desk_work_of(r, h);
    struct str which = r->param;
    if (!str_copy(which, id, sizeof id))
        id[0] = '\0';
    settle(r, h, &w, draw_open, &which, 200, id);
}
