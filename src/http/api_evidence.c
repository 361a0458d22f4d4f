/*
 * Evidence: POST and GET …/complaints/{id}/evidence, by her and by officers. What an officer opens
 * is in the ledger before a byte of it leaves.
 */
#include "desk/evidence.h"
#include "desk/media.h"
#include "http/complaints.h"
#include "http/route.h"
#include "person/vault.h"

/* "…/complaints/{id}/evidence[/{file}]": the {id}. */
static struct str complaint_of(const struct request *r)
{
    struct str rest = r->path, part = {.n = 0};
    while (str_split(&rest, '/', &part) && !str_eq(part, STR("complaints")))
        continue;
    return str_split(&rest, '/', &part) ? part : STR("");
}

/* Adding -------------------------------------------------------------------------------------- */

static void add(struct request *r, const struct hands *h, struct evidence_adding *a)
{
    struct desk_no no;
    int64_t seq;
    struct problem problem = {.text = ""};
    const struct desk_work w = desk_work_of(r, h);
    a->complaint = complaint_of(r);
    a->bytes = r->body;
    enum err e = desk_do(&w, evidence_add, a, &no, &seq, &problem);
    json_t *j = e == OK && no.why == DESK_YES ? json_pack("{s:s}", "id", a->out) : NULL;
    desk_answer(r, h, e, &problem, &no, seq, 201, j);
}

void api_evidence_add(struct request *r, const struct hands *h)
{
    struct evidence_adding a = {.link = NULL};
    add(r, h, &a);
}

void api_my_evidence_add(struct request *r, const struct hands *h)
{
    struct complaint_her her;
    if (!complaint_her(r, h, &her))
        return;
    struct evidence_adding a = {.link = her.link, .since = her.since};
    add(r, h, &a);
}

/* Opening ------------------------------------------------------------------------------------- */

static void absent(struct request *r)
{
    outcome_problem(r, 404, "not-found", "nothing of that id is here for you");
}

/* The file of this complaint. What was sealed is what media_of said it is. */
static void send_file(struct request *r, const struct hands *h)
{
    struct fact_row row;
    struct buf bytes;
    struct problem problem = {.text = ""};
    const struct desk_work w = desk_work_of(r, h);
    enum err e = evidence_find(h->store, r->param, &row, &problem);
    if (e == ERR_NOT_FOUND ||
        (e == OK && !str_eq(fact_text(&row.v[EVIDENCE_COMPLAINT]), complaint_of(r)))) {
        absent(r);
        return;
    }
    buf_init(&bytes, EVIDENCE_MAX);
    if (e == OK)
        e = evidence_open(&w, row.v, &bytes, &problem);
    const char *media = e == OK ? media_of(buf_view(&bytes)) : NULL;
    if (media == NULL) {
        vault_wipe(&bytes);
        outcome_failed(r, e != OK ? e : ERR_CORRUPT, &problem);
        return;
    }
    outcome_header(r, "Content-Disposition", "attachment; filename=\"%.*s.%s\"", STR_ARG(r->param),
                   media_ending(str_of(media)));
    outcome_text(r, 200, media, &bytes);
}

void api_evidence(struct request *r, const struct hands *h)
{
    char record[RECORD_ID];
    struct disclosure d = {.complaint = complaint_of(r), .what = "evidence", .evidence = r->param};
    if (!complaint_purpose(r) || !complaint_disclose(r, h, &d, record))
        return;
    outcome_header(r, "X-Menshen-Record", "%s", record);
    send_file(r, h);
}

void api_my_evidence(struct request *r, const struct hands *h)
{
    struct complaint_her her;
    struct fact_row row;
    struct problem problem = {.text = ""};
    if (!complaint_her(r, h, &her))
        return;
    enum err e =
        complaint_find_hers(h->store, her.link, her.since, complaint_of(r), &row, &problem);
    if (e == OK)
        send_file(r, h);
    else if (e == ERR_NOT_FOUND)
        absent(r);
    else
        outcome_failed(r, e, &problem);
}
