/*
 * demo_inner: what the files that make the sample city share.
 *
 * Everything made is the same on every machine, but for dates of the agency, which
 * are counted from the day of moving in: a certificate that is to be in force is.
 */
#pragma once
#include "core/buf.h"
#include "core/clock.h"
#include "core/number.h"
#include "http/demo.h"
#include "registry/question.h"

/* splitmix64. */
uint64_t demo_chance(uint64_t *state);
bool demo_in_hundred(uint64_t *state, unsigned percent);

/* The hash of the recording in which a consent was given, as hexadecimal digits. */
void demo_evidence(const char *organisation, const char *matter, unsigned long long number,
                   char out[static 65]);

/* "2026-11-21": `days` after the day of `today`. */
enum { DEMO_DATE = 16 };
void demo_date(when today, int days, char out[static DEMO_DATE]);

/* The subscribers' files: preferences, refusals, consents, assignments. */
void demo_preferences(struct buf *, when today);
void demo_refusals(struct buf *, when today);
void demo_consents(struct buf *, when today); /* with those of the agency's members */
void demo_assignments(struct buf *, when today);

/* -- The agency ------------------------------------------------------------------ */

enum { DEMO_MEMBERS = 300, DEMO_MADE_MEMBERS = 5, DEMO_ID = 16 };

/* The member `i`, from 1: "per_x001" and her number, a subscriber's. */
void demo_member_id(unsigned i, char out[static DEMO_ID]);
unsigned long long demo_member_number(unsigned i);
bool demo_is_made_member(unsigned long long n);

/* The file of persons, with profiles, chats and browsing. */
void demo_members(struct buf *, when today);

/* The file of persons of the other agencies, with names only: they are many or few, for rankings.
 */
void demo_neighbours(struct buf *, when today);

/* Rows for the file of consents: what the members let the agency use. */
void demo_member_consents(struct buf *, when today);

/* Whom a visitor can be with one click. */
extern const struct demo_seat demo_seats[];

/* The file of staff. */
void demo_staff(struct buf *, when today);

/* The bank, a past exam with its results, one that began twenty minutes before work->origin.at.
 * `seq` gets the last journal row. */
MUST_USE enum err demo_exams(const struct exam_work *, int64_t *seq, struct problem *);

/* A portrait: hair, skin, clothes and wall of the member, as a PNG picture. */
void demo_portrait(unsigned i, struct buf *);

/* Introductions, one of each kind. The gate knows the members and what they agree to. */
struct gate;
struct store;
struct problem;
struct demo_introducing {
    struct gate *gate;
    struct store *store;
    when now;
};
MUST_USE enum err demo_introduce(const struct demo_introducing *, int64_t *seq, struct problem *);

/* Contracts, one in each state. The same. */
MUST_USE enum err demo_contracts(const struct demo_introducing *, int64_t *seq, struct problem *);

/* A relay number that is bound. The same. */
MUST_USE enum err demo_bind(const struct demo_introducing *, int64_t *seq, struct problem *);

/* What the desk has seen (cli/demo_desk.h). The same, with the key of accounts. */
struct account_key;
MUST_USE enum err demo_tell(const struct demo_introducing *, const struct account_key *,
                            int64_t *seq, struct problem *);

/* Certificates of the agency's staff, with the exam and the training behind them. */
struct demo_hiring {
    struct gate *gate;
    struct store *store;
    const char *folder; /* DATA */
    when now;
};
MUST_USE enum err demo_practitioners(const struct demo_hiring *, int64_t *seq, struct problem *);
