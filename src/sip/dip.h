/*
 * dip: an INVITE read as a question to the gate.
 *
 * Who is calling, whom, on which line, forwarded by whom, and how far the peer
 * that says so is believed. Only a trusted peer's P-Asserted-Identity, X-Menshen-*
 * and Priority count; from others they are as if absent. An Identity header (RFC
 * 8224) is believed from nobody either: what it proves is found out elsewhere
 * (sip/identity.h), and replaces the caller that is read here.
 *
 * Pure; any thread.
 */
#pragma once
#include "gate/call.h"
#include "sip/message.h"
#include "sip/passport.h"
#include "sip/setup.h"

enum { TARGET_TEXT = 128, HOST_TEXT = 128 };

/* What the answer needs of the request, besides the headers it repeats. Holds no views. */
struct asked {
    number caller, callee;
    char target[TARGET_TEXT]; /* user part of a Contact: the number, with rn and npdi if it came
                                 with them */
    char host[HOST_TEXT];     /* of the Request-URI; empty if it has none or a longer one */
    uint16_t port;            /* of the Request-URI, 5060 if it names none */
    uint16_t code_right, code_wish, code_behaviour; /* the peer's own, or 0 */
    bool trusted;
    bool relay_told; /* may learn who is behind a relay number */
    bool sip608;
};

/*
 * Read it; `told`: a trusted peer may learn who is behind a relay number. 0: `call` (views into the
 * packet) and `asked` are a question. Else the status to answer, 400 or 416, and why in `defect`.
 * `peer` NULL: unknown.
 */
int dip_read(const struct setup *, const struct message *, const struct peer_config *peer,
             const struct in6_addr *address, bool told, struct call *call, struct asked *asked,
             const char **defect);

/*
 * What the request's Identity header wants to be held against, as views into the
 * packet. Of several headers the first counts whose kind is known. PASSPORT_VERIFIED:
 * read; else why it cannot be.
 */
enum passport_result dip_identity(const struct setup *, const struct message *, const struct call *,
                                  struct passport_request *out);
