/*
 * subject: who asks, as the registry knows them.
 *
 * A machine of the host, an organisation, a member of staff, or a person; the kind of
 * the organisation and the role of the staff make one `role`, which routes name to say
 * who may use them. Any thread.
 *
 * A person is `num_` and the blind link of her number by a session, `per_…` by a token
 * that was made for her as one organisation's member (person/self.h).
 */
#pragma once
#include "core/clock.h"
#include "core/number.h"
#include "store/store.h"

enum role {
    ROLE_NONE = 0,
    ROLE_MACHINE = 1 << 0, /* of the host */
    ROLE_BUSINESS =
        1 << 1,          /* an agency, enterprise, call centre, platform or media, by its token */
    ROLE_SALES = 1 << 2, /* staff of one … */
    ROLE_MANAGER = 1 << 3,
    ROLE_COMPLIANCE = 1 << 4,
    ROLE_STAFF = 1 << 5,       /* … of any other role */
    ROLE_CARRIER = 1 << 6,     /* a carrier, and its staff */
    ROLE_ASSOCIATION = 1 << 7, /* an association, and its staff of no further role */
    ROLE_AUDITOR = 1 << 8,     /* of an association */
    ROLE_AUTHORITY = 1 << 9,   /* an authority, and its staff */
    ROLE_PERSON = 1 << 10,
    ROLE_EXAMINER = 1 << 11, /* of an association: certificates and exams, no member's file */
};
enum { ROLES = 12 };

/* "machine", "business" … of the role 1 << i. Static. */
const char *role_word(unsigned i);

/* What they may read of a person's reasons. */
enum party {
    PARTY_MACHINE,      /* of the host: all */
    PARTY_OPERATOR,     /* a carrier, an authority, an association's auditor: all */
    PARTY_ORGANISATION, /* any other organisation and its staff: do-not-call */
    PARTY_PERSON,       /* herself: all that concerns her */
};

enum { SUBJECT_ID = 65, SUBJECT_LINK = 16 };

struct subject {
    char id[SUBJECT_ID];
    char organisation[SUBJECT_ID]; /* "" for a machine, and a person */
    char kind[16];                 /* of the organisation, "" for a machine, and a person */
    char position[16];             /* of staff, as registered; else "" */
    enum role role;
    enum party party;
    bool carrier;    /* the organisation is one */
    unsigned scopes; /* enum token_scope, or'ed: what the token or the session opens */
    number number;   /* of a person who is signed in; else 0 */
    when begun;      /* her session; else 0 */
    when confirmed;  /* that it is her, with a further code; 0: not */
};

/* "num_" and the link in hex: whose session it is who has this number. */
void subject_of_link(const uint8_t link[static SUBJECT_LINK], char out[static SUBJECT_ID]);

/* Account ids begin with org_, stf_, per_ or num_; every other name is a machine's. */
bool subject_is_account(struct str id);

/*
 * What a statement selects and joins to know the subject whose id is the column `id`;
 * subject_read takes the SUBJECT_ROW columns. False: they may not act, since they are not
 * registered, have left, are stopped (registry/stop.h) or been erased, or their organisation is not
 * active; persons may whatever their organisation's state.
 */
#define SUBJECT_COLUMNS                                                                            \
    "o.id, o.kind, o.status, s.id, s.role, s.status, m.status, "                                   \
    "(SELECT x.id FROM stops x WHERE x.staff = s.id AND x.status = 'stopped')"
#define SUBJECT_JOIN(id)                                                                           \
    " LEFT JOIN staff s ON s.id = " id                                                             \
    " LEFT JOIN organisations o ON o.id = COALESCE(s.organisation, " id ")"                        \
    " LEFT JOIN members m ON m.id = " id " "
enum { SUBJECT_ROW = 8 };
bool subject_read(struct str id, const struct value *columns, struct subject *out);

/* The subject of this id. ERR_NOT_FOUND: they may not act, or nobody is it. */
MUST_USE enum err subject_find(struct store *, struct str id, struct subject *out,
                               struct problem *);
