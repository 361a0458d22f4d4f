/*
 * book: the registry as one immutable snapshot, made for looking up.
 *
 * Organisations, lines, ranges, campaigns, entrustments, orders and the age of
 * copies. Built from the shelves whenever one of them changed; what no change
 * concerns, a book has in common with the former one. Everything points within the
 * book, so that a reader who holds it sees one moment.
 *
 * Look-ups allocate nothing, take no lock, and are of O(log n) or better.
 */
#pragma once
#include "gate/facts.h"
#include "gate/shelf.h"

#include <netinet/in.h>

enum shelf_id {
    SHELF_ORGANISATIONS,
    SHELF_STAFF,
    SHELF_STOPS,
    SHELF_CERTIFICATES,
    SHELF_BARS,
    SHELF_PRACTITIONER_STAFF,
    SHELF_LINES,
    SHELF_LINE_DOCUMENTS,
    SHELF_RANGES,
    SHELF_CAMPAIGNS,
    SHELF_ENTRUSTMENTS,
    SHELF_ORDERS,
    SHELF_COPIES,
    SHELF_OPENINGS,
    SHELF_DUTIES,
    SHELF_POOL_RULES,
    SHELVES
};

struct book;

/*
 * `changed`: shelves that have, since `former` was built of them with the same rules and config, a
 * bit each; `former` NULL: from the ground up. Builds and frees of books that come one from the
 * other are one thread's. ERR_MEMORY. `rules` and `config` need to live only during the call.
 */
MUST_USE enum err book_build(const struct shelf shelves[static SHELVES], uint32_t changed,
                             const struct book *former, const struct rules *rules,
                             const struct config *config, struct book **out);
void book_free(struct book *);

/* NULL if there is none. */
const struct organisation *book_organisation(const struct book *, uint64_t key);
const struct staff *book_staff(const struct book *, struct str id);
const struct line *book_line(const struct book *, struct str id);
const struct campaign *book_campaign(const struct book *, struct str id);

/* The i-th line, in no order; NULL after the last. */
const struct line *book_line_at(const struct book *, size_t i);

/*
 * The line that calls from this address arrive on. Of several: one whose callers
 * hold the caller, rather an active one, rather the one that names it most narrowly;
 * if none holds it, the first by id.
 */
const struct line *book_line_of_peer(const struct book *, const struct in6_addr *peer,
                                     number caller, enum number_class);

/* Do calls of lines that carriers use, or of none, and of no others arrive from this address? */
bool book_peer_is_carriers(const struct book *, const struct in6_addr *peer);

/*
 * May the line present this number? "*", "international" and "domestic" count on
 * carrier lines only.
 */
bool line_presents(const struct line *, number, enum number_class);
bool line_is_carriers(const struct line *);

/* Is it a carrier that uses the line? */
bool line_serves_carrier(const struct line *);

/* The narrowest range that holds the number, whatever its status. */
const struct number_range *book_range(const struct book *, number);

/* The last number for which book_range says what it says of this one. */
number book_range_last(const struct book *, number);

/*
 * Campaigns that name this line, or that this organisation (its key) is principal
 * or caller of. `i` from 0; NULL after the last.
 */
const struct campaign *book_campaign_on_line(const struct book *, const struct line *, size_t i);
const struct campaign *book_campaign_by(const struct book *, uint64_t organisation, size_t i);

/* Has `principal` entrusted `caller` at `at`? `purpose` 0: for whatever purpose. */
bool book_entrusted(const struct book *, uint64_t principal, uint64_t caller, uint64_t purpose,
                    when at);

/* The strictest order in force. False: none. */
bool book_order_on_number(const struct book *, number, when at, enum order_act *);
bool book_order_on(const struct book *, uint64_t key, when at, enum order_act *);

/*
 * The same on an organisation, or on one above it in its legal entity: a branch stops with its
 * house. `o` may be NULL.
 */
bool book_order_on_organisation(const struct book *, const struct organisation *o, when at,
                                enum order_act *);

/* Is it suspended or closed by an order? */
bool book_organisation_stopped(const struct book *, const struct organisation *o, when at);

/* Have consents that this organisation asserts ceased to count? */
bool book_distrusted(const struct book *, uint64_t organisation, when at);

/*
 * Is a service line taken for a commercial one? `own`: by reports of its calls alone, no officer
 * has ordered it.
 */
bool book_taken_commercial(const struct book *, uint64_t line, when at, bool *own);

/* Was the number released for this instant? */
bool book_released(const struct book *, number, when at);

/* How many files a day a member of its staff may open; `o` may be NULL. */
unsigned book_views_per_day(const struct book *, const struct organisation *o);

/* What is open of a person, at whatever time; `count` of them, the first to end first. */
const struct unsealed *book_opened(const struct book *, uint64_t person, size_t *count);

/* What this person's requests oblige her organisation to, at whatever time; `count` of them. */
const struct duty_row *book_duties(const struct book *, uint64_t person, size_t *count);

/* When the newest copy of an outside registry was made. False: none was ever declared. */
bool book_newest_copy(const struct book *, when *at);

/* Mode that the configuration gives the rule behind a check; MODE_UNSET: none. */
enum mode book_check_mode(const struct book *, enum check);
