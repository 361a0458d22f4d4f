/*
 * subject: who asks, as the registry knows them.
 *
 * A machine of the host, an organisation, or a member of staff; the kind of the
 * organisation and the role of the staff make one `role`, which routes name to say
 * who may use them. Any thread.
 */
#pragma once
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
    ROLE_ASSOCIATION = 1 << 7, /* an association, and its staff but auditors */
    ROLE_AUDITOR = 1 << 8,     /* of an association */
    ROLE_AUTHORITY = 1 << 9,   /* an authority, and its staff */
    ROLE_PERSON = 1 << 10,
};
enum { ROLES = 11 };

/* "machine", "business" … of the role 1 << i. Static. */
const char *role_word(unsigned i);

/* What they may read of a person's reasons. */
enum party {
    PARTY_MACHINE,      /* of the host: all */
    PARTY_OPERATOR,     /* a carrier, an authority, an association's auditor: all */
    PARTY_ORGANISATION, /* any other organisation and its staff: do-not-call */
};

enum { SUBJECT_ID = 65 };

struct subject {
    char id[SUBJECT_ID];
    char organisation[SUBJECT_ID]; /* "" for a machine */
    char kind[16];                 /* of the organisation, "" for a machine */
    char position[16];             /* of staff, as registered; else "" */
    enum role role;
    enum party party;
    bool carrier;    /* the organisation is one */
    unsigned scopes; /* enum token_scope, or'ed: what the token or the session opens */
};

/* Account ids begin with org_, stf_ or per_; every other name is a machine's. */
bool subject_is_account(struct str id);

/*
 * What a statement selects and joins to know the subject whose id is the column `id`;
 * subject_read takes the SUBJECT_ROW columns. False: they may not act, since they are not
 * registered, have left, or their organisation is not active.
 */
#define SUBJECT_COLUMNS "o.id, o.kind, o.status, s.id, s.role, s.status"
#define SUBJECT_JOIN(id)                                                                           \
    " LEFT JOIN staff s ON s.id = " id                                                             \
    " LEFT JOIN organisations o ON o.id = COALESCE(s.organisation, " id ") "
enum { SUBJECT_ROW = 6 };
bool subject_read(struct str id, const struct value *columns, struct subject *out);
