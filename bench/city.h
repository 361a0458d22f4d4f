/*
 * city: facts in a view, for programs that measure judgements.
 *
 * A carrier whose subscribers ring each other on lin_mobile, and a builder that
 * sells on lin_sales from the hundred numbers at 862160001000 to persons who have
 * all consented. Ends the program with a message if anything fails.
 */
#pragma once
#include "gate/view.h"

#define CITY_FIRST ((number)8613800000000) /* of the persons' numbers, one after the other */

_Noreturn void city_give_up(const char *what, const char *why);

/* One row, as the journal would bring it. NULL as text is an absent value. */
void city_put(struct view *, const struct fact_kind *, const struct value *row);
struct value city_text(const char *);

/* The rule pack of the source tree, and a view with default configuration. */
void city_open(struct rules **, struct config **, struct view **);

void city_registry(struct view *);
void city_persons(struct view *, size_t count);
void city_consent(struct view *, number);

/* A call of the subscribers' line, and one of the builder's; the callee is the caller's to set. */
struct call city_person_call(when at);
struct call city_sales_call(when at, unsigned i);

/* 10:00 on a working day. */
when city_morning(void);

/* The next of a row of chances, the same in every run. One thread. */
uint64_t city_random(void);

/* Processor time of this thread, ns: what others do on the machine is not the gate's cost. */
int64_t city_time(void);

/* Bytes of memory of this program. */
size_t city_resident(void);
