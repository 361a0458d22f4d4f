#include "http/own.h"

#include "registry/campaign.h"
#include "registry/entrustment.h"
#include "registry/line.h"
#include "registry/organisation.h"

#include <stdlib.h>

enum { ENTITY_TEXT = TEXT_MAX + 1 };

/* Rows as they are read, one after another. */
struct reader {
    struct store *store;
    struct problem *problem;
    struct fact_row row;
    char mine[ENTITY_TEXT], other[ENTITY_TEXT];
    char holder[ID_BYTES + 1], carrier[ID_BYTES + 1];
};

static struct str text_of(const struct value *v)
{
    return v->type == VALUE_TEXT ? v->s : STR("");
}

static enum err find(struct reader *r, const struct fact_kind *kind, struct str id)
{
    struct value key[COLUMNS_MAX] = {{.type = VALUE_NULL}};
    key[0] = value_text(id);
    return fact_find(r->store, kind, key, &r->row, r->problem);
}

/* Its legal entity; by default it is its own. */
static enum err entity_of(struct reader *r, const char *organisation, char out[static ENTITY_TEXT])
{
    enum err e = find(r, &organisation_kind, str_of(organisation));
    if (e != OK)
        return e;
    struct str entity = text_of(&r->row.v[ORGANISATION_LEGAL_ENTITY]);
    if (entity.n == 0)
        entity = str_of(organisation);
    return str_copy(entity, out, ENTITY_TEXT) ? OK : ERR_CORRUPT;
}

/* OK: the same legal entity as the token's holder. ERR_REFUSED: another. */
static enum err same_entity(struct reader *r, const char *organisation)
{
    if (*organisation == '\0')
        return ERR_REFUSED;
    enum err e = entity_of(r, organisation, r->other);
    if (e == ERR_NOT_FOUND)
        return ERR_REFUSED;
    if (e != OK)
        return e;
    return str_eq(str_of(r->mine), str_of(r->other)) ? OK : ERR_REFUSED;
}

static bool names(struct str list, const char *id)
{
    struct str part;
    while (list.n > 0 && str_split(&list, ';', &part))
        if (str_eq(part, str_of(id)))
            return true;
    return false;
}

static bool in_force(const struct value *from, const struct value *until, when now)
{
    return (from->type != VALUE_INT || now >= from->i) &&
           (until->type != VALUE_INT || now < until->i);
}

/* The campaign names the holder as caller, for the organisation whose line it is. */
static enum err entrusted(struct reader *r, const struct subject *who, const struct call *call,
                          when now)
{
    char purpose[ID_BYTES + 1];
    if (call->campaign.n == 0)
        return ERR_REFUSED;
    enum err e = find(r, &campaign_kind, call->campaign);
    if (e != OK)
        return e == ERR_NOT_FOUND ? ERR_REFUSED : e;
    if (!names(text_of(&r->row.v[CAMPAIGN_CALLERS]), who->organisation) ||
        !str_eq(text_of(&r->row.v[CAMPAIGN_PRINCIPAL]), str_of(r->holder)))
        return ERR_REFUSED;
    if (!str_copy(text_of(&r->row.v[CAMPAIGN_PURPOSE]), purpose, sizeof purpose))
        return ERR_CORRUPT;
    struct value key[COLUMNS_MAX] = {{.type = VALUE_NULL}};
    key[ENTRUSTMENT_PRINCIPAL] = value_text(str_of(r->holder));
    key[ENTRUSTMENT_CALLER] = value_text(str_of(who->organisation));
    key[ENTRUSTMENT_PURPOSE] = value_text(str_of(purpose));
    e = fact_find(r->store, &entrustment_kind, key, &r->row, r->problem);
    if (e != OK)
        return e == ERR_NOT_FOUND ? ERR_REFUSED : e;
    return in_force(&r->row.v[ENTRUSTMENT_FROM], &r->row.v[ENTRUSTMENT_UNTIL], now) ? OK
                                                                                    : ERR_REFUSED;
}

static enum err may_use(struct reader *r, const struct subject *who, const struct call *call,
                        when now)
{
    enum err e = find(r, &line_kind, call->line);
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    if (!str_copy(text_of(&r->row.v[LINE_ORGANISATION]), r->holder, sizeof r->holder) ||
        !str_copy(text_of(&r->row.v[LINE_CARRIER]), r->carrier, sizeof r->carrier))
        return ERR_CORRUPT;
    e = entity_of(r, who->organisation, r->mine);
    if (e != OK)
        return e == ERR_NOT_FOUND ? ERR_REFUSED : e;
    e = same_entity(r, r->holder);
    if (e == ERR_REFUSED && who->carrier)
        e = same_entity(r, r->carrier);
    return e == ERR_REFUSED ? entrusted(r, who, call, now) : e;
}

enum err own_line(struct store *store, const struct subject *subject, const struct call *call,
                  when now, struct problem *problem)
{
    if (subject->party == PARTY_MACHINE)
        return OK;
    struct reader *r = malloc(sizeof *r);
    if (r == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    r->store = store;
    r->problem = problem;
    enum err e = may_use(r, subject, call, now);
    free(r);
    return e;
}
