/*
 * body: an organisation as who acts at the desk, or as whom an act concerns.
 */
#pragma once
#include "desk/power.h"
#include "desk/work.h"
#include "registry/organisation.h"

/* Of a row of the registry; views of it. */
static inline struct power_body body_of(const struct value *row)
{
    return (struct power_body){.id = fact_text(&row[ORGANISATION_ID]),
                               .kind = fact_text(&row[ORGANISATION_KIND]),
                               .sector = fact_text(&row[ORGANISATION_SECTOR]),
                               .region = fact_text(&row[ORGANISATION_REGION])};
}

static inline bool body_is(const struct power_body *b, const char *kind)
{
    return str_eq(b->kind, str_of(kind));
}

/* Read one into `row`; an id that nobody has leaves an empty body. */
MUST_USE enum err body_find(struct store *, struct str id, struct fact_row *row,
                            struct power_body *out, struct problem *);

/* That of who acts; of a machine of the host an empty one. */
MUST_USE enum err body_own(const struct desk_work *, struct fact_row *row, struct power_body *out,
                           struct problem *);

/* Does she act for it: its own token, or staff other than those who only read? */
bool body_acts(const struct subject *);
