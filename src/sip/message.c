#include "sip/message.h"

struct name {
    struct str text;
    char compact; /* RFC 3261 §7.3.3, and 0 */
    enum header_id id;
};

#define NAME(text, compact, id)                                                                    \
    {                                                                                              \
        {(text), sizeof(text) - 1}, (compact), (id)                                                \
    }
static const struct name names[] = {
    NAME("Via", 'v', HEADER_VIA),
    NAME("From", 'f', HEADER_FROM),
    NAME("To", 't', HEADER_TO),
    NAME("Call-ID", 'i', HEADER_CALL_ID),
    NAME("CSeq", 0, HEADER_CSEQ),
    NAME("Max-Forwards", 0, HEADER_MAX_FORWARDS),
    NAME("Content-Length", 'l', HEADER_CONTENT_LENGTH),
    NAME("Require", 0, HEADER_REQUIRE),
    NAME("P-Asserted-Identity", 0, HEADER_ASSERTED),
    NAME("Diversion", 0, HEADER_DIVERSION),
    NAME("History-Info", 0, HEADER_HISTORY_INFO),
    NAME("Priority", 0, HEADER_PRIORITY),
    NAME("Feature-Caps", 0, HEADER_FEATURE_CAPS),
    NAME("Identity", 'y', HEADER_IDENTITY),
    NAME("Date", 0, HEADER_DATE),
    NAME("X-Menshen-Line", 0, HEADER_LINE),
    NAME("X-Menshen-Campaign", 0, HEADER_CAMPAIGN),
    NAME("X-Menshen-Roaming", 0, HEADER_ROAMING),
};
#undef NAME

static enum header_id header_of(struct str name)
{
    char lower = name.n > 0 ? (char)(name.p[0] | 0x20) : '\0';
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct name *known = &names[i];
        if (name.n == 1 ? known->compact == lower
                        : known->text.n == name.n && (known->text.p[0] | 0x20) == lower &&
                              str_ieq(known->text, name))
            return known->id;
    }
    return HEADER_OTHER;
}

/* Token bytes of RFC 3261 §25.1. */
static const bool token_byte[256] = {
    ['-'] = true, ['.'] = true, ['!'] = true,  ['%'] = true, ['*'] = true, ['_'] = true,
    ['+'] = true, ['`'] = true, ['\''] = true, ['~'] = true, ['0'] = true, ['1'] = true,
    ['2'] = true, ['3'] = true, ['4'] = true,  ['5'] = true, ['6'] = true, ['7'] = true,
    ['8'] = true, ['9'] = true, ['A'] = true,  ['B'] = true, ['C'] = true, ['D'] = true,
    ['E'] = true, ['F'] = true, ['G'] = true,  ['H'] = true, ['I'] = true, ['J'] = true,
    ['K'] = true, ['L'] = true, ['M'] = true,  ['N'] = true, ['O'] = true, ['P'] = true,
    ['Q'] = true, ['R'] = true, ['S'] = true,  ['T'] = true, ['U'] = true, ['V'] = true,
    ['W'] = true, ['X'] = true, ['Y'] = true,  ['Z'] = true, ['a'] = true, ['b'] = true,
    ['c'] = true, ['d'] = true, ['e'] = true,  ['f'] = true, ['g'] = true, ['h'] = true,
    ['i'] = true, ['j'] = true, ['k'] = true,  ['l'] = true, ['m'] = true, ['n'] = true,
    ['o'] = true, ['p'] = true, ['q'] = true,  ['r'] = true, ['s'] = true, ['t'] = true,
    ['u'] = true, ['v'] = true, ['w'] = true,  ['x'] = true, ['y'] = true, ['z'] = true,
};

static bool token(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!token_byte[(unsigned char)s.p[i]])
            return false;
    return s.n > 0;
}

static enum message_kind bad(struct message *m, int status, const char *defect)
{
    if (m->defect == NULL) {
        m->status = status;
        m->defect = defect;
    }
    return MESSAGE_BAD;
}

/* One line without its end; a fold's lines come as one. False at the end of `*rest`. */
static bool next_line(struct str *rest, bool unfold, struct str *line)
{
    size_t n = 0;
    if (rest->n == 0)
        return false;
    for (;;) {
        const char *lf = memchr(rest->p + n, '\n', rest->n - n);
        if (lf == NULL) {
            *line = *rest;
            *rest = str_skip(*rest, rest->n);
            return true;
        }
        size_t end = (size_t)(lf - rest->p);
        n = end + 1;
        bool empty = end == 0 || (end == 1 && rest->p[0] == '\r');
        if (unfold && !empty && n < rest->n && (rest->p[n] == ' ' || rest->p[n] == '\t'))
            continue;
        *line = (struct str){.p = rest->p, .n = end};
        if (line->n > 0 && line->p[line->n - 1] == '\r')
            line->n--;
        *rest = str_skip(*rest, n);
        return true;
    }
}

static bool is_version(struct str s)
{
    return s.n > 4 && str_ieq((struct str){s.p, 4}, STR("SIP/"));
}

static enum method method_of(struct str s)
{
    static const struct str known[] = {
        [METHOD_INVITE] = {"INVITE", 6},
        [METHOD_ACK] = {"ACK", 3},
        [METHOD_CANCEL] = {"CANCEL", 6},
        [METHOD_OPTIONS] = {"OPTIONS", 7},
    };
    for (enum method m = METHOD_INVITE; m < METHOD_OTHER; m++)
        if (str_eq(known[m], s))
            return m;
    return METHOD_OTHER;
}

/* MESSAGE_NONE if the line is not even the outline of a request. */
static enum message_kind first_line(struct message *m, struct str line)
{
    struct str rest = line, version;
    if (is_version(line))
        return MESSAGE_RESPONSE;
    if (!str_split(&rest, ' ', &m->method_text) || !token(m->method_text))
        return MESSAGE_NONE;
    m->method = method_of(m->method_text);
    /* The version is behind the last blank, so that a URI with blanks inside is seen as such. */
    size_t last = rest.n;
    while (last > 0 && rest.p[last - 1] != ' ')
        last--;
    version = last > 0 ? str_skip(rest, last) : (struct str){0};
    if (!is_version(version))
        return bad(m, 400, "the request line is not METHOD URI SIP/2.0");
    m->uri = (struct str){.p = rest.p, .n = last - 1};
    m->uri_good = uri_parse(m->uri, &m->parts);
    if (!str_ieq(version, STR("SIP/2.0")))
        return bad(m, 505, "only SIP/2.0 is spoken here");
    if (!m->uri_good)
        return bad(m, 400, "the Request-URI cannot be read");
    return MESSAGE_REQUEST;
}

/* A byte that would let one reader see an end where another sees none: NUL, or CR without LF. */
static bool has_stray_control(struct str line)
{
    if (line.n == 0)
        return false;
    if (memchr(line.p, '\0', line.n) != NULL)
        return true;
    for (const char *cr; (cr = memchr(line.p, '\r', line.n)) != NULL;) {
        line = str_skip(line, (size_t)(cr - line.p) + 1);
        if (line.n == 0 || line.p[0] != '\n')
            return true;
    }
    return false;
}

static void header_line(struct message *m, struct str line)
{
    const char *colon = memchr(line.p, ':', line.n);
    struct str name = {.p = line.p, .n = colon == NULL ? 0 : (size_t)(colon - line.p)};
    name = value_trim(name);
    if (!token(name) || name.p != line.p) {
        bad(m, 400, "a header line is not Name: value");
        return;
    }
    enum header_id id = header_of(name);
    struct str value = value_trim(str_skip(line, (size_t)(colon - line.p) + 1));
    if (has_stray_control(value)) {
        bad(m, 400, "a header value holds a control character");
        return;
    }
    if (id == HEADER_OTHER)
        return;
    if (m->count == HEADERS_MAX) {
        bad(m, 400, "there are more than 100 header fields of the kinds read here");
        return;
    }
    m->header[m->count++] = (struct header){.id = id, .value = value};
    m->seen[id]++;
}

const struct header *message_next(const struct message *m, enum header_id id,
                                  const struct header *after)
{
    if (m->seen[id] == (after == NULL ? 0 : 1))
        return NULL; /* there is none, or no other one */
    for (size_t i = after == NULL ? 0 : (size_t)(after - m->header) + 1; i < m->count; i++)
        if (m->header[i].id == id)
            return &m->header[i];
    return NULL;
}

const struct header *message_first(const struct message *m, enum header_id id)
{
    return message_next(m, id, NULL);
}

static void check_vias(struct message *m)
{
    size_t count = 0;
    const struct header *h = NULL;
    while ((h = message_next(m, HEADER_VIA, h)) != NULL) {
        struct str rest = h->value, value;
        while (value_next(&rest, &value))
            count++;
    }
    if (count > VIAS_MAX)
        bad(m, 400, "there are more than 70 Via values");
}

/* The topmost Via; without one nobody can be answered. */
static bool read_via(struct message *m)
{
    const struct header *h = message_first(m, HEADER_VIA);
    struct str value;
    if (h == NULL)
        return false;
    m->via_rest = h->value;
    return value_next(&m->via_rest, &value) && via_parse(value, &m->via);
}

/* `4711 INVITE`. False: not even that form. */
static bool read_cseq(struct message *m)
{
    const struct header *h = message_first(m, HEADER_CSEQ);
    if (h == NULL)
        return false;
    size_t digits = 0;
    while (digits < h->value.n && h->value.p[digits] >= '0' && h->value.p[digits] <= '9')
        digits++;
    struct str method = value_trim(str_skip(h->value, digits));
    if (digits == 0 || digits == h->value.n || !token(method))
        return false;
    unsigned long long number;
    if (!str_to_u64((struct str){h->value.p, digits}, INT32_MAX, &number)) {
        bad(m, 400, "the CSeq number is over 2147483647");
        return true;
    }
    m->cseq = (uint32_t)number;
    if (!str_eq(method, m->method_text))
        bad(m, 400, "the CSeq method is not the method of the request");
    return true;
}

static void check_once(struct message *m)
{
    static const struct {
        enum header_id id;
        const char *missing, *twice;
    } required[] = {
        {HEADER_FROM, "the From header is missing", "there is more than one From"},
        {HEADER_TO, "the To header is missing", "there is more than one To"},
        {HEADER_CALL_ID, "the Call-ID header is missing", "there is more than one Call-ID"},
        {HEADER_CSEQ, "the CSeq header is missing", "there is more than one CSeq"},
    };
    for (size_t i = 0; i < sizeof required / sizeof *required; i++) {
        if (m->seen[required[i].id] == 0)
            bad(m, 400, required[i].missing);
        if (m->seen[required[i].id] > 1)
            bad(m, 400, required[i].twice);
    }
    if (m->seen[HEADER_MAX_FORWARDS] > 1)
        bad(m, 400, "there is more than one Max-Forwards");
    if (m->seen[HEADER_CONTENT_LENGTH] > 1)
        bad(m, 400, "there is more than one Content-Length");
}

static void check_values(struct message *m)
{
    struct name_addr address;
    const struct header *h = message_first(m, HEADER_FROM);
    if (h != NULL && !name_addr_parse(h->value, &address))
        bad(m, 400, "the From header cannot be read");
    h = message_first(m, HEADER_TO);
    if (h != NULL && !name_addr_parse(h->value, &address))
        bad(m, 400, "the To header cannot be read");
    h = message_first(m, HEADER_CALL_ID);
    if (h != NULL && (h->value.n == 0 || h->value.n > 1024))
        bad(m, 400, "the Call-ID is empty or over 1024 bytes");
    h = message_first(m, HEADER_MAX_FORWARDS);
    unsigned long long hops;
    if (h != NULL && !str_to_u64(h->value, HOPS_MAX, &hops))
        bad(m, 400, "Max-Forwards is not a number from 0 to 255");
    else if (h != NULL)
        m->hops = (unsigned)hops;
}

static void read_body(struct message *m, struct str rest, bool stream)
{
    const struct header *h = message_first(m, HEADER_CONTENT_LENGTH);
    unsigned long long length = rest.n;
    if (h != NULL && !str_to_u64(h->value, MESSAGE_MAX, &length)) {
        bad(m, 400, "Content-Length is not a number from 0 to 65535");
        return;
    }
    if (h == NULL && stream)
        bad(m, 400, "Content-Length is missing, which a stream needs");
    if (length > rest.n) {
        bad(m, 400, "the body is shorter than its Content-Length");
        length = rest.n;
    }
    m->body = (struct str){.p = rest.p, .n = length};
}

static struct str without_leading_lines(struct str packet)
{
    while (packet.n > 0 && (packet.p[0] == '\r' || packet.p[0] == '\n'))
        packet = str_skip(packet, 1);
    return packet;
}

/* Everything but the header array, which `count` says to be empty. */
static void reset(struct message *m)
{
    m->method = METHOD_OTHER;
    m->method_text = m->uri = m->via_rest = m->body = (struct str){0};
    m->uri_good = false;
    m->count = 0;
    memset(m->seen, 0, sizeof m->seen);
    m->via = (struct via){0};
    m->cseq = 0;
    m->hops = HOPS_ABSENT;
    m->status = 0;
    m->defect = NULL;
}

enum message_kind message_parse(struct str packet, bool stream, struct message *m)
{
    struct str rest = without_leading_lines(packet), line;
    bool ended = false;

    reset(m);
    if (rest.n == 0 || rest.n > MESSAGE_MAX || !next_line(&rest, false, &line))
        return MESSAGE_NONE;
    enum message_kind kind = first_line(m, line);
    if (kind == MESSAGE_RESPONSE || kind == MESSAGE_NONE)
        return kind;
    while (!ended && next_line(&rest, true, &line)) {
        ended = line.n == 0;
        if (!ended)
            header_line(m, line);
    }
    if (!read_via(m))
        return MESSAGE_NONE;
    if (!ended)
        bad(m, 400, "the empty line behind the header is missing");
    check_once(m);
    if (!read_cseq(m))
        bad(m, 400, "the CSeq header is not a number and a method");
    check_vias(m);
    check_values(m);
    read_body(m, rest, stream);
    return m->defect == NULL ? MESSAGE_REQUEST : MESSAGE_BAD;
}

/* The Content-Length among the lines of `head`; false if there is none, or it is not a number. */
static bool find_length(struct str head, size_t *length)
{
    struct str line;
    unsigned long long number;
    if (!next_line(&head, false, &line))
        return false;
    while (next_line(&head, true, &line) && line.n > 0) {
        const char *colon = memchr(line.p, ':', line.n);
        if (colon == NULL)
            continue;
        struct str name = value_trim((struct str){line.p, (size_t)(colon - line.p)});
        if (header_of(name) != HEADER_CONTENT_LENGTH)
            continue;
        struct str value = value_trim(str_skip(line, (size_t)(colon - line.p) + 1));
        if (!str_to_u64(value, MESSAGE_MAX, &number))
            return false;
        *length = (size_t)number;
        return true;
    }
    return false;
}

enum frame message_frame(struct str bytes, size_t *searched, size_t *length)
{
    size_t end = 0;
    size_t i = *searched;
    for (; i < bytes.n && end == 0; i++) {
        if (bytes.p[i] != '\n')
            continue;
        if (i + 1 < bytes.n && bytes.p[i + 1] == '\n')
            end = i + 2;
        else if (i + 2 < bytes.n && bytes.p[i + 1] == '\r' && bytes.p[i + 2] == '\n')
            end = i + 3;
    }
    *length = bytes.n;
    *searched = i > 3 ? i - 3 : 0;
    if (end == 0)
        return bytes.n >= MESSAGE_MAX ? FRAME_BAD : FRAME_MORE;
    size_t body;
    *length = end;
    if (!find_length((struct str){bytes.p, end}, &body) || end + body > MESSAGE_MAX)
        return FRAME_BAD;
    if (bytes.n - end < body)
        return FRAME_MORE;
    *length = end + body;
    return FRAME_WHOLE;
}
