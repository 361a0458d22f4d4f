/*
 * What erasures left of a person, for herself: what it is, why it stays, who may read it and
 * until when; without `until` it has no end.
 */
#include "http/me_json.h"
#include "person/consent.h"
#include "person/member.h"
#include "person/suppression.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

struct keeping {
    struct request *r;
    json_t *list;
    const char *who; /* of refusals */
    /* of the member at hand */
    struct erase_kept kept[ERASE_KEPT];
    size_t count;
    when last; /* until when something is kept of her */
    struct erase_proof proof;
};

static void set_text(json_t *entry, const char *key, struct str text)
{
    if (text.n > 0)
        json_object_set_new(entry, key, json_stringn(text.p, text.n));
}

static bool add(struct keeping *k, json_t *entry, when until)
{
    if (entry != NULL && until != WHEN_NEVER)
        json_object_set_new(entry, "until", me_time(k->r, until));
    return json_array_append_new(k->list, entry) == 0;
}

static enum err add_kept(struct keeping *k, const struct vault *vault, const char *id,
                         const struct erase_kept *x, struct problem *problem)
{
    enum err e =
        erase_open_kept(vault, str_of(id), str_of(x->label), request_now(k->r), &k->proof, problem);
    if (e == ERR_NOT_FOUND) /* its term has just ended */
        return OK;
    if (e != OK)
        return e;
    const bool contract = k->proof.kind != &consent_kind;
    json_t *entry = json_pack("{s:s, s:s, s:s}", "what", x->label, "why",
                              contract ? "claims from a contract (Civil Code Art. 188)"
                                       : "proof of a consent (PIPL Art. 69, Civil Code Art. 188)",
                              "who", "the organisation's compliance");
    set_text(entry, "organisation", k->proof.organisation);
    if (!contract)
        set_text(entry, "purposes", fact_text(&k->proof.row.v[CONSENT_PURPOSES]));
    k->last = x->until > k->last ? x->until : k->last;
    return add(k, entry, x->until) ? OK : problem_set(problem, ERR_MEMORY, "out of memory");
}

static bool add_refusal(void *to, const struct value *c, size_t count)
{
    struct keeping *k = to;
    const bool wishes = str_eq(c[0].s, STR(SUPPRESSION_WISHES));
    json_t *entry = json_pack("{s:s, s:s, s:s}", "what", wishes ? "wishes" : "refusal", "why",
                              "what you refused holds, so that an erasure never means new calls",
                              "who", k->who);
    (void)count;
    if (!wishes)
        set_text(entry, "organisation", c[0].s);
    return add(k, entry, WHEN_NEVER);
}

static bool add_looks(void *to, const struct value *c, size_t count)
{
    struct keeping *k = to;
    const int days = gate_config(request_gate(k->r))->ledger.retention_days;
    json_t *entry = json_pack("{s:s, s:s, s:s}", "what", "looks", "why",
                              "who looked at you: yours to read and to prove", "who",
                              "you, whoever looked, and those who watch over looks");
    (void)count;
    set_text(entry, "organisation", c[0].s);
    const when end = days == 0 ? WHEN_NEVER : c[1].i + ERASE_RECORDS(days);
    return add(k, entry, end > k->last ? end : k->last);
}

/* Under the keyed hash of a number that no organisation has any more. */
static enum err add_suppressed(struct keeping *k, const struct hands *h, const struct self *self,
                               struct problem *problem)
{
    uint8_t link[LINK_BYTES];
    char text[LINK_TEXT];
    link_of(gate_link(h->gate), self->number, link);
    link_text(link, text);
    const struct value params[] = {value_text(str_of(text)), value_int(self->since)};
    k->who = "nobody: a call finds it by a keyed hash of your number";
    return store_run(h->store,
                     "SELECT organisation FROM suppressions WHERE link = $1 AND \"at\" >= $2 "
                     "ORDER BY organisation",
                     params, 2, add_refusal, k, problem);
}

static enum err add_of(struct keeping *k, const struct hands *h, const struct self *self,
                       const char *id, struct problem *problem)
{
    const struct vault vault = work_vault(h);
    const struct value params[] = {value_text(str_of(id)), value_int((int64_t)self->number),
                                   value_int(self->since)};
    k->last = 0;
    enum err e = erase_kept(h->store, params[0].s, request_now(k->r), k->kept, &k->count, problem);
    for (size_t i = 0; i < k->count && e == OK; i++)
        e = add_kept(k, &vault, id, &k->kept[i], problem);
    k->who = "the gate, under your number, which you have elsewhere too";
    if (e == OK && self->number != 0)
        e = store_run(h->store,
                      "SELECT r.organisation FROM refusals r JOIN members m ON r.organisation = "
                      "m.organisation WHERE m.id = $1 AND m.status = 'erased' AND r.number = $2 "
                      "AND r.\"at\" >= $3",
                      params, 3, add_refusal, k, problem);
    return e == OK ? store_run(h->store,
                               "SELECT m.organisation, e.done_at FROM erasures e JOIN members m ON "
                               "m.id = e.person WHERE e.person = $1 AND e.status = 'done'",
                               params, 1, add_looks, k, problem)
                   : e;
}

static bool add_desk(void *to, struct str what)
{
    struct keeping *k = to;
    const bool complaint = str_starts(what, STR("complaint/"));
    json_t *entry =
        json_pack("{s:s%, s:s, s:s}", "what", what.p, what.n, "why",
                  complaint ? "an authority's case rests on it; stored for that alone until the "
                              "case is closed (PIPL Art. 47, para. 2)"
                            : "it is not over; it goes when it is",
                  "who", complaint ? "the authority in charge, and you" : "you, and who decides");
    return add(k, entry, WHEN_NEVER);
}

static enum err collect(struct keeping *k, const struct hands *h, const struct self *self,
                        struct problem *problem)
{
    enum err e = OK;
    for (size_t i = 0; i < self->count && e == OK; i++)
        e = add_of(k, h, self, self->id[i], problem);
    uint8_t link[SUBJECT_LINK];
    struct forget_hers hers;
    if (e == OK && me_desk(h, self, &hers, link))
        e = forget_held(h->store, &hers, add_desk, k, problem);
    return e == OK && self->number != 0 ? add_suppressed(k, h, self, problem) : e;
}

json_t *me_kept(struct request *r, const struct hands *h, const struct self *self,
                struct problem *problem)
{
    struct keeping *k = calloc(1, sizeof *k);
    json_t *list = json_array();
    enum err e = ERR_MEMORY;
    if (k != NULL && list != NULL) {
        k->r = r;
        k->list = list;
        e = collect(k, h, self, problem);
        sodium_memzero(k, sizeof *k);
    } else {
        problem_set(problem, e, "out of memory");
    }
    free(k);
    if (e == OK)
        return list;
    json_decref(list);
    return NULL;
}
