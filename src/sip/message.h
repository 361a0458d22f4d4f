/*
 * message: a SIP request as views into its packet.
 *
 * One pass, no allocation, nothing copied. Strict where a lenient reading would
 * let two parties read two things (required headers once each, CSeq of the same
 * method, a body as long as it says), tolerant where old equipment is merely
 * untidy: compact names, folded lines, bare LF, blanks around colons, empty lines
 * in front (RFC 3261 §7.5).
 *
 * A parse that is not MESSAGE_REQUEST has still found all it could, so that a bad
 * request is answered and not passed over in silence. Pure; any thread.
 */
#pragma once
#include "sip/address.h"

enum {
    MESSAGE_MAX = 65535, /* bytes */
    HEADERS_MAX = 100,   /* kept: those named below; others are passed over */
    VIAS_MAX = 70,
    HOPS_MAX = 255,
    HOPS_ABSENT = 70,
};

enum method { METHOD_INVITE, METHOD_ACK, METHOD_CANCEL, METHOD_OPTIONS, METHOD_OTHER };

enum header_id {
    HEADER_OTHER,
    HEADER_VIA,
    HEADER_FROM,
    HEADER_TO,
    HEADER_CALL_ID,
    HEADER_CSEQ,
    HEADER_MAX_FORWARDS,
    HEADER_CONTENT_LENGTH,
    HEADER_REQUIRE,
    HEADER_ASSERTED, /* P-Asserted-Identity */
    HEADER_DIVERSION,
    HEADER_HISTORY_INFO,
    HEADER_PRIORITY,
    HEADER_FEATURE_CAPS,
    HEADER_IDENTITY,
    HEADER_DATE,
    HEADER_LINE,     /* X-Menshen-Line */
    HEADER_CAMPAIGN, /* X-Menshen-Campaign */
    HEADER_ROAMING,  /* X-Menshen-Roaming */
};
enum { HEADER_IDS = HEADER_ROAMING + 1 };

struct header {
    enum header_id id;
    struct str value; /* trimmed; may be folded */
};

enum message_kind {
    MESSAGE_REQUEST,  /* good */
    MESSAGE_BAD,      /* a request to be answered with `status` and `defect` */
    MESSAGE_RESPONSE, /* not for us */
    MESSAGE_NONE,     /* no Via or CSeq to answer to, or not SIP: drop */
};

struct message {
    enum method method;
    struct str method_text, uri;
    struct uri parts; /* of `uri`, if uri_good */
    bool uri_good;
    struct header header[HEADERS_MAX];
    size_t count;
    uint8_t seen[HEADER_IDS]; /* how many lines, at most HEADERS_MAX */
    struct via via;           /* the topmost */
    struct str via_rest; /* of the topmost Via line, behind its first value; p is NULL if none */
    uint32_t cseq;
    unsigned hops; /* Max-Forwards; without one HOPS_ABSENT, as from RFC 2543 clients (RFC 4475
                      §3.4.1) */
    struct str body;
    int status;         /* of MESSAGE_BAD: 400 or 505 */
    const char *defect; /* English, static: what is wrong */
};

/* A whole datagram, or one framed message of a stream (`stream` demands a Content-Length). */
enum message_kind message_parse(struct str packet, bool stream, struct message *out);

/* The first header of this kind, or NULL. */
const struct header *message_first(const struct message *, enum header_id);

/* The next one behind `after` (NULL: the first), or NULL. */
const struct header *message_next(const struct message *, enum header_id,
                                  const struct header *after);

/*
 * For streams: length of the first message in `bytes`, its body included.
 * FRAME_MORE: not all there yet; `*searched` (0 at the message's first byte) keeps
 * how far the header has been read, so that a message sent byte by byte costs no
 * more. FRAME_BAD: no Content-Length, or over MESSAGE_MAX: answer if the first
 * `*length` bytes can be parsed, then close, since where the next message starts is
 * unknown.
 */
enum frame { FRAME_WHOLE, FRAME_MORE, FRAME_BAD };
enum frame message_frame(struct str bytes, size_t *searched, size_t *length);
