/*
 * api_exams: what the routes of exams share.
 */
#pragma once
#include "http/route.h"
#include "http/work.h"
#include "registry/paper.h"

enum { EXAMS_REACH_MS = 5000 };

/* Who works, now, with what the worker has. */
struct exam_work exams_work(const struct request *, const struct hands *);

/* Answer what failed: ERR_INVALID as 400 `code`, ERR_NOT_FOUND, ERR_CONFLICT, ERR_LIMIT. */
void exams_failed(struct request *, enum err, const char *code, const struct problem *);

/* The body is an object of these fields, and `errors` is empty. False: answered 400 `code`. */
bool exams_good(struct request *, const char *fields, const char *code, struct ask_errors *errors);

/* May this examiner act upon the exam of the path? Her association's. False: answered. */
bool exams_hers(struct request *, const struct hands *);

/* What of an exam is annulled: all to an examiner, to others what their papers ask. */
MUST_USE enum err exams_annulled(const struct request *, const struct hands *, struct str exam,
                                 json_t **out, struct problem *);

/* A paper without its questions; a new reference. */
json_t *exams_paper(const struct hands *, const struct value *row);
