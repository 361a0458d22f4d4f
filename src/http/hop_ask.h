/*
 * hop_ask: ask another carrier's node where a call came from (http/hop_json.h).
 *
 * Over https://, with the token that it gave us (carriers in the configuration). An answer is
 * read, compared with the question, and, where the configuration names its log's key, held
 * against the receipt that comes with it. Any thread; waits.
 */
#pragma once
#include "core/config.h"
#include "desk/hop.h"
#include "rules/rules.h"

/*
 * OK: it has answered, or refused. ERR_IO, ERR_TIMEOUT and others: it has not, and is asked
 * again. ERR_NOT_FOUND: the configuration names it no more.
 */
MUST_USE enum err hop_ask(const struct config *, const struct rules *, struct str carrier,
                          const struct hop_question *, struct hop_answer *, struct problem *);
