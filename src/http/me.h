/*
 * me: what the handlers of /v1/me share. They take the person from her session, never
 * from an id in the request.
 */
#pragma once
#include "desk/forget.h"
#include "http/work.h"
#include "person/grant.h"
#include "person/self.h"

/* What tells who a person is. */
struct self_sources me_sources(const struct hands *);

/*
 * Who asks, on a worker's thread. False after an outcome: 401, when the number has come to
 * somebody else since she signed in; 503.
 */
bool me_read(struct request *, const struct hands *, struct self *out);

/* The link of her number, and since when it is hers; false after an outcome. */
bool me_link(struct request *, const struct hands *, uint8_t link[static LINK_BYTES], when *since);

/*
 * False after an outcome: a member of hers got her number lately, and what cannot be undone
 * waits (person/self.h).
 */
bool me_settled(struct request *, const struct self *);

/*
 * Lists of records, newest first. Where the page that is asked for begins: before this
 * record; UINT64_MAX: the newest. False after an outcome.
 */
bool me_page_from(struct request *, uint64_t *before);

/* Answer with a page, whose reference is taken; `next`: where the next one begins, 0: none. */
void me_page(struct request *, json_t *page, uint64_t next);

/* She gives or ends a consent, now. */
struct grant_act me_grant_act(const struct request *, const struct hands *, const struct self *);

/* What is hers at the desk: that of the link of her number, since it is hers. False: her number is
 * not known any more. */
bool me_desk(const struct hands *, const struct self *, struct forget_hers *,
             uint8_t link[static SUBJECT_LINK]);

/* What she changed acts on the next question. */
void me_grant_reach(struct request *, const struct hands *, const struct grant_act *);

/*
 * Bring a text, below COURIER_TEXT bytes (http/courier.h), to her number, if that is known, unless
 * it is `until` by then. Others may see it too: it names nobody.
 */
void me_tell_self(struct request *, const struct self *, when until, const char *format, ...)
    PRINTF(4, 5);

/* The same to a member, for what staff or an officer did: nor does it say what it is about. */
void me_tell(struct request *, const struct hands *, struct str person, const char *text,
             when until);

/* That there is something to see; not what, nor from whom. */
#define ME_AWAITED "您有一项事宜，请登录查看。 Something awaits you; sign in to see what."
