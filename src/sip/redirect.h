/*
 * redirect: the answers, as text.
 *
 * An answer is the status line, the headers repeated from the request (the echo),
 * what the verdict adds, and no body. It depends on request, outcome and
 * configuration alone, so that it can be written again for a retransmission.
 *
 * To an untrusted peer only the status speaks, and a Contact where the status
 * needs one. A person-side reason never appears: it reads "declined".
 *
 * Pure; any thread.
 */
#pragma once
#include "sip/dip.h"
#include "sip/transaction.h"

/* Via (with received and rport, RFC 3581), From, To with our tag, Call-ID, CSeq. */
void redirect_echo(struct buf *, const struct message *, const struct in6_addr *source,
                   uint16_t port, uint64_t tag);

/* The standard phrase of a status that we send; "Rejected" for one that we do not know. */
const char *redirect_phrase(int status);

/* An answer without a verdict. `defect` (may be NULL) goes behind the phrase; `more` are whole
 * header lines. */
void redirect_plain(struct buf *, int status, const char *defect, struct str echo, struct str more);

/* The answer to a judged INVITE; its status. `ledger` is the id of the log
 * that holds the outcome's record, whose index is that in this log. */
int redirect_outcome(struct buf *, const struct setup *, const struct asked *,
                     const struct outcome *, const char *ledger, struct str echo);
