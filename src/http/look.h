/*
 * look: asking the gate for a person's data, and telling its refusal.
 *
 *     handler ─► request_look ─► (recorded) ─► then, with request->look ─► vault ─► answer
 *
 * Nothing of a person is read before `then`, and there only what the verdict shows or
 * masks.
 */
#pragma once
#include "gate/look_ask.h"
#include "http/work.h"

/*
 * A question by whoever asks, for the purpose of the request, now. Id, purpose and
 * what is asked are checked here; `persons` is the caller's to set.
 */
struct look_question look_question_of(const struct request *, enum surface, categories what);

/* What a look for this purpose may ask for; for one that the pack lacks, everything. Never
 * what is sealed. */
categories look_categories(const struct rules *, struct str purpose);

/* An id that can be a person's, or one that nobody has. */
struct str look_person(struct str id);

/*
 * Ask, and answer through `then`, called on its loop with request->look set.
 * `question` and what it points at need to live only until this returns.
 */
void request_look(struct request *, const struct look_question *, void (*then)(struct request *));

/*
 * The same on a worker's thread, which waits. False after an outcome: there is no durable record,
 * or the first person's whole look is refused for another reason than that there is no relation
 * to her.
 */
bool look_wait(struct request *, const struct hands *, const struct look_question *,
               struct look_result *out);

/* Is there a durable record? False after having answered 503. */
bool look_recorded(struct request *);

/* Name the record in a header of the answer, which shows something. */
void look_tell(struct request *);

/* May anything of this one person be seen? False after having answered. */
bool look_opened(struct request *);

/*
 * What a person who is absent, foreign or erased gets, always the same. The record of the
 * look is in neither header nor body: it would tell them apart.
 */
void respond_nobody(struct request *);

/* 403 with the check's reason, its rule and basis, and the record of request->look, if any. */
void respond_refused(struct request *, enum check);
