/*
 * PUT and GET /v1/persons/{id}/photos/{n}: photos, sealed in the vault, without what a
 * camera wrote into them (picture.h).
 */
#include "http/api_pools.h"
#include "http/look.h"
#include "http/picture.h"
#include "http/route.h"

#include <stdlib.h>

enum { REACH_MS = 2000, PICTURE_MAX = PHOTO_MAX + 64 };

/* "/v1/persons/{id}/photos/{n}". 0: not the number of a photo. */
static unsigned photo_of(const struct request *r, struct str *person)
{
    unsigned long long n;
    struct str rest = str_skip(r->path, sizeof "/v1/persons/" - 1);
    str_split(&rest, '/', person);
    return str_to_u64(r->param, VAULT_FILES, &n) ? (unsigned)n : 0;
}

/* Looking ----------------------------------------------------------------------------------- */

static void show(struct request *r)
{
    struct problem problem = {.text = ""};
    struct str person;
    struct buf bytes;
    const unsigned n = photo_of(r, &person);
    if (!look_opened(r))
        return;
    if (r->look->verdict[0].answer[CATEGORY_PHOTO] != LOOK_SHOW) {
        respond_refused(r, r->look->verdict[0].check[CATEGORY_PHOTO]);
        return;
    }
    const struct hands h = request_hands(r);
    const struct vault v = work_vault(&h);
    buf_init(&bytes, PICTURE_MAX);
    enum err e = vault_get_file(&v, person, CATEGORY_PHOTO, n, &bytes, &problem);
    const char *type = picture_type(picture_kind(buf_view(&bytes)));
    if (e == OK && type != NULL) {
        look_tell(r);
        respond(r, 200, type, bytes.p, bytes.n);
    } else if (e == ERR_NOT_FOUND || e == ERR_CLOSED) {
        respond_nobody(r);
    } else {
        respond_failed(r, e != OK ? e : ERR_CORRUPT, &problem);
    }
    vault_wipe(&bytes);
}

void api_photo(struct request *r)
{
    struct str person;
    const unsigned n = photo_of(r, &person);
    person = look_person(n > 0 ? person : STR(""));
    struct look_question q = look_question_of(r, SURFACE_DETAIL, 1 << CATEGORY_PHOTO);
    q.persons = &person;
    q.count = 1;
    request_look(r, &q, show);
}

/* Keeping ----------------------------------------------------------------------------------- */

struct keeping {
    struct pool_work work;
    struct vault vault;
    struct fact_row row;
    struct buf picture;
    struct str person;
    unsigned n;
    int64_t seq;
    bool there;
    struct problem problem;
};

/* The row is written as it was, for the journal and the ledger (person/member.h). */
static enum err keep_in(struct keeping *k, const struct request *r)
{
    enum err e = pool_member_read(&k->work, k->person, r->subject.organisation, &k->row, &k->there,
                                  &k->problem);
    if (e != OK || !k->there)
        return e;
    e = vault_put_file(&k->vault, k->person, CATEGORY_PHOTO, k->n, buf_view(&k->picture),
                       k->work.at, &k->problem);
    return e == OK ? fact_write(k->work.store, &member_kind, k->row.v, k->work.node, k->work.staff,
                                k->work.at, &k->seq, &k->problem)
                   : e;
}

static enum err keep(struct keeping *k, const struct request *r)
{
    enum err e = store_begin(k->work.store, &k->problem);
    if (e == OK)
        e = keep_in(k, r);
    return store_end_if(k->work.store, e, k->there, &k->problem);
}

static void work(struct keeping *k, struct request *r, const struct hands *h)
{
    k->n = photo_of(r, &k->person);
    k->vault = work_vault(h);
    k->work = pools_hands(r, h);
    if (picture_clean(r->body, &k->picture, &k->problem) != OK) {
        outcome_problem(r, 422, "not-a-photo", "%.180s", k->problem.text);
        return;
    }
    enum err e = k->n > 0 ? keep(k, r) : OK;
    if (e != OK && e != ERR_CLOSED) {
        outcome_failed(r, e, &k->problem);
    } else if (e != OK || !k->there) {
        outcome_problem(r, 404, "not-found", "there is no such person here");
    } else {
        work_reach(r, h, k->seq, REACH_MS);
        outcome_json(r, 200, json_pack("{s:i}", "photo", (int)k->n));
    }
}

void api_photo_keep(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = "out of memory"};
    struct keeping *k = calloc(1, sizeof *k);
    if (k == NULL) {
        outcome_failed(r, ERR_MEMORY, &problem);
        return;
    }
    buf_init(&k->picture, PICTURE_MAX);
    work(k, r, h);
    vault_wipe(&k->picture);
    free(k);
}
