/*
 * competent: which body handles what is brought against an organisation, and who sees its work.
 *
 * An agency is its trade association's, of its sector and of the smallest region that holds it;
 * without one, the authority's of that sector and region. What is brought against an association
 * is the civil affairs authority's of its own region, since nobody judges itself. An authority of
 * the same sector and region sees an association's complaints and cases, and may act in them.
 *
 * A body without a sector is of every sector, one without a region, or of "CN", of the whole
 * country; "31" and "310000" hold "310104".
 *
 * Any thread with a store of its own.
 */
#pragma once
#include "desk/work.h"

/* Does the region hold the other one? */
bool competent_region(struct str region, struct str other);

/* The body for what is brought against an organisation, of whatever status. */
struct competent {
    char id[ID_BYTES + 1];
    char respondent_kind[16], respondent_sector[64]; /* "": none */
};
enum competent_found { COMPETENT_FOUND, COMPETENT_NO_RESPONDENT, COMPETENT_NOBODY };
MUST_USE enum err competent_for(struct store *, struct str respondent, struct competent *out,
                                enum competent_found *, struct problem *);

/*
 * SQL: does who asks see what the body, a row "o" of organisations, handles? Of its parameters,
 * $1 to $4, which competent_params writes; they point into the asker.
 */
#define COMPETENT_SEES                                                                             \
    "(o.\"id\" = $1 OR ($2 = 'authority' AND o.\"kind\" = 'association' AND ($3 = '' OR "          \
    "COALESCE(o.\"sector\", $3) = $3) AND substr(COALESCE(o.\"region\", ''), 1, "                  \
    "length(CAST($4 AS TEXT))) = $4))"
enum { COMPETENT_PARAMS = 4 };
struct competent_asker {
    char organisation[ID_BYTES + 1], kind[16], sector[64], region[64];
};
MUST_USE enum err competent_ask(const struct desk_work *, struct competent_asker *out,
                                struct problem *);
void competent_params(const struct competent_asker *, struct value params[static COMPETENT_PARAMS]);

/* Does who acts see what `body` handles? */
MUST_USE enum err competent_sees(const struct desk_work *, struct str body, bool *sees,
                                 struct problem *);
