/*
 * look_record: a look's form in the ledger.
 *
 * One look, one record, whether it opened one file or listed a hundred persons: its
 * body says when, what for and where the data appeared, and commits to who asked and to
 * each person apart. What was looked at, by whom and why is in her opening, sealed under
 * a key of hers, so that she can be shown it, and erased, without touching the others
 * (look_seal.h). Who asked has an opening too, which names no person.
 */
#pragma once
#include "core/buf.h"
#include "gate/look.h"
#include "ledger/opening.h"

enum { LOOK_PERSONS = 100, PURPOSE_MAX = 48 };

/*
 * Body of an ENTRY_LOOK. Integers big-endian, words as one length byte and so many
 * bytes.
 *
 *      1  version, 1
 *      1  flags: 1 dry run · 2 by the host's operator · 4 imported from another system
 *      1  surface: 0 detail · 1 list · 2 search · 3 export · 4 feed
 *      8  asked, ns since 1970
 *      8  journal number judged under
 *      8  first bytes of the rule pack's hash
 *    1+n  purpose
 *     32  commitment to who asked
 *      1  persons, at most LOOK_PERSONS
 *     32  commitment to the opening of each; of a person without a key: random
 */
struct look_record {
    bool dry, host, imported;
    enum surface surface;
    when asked;
    int64_t journal;
    uint8_t pack[8];
    char purpose[PURPOSE_MAX];
    uint8_t asker[COMMITMENT];
    size_t persons;
    uint8_t commitment[LOOK_PERSONS][COMMITMENT];
};
enum { LOOK_BODY_MAX = 28 + PURPOSE_MAX + (1 + LOOK_PERSONS) * COMMITMENT };

/* `persons` is at most LOOK_PERSONS. */
void look_record_encode(const struct look_record *, struct buf *out);

/* ERR_CORRUPT: not such a body, or of a newer version. */
MUST_USE enum err look_record_decode(struct str body, struct look_record *out);

/* Who asked. */
enum { LOOK_HOST = 24 };
struct look_asker {
    char looker[ID_MAX];       /* an account, or "host:" and a user's number */
    char organisation[ID_MAX]; /* of staff, else "" */
    char task[ID_MAX];         /* or case, or "" */
    char host[LOOK_HOST];      /* "host:0": asked on the looker's behalf; or "" */
};

/*
 * Plaintext of one person's opening.
 *
 *      1  version: 1, or 2, which has numbers of items
 *      4  her running number, 1 for the first look at her; 0 in a dry run
 *      8  asked
 *    1+n  person
 *    1+n  looker, 1+n organisation, 1+n task or case, 1+n host
 *      2  categories asked
 *         for each of these, the lowest first:
 *           1  answer: 0 deny · 1 mask · 2 show
 *           1  basis, of those not denied: 0 consent · 1 contract · 2 legal duty · 3 order
 *         1+n  check, "not-consented"
 *           4  version 2: how many messages, entries …; 0: not counted
 */
struct look_opening {
    uint32_t person_seq;
    when asked;
    char person[ID_MAX];
    struct look_asker asker;
    struct look_verdict verdict;
};
enum { LOOK_OPENING_MAX = 15 + 4 * ID_MAX + LOOK_HOST + CATEGORIES * 28 };

void look_opening_encode(const struct look_opening *, struct buf *out);

/* ERR_CORRUPT. `verdict.whole` becomes the check that all categories have, else CHECK_SHOWN. */
MUST_USE enum err look_opening_decode(struct str plaintext, struct look_opening *out);

/*
 * Plaintext of the asker's opening: version, 1 or 2; then as above from "looker" on. The
 * categories are those of a look at one person; of more none is named.
 */
void look_asker_encode(const struct look_asker *, const struct look_verdict *, struct buf *out);
MUST_USE enum err look_asker_decode(struct str plaintext, struct look_asker *out,
                                    struct look_verdict *verdict);
