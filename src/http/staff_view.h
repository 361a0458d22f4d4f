/*
 * staff_view: staff and their certificates as an asker may read them.
 *
 * Managers and compliance, in an organisation of any kind, read and change those of their own legal
 * entity; everybody reads herself, and those who watch over the trade (examiners, the association,
 * authorities) everybody. Whom one may not read is nobody.
 */
#pragma once
#include "http/fact_json.h"
#include "http/route.h"
#include "http/work.h"
#include "registry/certificate.h"
#include "registry/staff.h"

enum { STAFF_WATCHERS = ROLE_EXAMINER | ROLE_ASSOCIATION | ROLE_AUTHORITY };

/* The row, if the asker may read it. ERR_NOT_FOUND: nobody, for her. */
MUST_USE enum err staff_read(const struct request *, const struct hands *, struct str id,
                             struct fact_row *out, struct problem *);

/* The row, if it is of the asker's legal entity. ERR_NOT_FOUND: it is not hers to change. */
MUST_USE enum err staff_own(const struct request *, const struct hands *, struct str id,
                            struct fact_row *out, struct problem *);

/*
 * Does she keep the staff of her house: as manager or compliance, in an organisation of any kind?
 * False after having answered 403.
 */
bool staff_keeps(struct request *);

/* Does this organisation belong to the asker's legal entity? */
MUST_USE enum err staff_own_entity(const struct request *, const struct hands *,
                                   struct str organisation, bool *own, struct problem *);

/* "valid", "expired", "suspended" or "revoked" at `at`. Static. */
const char *certificate_status(const struct value *row, when at);

/* One that the association issued, whole. */
json_t *certificate_json(const struct hands *, const struct value *row, when at);

/*
 * What is known of her certificate: number, until, status, confirmed; null: nothing. The
 * association's newest, or what her agency states and no other account has.
 */
MUST_USE enum err staff_certificate(const struct hands *, const struct value *staff, when at,
                                    json_t **out, struct problem *);

/* Answer 404 alike for what is not there and what is not the asker's, 503 for others. */
void staff_refuse(struct request *, enum err, const struct problem *);
