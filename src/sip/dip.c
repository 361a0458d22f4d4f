#include "sip/dip.h"

#include <stdio.h>

/* What number_parse reads: a whole short URI, else the user part alone. */
static enum number_class number_of_uri(const struct setup *s, struct str text,
                                       const struct uri *uri, number *out)
{
    char shorter[256];
    *out = 0;
    if (uri->user.n == 0)
        return NUMBER_MALFORMED;
    bool sip = uri->host.n > 0;
    if (!sip && !str_ieq(uri->scheme, STR("tel")))
        return NUMBER_MALFORMED;
    if (sip && text.n >= sizeof shorter) {
        if (uri->user.n > 200)
            return NUMBER_MALFORMED;
        snprintf(shorter, sizeof shorter, "sip:%.*s@x;user=phone", STR_ARG(uri->user));
        text = str_of(shorter);
    }
    return number_parse(s->plan, text, s->area, out);
}

static enum number_class read_number(const struct setup *s, struct str text, number *out)
{
    struct uri uri;
    *out = 0;
    return uri_parse(text, &uri) ? number_of_uri(s, text, &uri, out) : NUMBER_MALFORMED;
}

/* The first number among all values of a header. False: the header is not there at all. */
static bool first_number(const struct setup *s, const struct message *m, enum header_id id,
                         number *out, enum number_class *class)
{
    const struct header *h = NULL;
    bool there = false;
    *out = 0;
    *class = NUMBER_MALFORMED;
    while (*class == NUMBER_MALFORMED && (h = message_next(m, id, h)) != NULL) {
        struct str rest = h->value, value;
        while (*class == NUMBER_MALFORMED && value_next(&rest, &value)) {
            struct name_addr address;
            there = true;
            if (name_addr_parse(value, &address))
                *class = read_number(s, address.uri, out);
        }
    }
    return there;
}

static enum number_class read_from(const struct setup *s, const struct message *m, number *out)
{
    struct name_addr from;
    const struct header *h = message_first(m, HEADER_FROM);
    *out = 0;
    if (h == NULL || !name_addr_parse(h->value, &from))
        return NUMBER_MALFORMED;
    return read_number(s, from.uri, out);
}

static void read_caller(const struct setup *s, const struct message *m, struct call *c)
{
    if (!c->peer_trusted || !first_number(s, m, HEADER_ASSERTED, &c->caller, &c->caller_class))
        c->caller_class = read_from(s, m, &c->caller);
}

/* RFC 5806: the topmost is the last one that diverted; `counter` sums several. */
static void read_diversion(const struct setup *s, const struct message *m, struct call *c)
{
    const struct header *h = NULL;
    while ((h = message_next(m, HEADER_DIVERSION, h)) != NULL) {
        struct str rest = h->value, value;
        while (value_next(&rest, &value)) {
            struct name_addr address;
            struct str counter;
            unsigned long long times = 1;
            if (!name_addr_parse(value, &address))
                continue;
            if (param_find(address.params, STR("counter"), &counter) &&
                (!str_to_u64(counter, 100, &times) || times == 0))
                times = 1;
            if (c->diversions == 0)
                read_number(s, address.uri, &c->diverting);
            c->diversions += (unsigned)times;
        }
    }
}

/* Whether the entry's URI was reached because the one before it diverted (RFC 4458, RFC 7044
 * §10.2). */
static bool was_diverted(const struct name_addr *entry)
{
    struct uri uri;
    return param_find(entry->params, STR("mp"), NULL) ||
           (uri_parse(entry->uri, &uri) && param_find(uri.params, STR("cause"), NULL));
}

static void read_history(const struct setup *s, const struct message *m, struct call *c)
{
    const struct header *h = NULL;
    struct str before = {0};
    number diverting = 0;
    unsigned diversions = 0;
    while ((h = message_next(m, HEADER_HISTORY_INFO, h)) != NULL) {
        struct str rest = h->value, value;
        while (value_next(&rest, &value)) {
            struct name_addr entry;
            if (!name_addr_parse(value, &entry))
                continue;
            if (was_diverted(&entry)) {
                diversions++;
                if (before.n > 0)
                    read_number(s, before, &diverting);
            }
            before = entry.uri;
        }
    }
    if (diversions > c->diversions)
        c->diversions = diversions;
    if (c->diverting == 0)
        c->diverting = diverting;
}

/* A trusted peer's single word. False: there are two, which two readers could take differently. */
static bool read_word(const struct message *m, enum header_id id, struct str *out)
{
    const struct header *h = message_first(m, id);
    if (h != NULL)
        *out = h->value;
    return m->seen[id] <= 1;
}

static const char *read_stated(const struct message *m, struct call *c)
{
    struct str roaming = {0}, priority = {0};
    if (!read_word(m, HEADER_LINE, &c->line))
        return "there is more than one X-Menshen-Line";
    if (!read_word(m, HEADER_CAMPAIGN, &c->campaign))
        return "there is more than one X-Menshen-Campaign";
    if (!read_word(m, HEADER_ROAMING, &roaming))
        return "there is more than one X-Menshen-Roaming";
    if (c->line.n >= ID_MAX || c->campaign.n >= ID_MAX)
        return "an X-Menshen id is over 64 bytes";
    if (str_ieq(roaming, STR("yes")))
        c->roaming = ROAMING_YES;
    else if (str_ieq(roaming, STR("no")))
        c->roaming = ROAMING_NO;
    else if (roaming.n > 0)
        return "X-Menshen-Roaming is neither yes nor no";
    read_word(m, HEADER_PRIORITY, &priority);
    c->psap_callback = str_ieq(priority, STR("psap-callback"));
    return NULL;
}

/* RFC 8688 §4.2: `Feature-Caps: *;+sip.608`. */
static bool shows_608(const struct message *m)
{
    const struct header *h = NULL;
    while ((h = message_next(m, HEADER_FEATURE_CAPS, h)) != NULL) {
        struct str rest = h->value, value;
        while (value_next(&rest, &value))
            if (value.n > 1 && value.p[0] == '*' &&
                param_find(str_skip(value, 1), STR("+sip.608"), NULL))
                return true;
    }
    return false;
}

/*
 * The Contact's user part. A number that was looked up before (RFC 4694) keeps its
 * routing number, or the call would be routed to the range's first owner again.
 */
static void write_target(const struct setup *s, struct str user, struct asked *asked)
{
    char text[NUMBER_TEXT];
    struct buf b;
    struct str value;
    const char *params = user.n > 0 ? memchr(user.p, ';', user.n) : NULL;
    number_format(s->plan, asked->callee, text);
    buf_fixed(&b, asked->target, sizeof asked->target - 1);
    buf_str(&b, str_of(text));
    if (params != NULL) {
        struct str tail = str_skip(user, (size_t)(params - user.p));
        if (param_find(tail, STR("npdi"), NULL))
            buf_str(&b, STR(";npdi"));
        if (param_find(tail, STR("rn"), &value) && value.n > 0 && value.n <= 20) {
            size_t digits = value.p[0] == '+';
            while (digits < value.n && value.p[digits] >= '0' && value.p[digits] <= '9')
                digits++;
            if (digits == value.n) {
                buf_str(&b, STR(";rn="));
                buf_str(&b, value);
            }
        }
    }
    asked->target[b.n] = '\0';
}

int dip_read(const struct setup *s, const struct message *m, const struct peer_config *peer,
             const struct in6_addr *address, bool told, struct call *c, struct asked *asked,
             const char **defect)
{
    const struct uri *uri = &m->parts;
    *c = (struct call){.peer = *address, .peer_trusted = peer != NULL && peer->trusted};
    c->relay_told = c->peer_trusted && told;
    *asked = (struct asked){.trusted = c->peer_trusted, .relay_told = c->relay_told};

    if (!m->uri_good) {
        *defect = "the Request-URI cannot be read";
        return 400;
    }
    if (uri->host.n == 0 && !str_ieq(uri->scheme, STR("tel"))) {
        *defect = "Unsupported URI Scheme";
        return 416;
    }
    c->callee_class = number_of_uri(s, m->uri, uri, &c->callee);
    if (c->callee_class == NUMBER_MALFORMED) {
        *defect = "the Request-URI is not a telephone number";
        return 400;
    }
    read_caller(s, m, c);
    read_diversion(s, m, c);
    read_history(s, m, c);
    if (peer != NULL) {
        c->line = str_of(peer->line);
        c->peer_mode = peer->mode;
        asked->code_right = (uint16_t)peer->block_right;
        asked->code_wish = (uint16_t)peer->block_wish;
        asked->code_behaviour = (uint16_t)peer->block_behaviour;
        asked->sip608 = peer->trusted && (peer->sip608 || shows_608(m));
    }
    if (c->peer_trusted) {
        *defect = read_stated(m, c);
        if (*defect != NULL && c->callee_class != NUMBER_EMERGENCY)
            return 400;
    }
    asked->caller = c->caller;
    asked->callee = c->callee;
    asked->port = uri->port == 0 ? 5060 : uri->port;
    if (!str_copy(uri->host, asked->host, sizeof asked->host))
        asked->host[0] = '\0';
    write_target(s, uri->user, asked);
    return 0;
}

enum passport_result dip_identity(const struct setup *s, const struct message *m,
                                  const struct call *c, struct passport_request *out)
{
    const struct header *h = NULL, *date = message_first(m, HEADER_DATE);
    enum passport_result result = PASSPORT_MALFORMED;
    *out = (struct passport_request){.callers = {c->caller}, .callee = c->callee, .now = c->at};
    read_from(s, m, &out->callers[1]);
    if (date != NULL)
        out->date = date->value;
    while (result != PASSPORT_VERIFIED && (h = message_next(m, HEADER_IDENTITY, h)) != NULL) {
        struct str rest = h->value, value;
        while (result != PASSPORT_VERIFIED && value_next(&rest, &value))
            result = passport_header(value, &out->token, &out->url);
    }
    return result;
}
