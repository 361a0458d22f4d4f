/*
 * desk: what the handlers of the desk share. All of it runs on a worker's thread.
 */
#pragma once
#include "desk/text.h"
#include "http/work.h"

/* Who asks, now, with what the worker has. */
struct desk_work desk_work_of(const struct request *, const struct hands *);

/* Is it one who works on calls: a carrier's, an authority's, a machine of the host? */
bool desk_officer(const struct request *);

/* Answer why not: 404, 403, 422, 409, 429. */
void desk_answer_no(struct request *, const struct desk_no *);

/*
 * Answer a change: what failed (ERR_LIMIT, as of a deadline past the calendar: 422 with its
 * text), why not, or once the gate acts on it `status` with `json`, whose reference is taken in
 * any case (NULL after OK: 500).
 */
void desk_answer(struct request *, const struct hands *, enum err, const struct problem *,
                 const struct desk_no *, int64_t seq, int status, json_t *json);

/* A text that is kept beside a row, opened; null: none, or it does not open. */
json_t *desk_text_json(const struct desk_work *, struct str owner, const char *name);

/* When whom it was addressed to read of it (desk/inbox.h); null: not yet. */
json_t *desk_read_json(const struct desk_work *, struct str addressee, struct str subject);
