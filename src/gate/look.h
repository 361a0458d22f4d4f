/*
 * look: may this party see these data of this person, for this purpose, now?
 *
 * What is asked of the whole look comes first, and its refusal closes every category:
 *
 *     session ─► certificate ─► organisation ─► relation ─► purpose
 *
 * then each category for itself:
 *
 *     sealed ─► third parties ─► consent or another basis ─► budget ─► mask or show
 *
 * Who is introduced to a member (person/introduction.h) sees what the introduction names
 * and a consent in force covers, and of contact that there is some; nothing else of hers
 * is a basis for it.
 *
 * Who has claimed a member is no input: a claim changes who may contact her, never
 * what may be seen. gate_look is a pure function of question and facts: no I/O, no
 * allocation, no lock, no clock. docs/looks.md has examples.
 */
#pragma once
#include "gate/facts.h"
#include "rules/category.h"
#include "rules/rules.h"

/* Where the data would appear. */
enum surface { SURFACE_DETAIL, SURFACE_LIST, SURFACE_SEARCH, SURFACE_EXPORT, SURFACE_FEED };

/* Does it show more than bands? Then each member on it is a file opened. */
bool look_in_full(enum surface);

enum looker_kind {
    LOOKER_NOBODY, /* no session, or one that has ended */
    LOOKER_STAFF,
    LOOKER_HOST,   /* the operator of the host, on its command line */
    LOOKER_PERSON, /* herself, or another who is introduced to her */
};

enum look_answer { LOOK_DENY = 0, LOOK_MASK, LOOK_SHOW };

/* Who looks. Pointers are the view's. */
struct looker {
    enum looker_kind kind;
    uint64_t key; /* of the account */
    /* of staff; that introduces her to whom she looks at; NULL: none, or not in the registry */
    const struct organisation *organisation;
    bool active;
    bool stopped;      /* the organisation is suspended or closed by an order */
    bool certified;    /* of staff: her certificate holds at the look, or her role needs none */
    bool compliance;   /* answers what members ask of their rights */
    bool case_officer; /* of an authority or association, which sees by case or order only */
};

/* A basis beside consent, in force in [from, until). */
struct look_basis {
    enum basis basis;
    uint64_t holder;  /* the legal entity that may use it, or the account of an order */
    uint64_t purpose; /* 0: any that the pack gives to this basis */
    categories what;
    when from, until;
};

/* A consent's part for looks: one purpose. */
struct look_grant {
    uint64_t entity, purpose;
    categories what;
    when from, until;
    when withdrawn; /* 0: not */
    bool disowned;  /* never given: of looks in the past it covers none */
};

/* The person, as far as looks are concerned. */
struct member {
    uint64_t key;
    uint64_t organisation; /* whose member she is */
    uint64_t entity;       /* its legal entity */
    const struct look_grant *grants;
    size_t grant_count;
    const struct look_basis *bases; /* contracts, duties, orders, openings of what is sealed */
    size_t basis_count;
};

/* An introduction of looker and member to each other, in force in [from, until). */
struct look_introduced {
    categories what; /* that the member shows, at most */
    when from, until;
    bool active; /* and nothing else stands against it: who introduces works, both take part */
};

struct look {
    when at;
    struct looker looker;
    const struct member *member;       /* NULL: unknown */
    struct look_introduced introduced; /* of a person who looks at another */
    struct str purpose;                /* empty: none was stated */
    struct str task;                   /* the same; which duty it serves */
    categories what;
    enum surface surface;
    bool third_party;      /* she appears in another member's data */
    bool kept;             /* what her erasure left: of the erased, and of nobody else */
    unsigned used, budget; /* files opened today, and how many may be; not for bands */
};

struct look_verdict {
    enum look_answer answer[CATEGORIES];
    enum check check[CATEGORIES]; /* why, of those that were asked */
    enum basis basis[CATEGORIES]; /* on what, of those that are not denied */
    /* In force from and until, of what is not denied to another than herself. Told, not judged. */
    when from[CATEGORIES], until[CATEGORIES];
    categories asked;
    enum check whole; /* the refusal of the whole look; CHECK_SHOWN: none */
    /* How many of each there were, messages or entries; 0: not counted. Told, not judged. */
    uint32_t items[CATEGORIES];
};

/* Judge. A zeroed verdict denies everything. */
void gate_look(const struct rules *, const struct look *, struct look_verdict *out);

/* Any category shown or masked? */
bool look_opens(const struct look_verdict *);
