#include "sip/address.h"

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str value_trim(struct str s)
{
    return str_trim(s);
}

/* Index of the first `c`; s.n if none. */
static size_t find(struct str s, char c)
{
    const char *at = s.n > 0 ? memchr(s.p, c, s.n) : NULL;
    return at != NULL ? (size_t)(at - s.p) : s.n;
}

/* Index of the first `stop` outside quotes and, if asked, angle brackets; s.n if none. */
static size_t scan(struct str s, char stop, bool brackets)
{
    bool quoted = false, inside = false;
    const size_t first = find(s, stop);
    const struct str before = {.p = s.p, .n = first};
    if (find(before, '"') == first && (!brackets || find(before, '<') == first))
        return first;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (quoted) {
            if (c == '\\')
                i++;
            else if (c == '"')
                quoted = false;
        } else if (c == stop && !inside) {
            return i;
        } else if (c == '"') {
            quoted = true;
        } else if (brackets && c == '<') {
            inside = true;
        } else if (brackets && c == '>') {
            inside = false;
        }
    }
    return s.n;
}

static struct str head(struct str s, size_t n)
{
    return (struct str){.p = s.p, .n = n < s.n ? n : s.n};
}

bool value_next(struct str *rest, struct str *value)
{
    if (rest->p == NULL)
        return false;
    size_t at = scan(*rest, ',', true);
    *value = value_trim(head(*rest, at));
    *rest = at < rest->n ? str_skip(*rest, at + 1) : (struct str){0};
    return true;
}

bool param_next(struct str *rest, struct str *param)
{
    *rest = value_trim(*rest);
    if (rest->n == 0 || rest->p[0] != ';')
        return false;
    struct str body = str_skip(*rest, 1);
    size_t end = scan(body, ';', false);
    *param = value_trim(head(body, end));
    *rest = str_skip(body, end);
    return true;
}

static struct str unquoted(struct str s)
{
    if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
        return (struct str){.p = s.p + 1, .n = s.n - 2};
    return s;
}

bool param_find(struct str params, struct str name, struct str *value)
{
    struct str param;
    while (param_next(&params, &param)) {
        size_t equals = scan(param, '=', false);
        if (!str_ieq(value_trim(head(param, equals)), name))
            continue;
        if (value != NULL)
            *value = unquoted(value_trim(str_skip(param, equals + 1)));
        return true;
    }
    return false;
}

bool name_addr_parse(struct str value, struct name_addr *out)
{
    *out = (struct name_addr){0};
    value = value_trim(value);
    size_t open = scan(value, '<', false);
    if (open < value.n) {
        struct str rest = str_skip(value, open + 1);
        const char *close = rest.n > 0 ? memchr(rest.p, '>', rest.n) : NULL;
        if (close == NULL)
            return false;
        out->display = value_trim(head(value, open));
        out->uri = value_trim(head(rest, (size_t)(close - rest.p)));
        out->params = value_trim(str_skip(rest, (size_t)(close - rest.p) + 1));
    } else {
        /* Without brackets, parameters belong to the header, not to the URI (§20.10). */
        size_t semicolon = scan(value, ';', false);
        out->uri = value_trim(head(value, semicolon));
        out->params = str_skip(value, semicolon);
    }
    if (out->params.n > 0 && out->params.p[0] != ';')
        return false;
    return out->uri.n > 0 && memchr(out->uri.p, '"', out->uri.n) == NULL &&
           memchr(out->uri.p, ' ', out->uri.n) == NULL;
}

enum { IN_HOST = 1, NOT_IN_URI = 2 };

/* What a byte may be. */
static const uint8_t kind[256] = {
    [0 ... ' '] = NOT_IN_URI, ['"'] = NOT_IN_URI,      ['<'] = NOT_IN_URI,
    ['>'] = NOT_IN_URI,       [0x7f] = NOT_IN_URI,     ['a' ... 'z'] = IN_HOST,
    ['A' ... 'Z'] = IN_HOST,  ['0' ... '9'] = IN_HOST, ['-'] = IN_HOST,
    ['.'] = IN_HOST,          ['_'] = IN_HOST,
};

static bool host_byte(char c)
{
    return kind[(unsigned char)c] == IN_HOST;
}

/* `host`, `host:port`, `[v6]:port`, with blanks around the colon as §7.3.1 lets one write. */
static bool host_port(struct str text, struct str *host, uint16_t *port)
{
    size_t n = 0;
    *port = 0;
    if (text.n > 0 && text.p[0] == '[') {
        const char *close = memchr(text.p, ']', text.n);
        if (close == NULL)
            return false;
        n = (size_t)(close - text.p) + 1;
        for (size_t i = 1; i + 1 < n; i++)
            if (!host_byte(text.p[i]) && text.p[i] != ':')
                return false;
    } else {
        while (n < text.n && host_byte(text.p[n]))
            n++;
    }
    if (n == 0 || n > 255)
        return false;
    *host = head(text, n);
    struct str rest = value_trim(str_skip(text, n));
    if (rest.n == 0)
        return true;
    unsigned long long number;
    if (rest.p[0] != ':' || !str_to_u64(value_trim(str_skip(rest, 1)), 65535, &number) ||
        number == 0)
        return false;
    *port = (uint16_t)number;
    return true;
}

bool uri_parse(struct str text, struct uri *out)
{
    *out = (struct uri){0};
    const size_t colon = find(text, ':');
    if (colon == 0 || colon == text.n)
        return false;
    for (size_t i = 0; i < text.n; i++)
        if (kind[(unsigned char)text.p[i]] == NOT_IN_URI)
            return false;
    out->scheme = head(text, colon);
    struct str rest = str_skip(text, colon + 1);
    if (!str_ieq(out->scheme, STR("sip")) && !str_ieq(out->scheme, STR("sips"))) {
        out->user = rest;
        return rest.n > 0;
    }
    const char *at = rest.n > 0 ? memchr(rest.p, '@', rest.n) : NULL;
    if (at != NULL) {
        struct str user = head(rest, (size_t)(at - rest.p));
        const char *password = user.n > 0 ? memchr(user.p, ':', user.n) : NULL;
        out->user = password != NULL ? head(user, (size_t)(password - user.p)) : user;
        rest = str_skip(rest, (size_t)(at - rest.p) + 1);
        if (out->user.n == 0)
            return false;
    }
    size_t end = 0;
    while (end < rest.n && rest.p[end] != ';' && rest.p[end] != '?')
        end++;
    struct str tail = str_skip(rest, end);
    out->params = head(tail, find(tail, '?'));
    return host_port(head(rest, end), &out->host, &out->port);
}

/* Up to a slash, with blanks around it: `SIP / 2.0 / UDP` is lawful. */
static bool protocol_part(struct str *rest, struct str *part)
{
    const char *slash = rest->n > 0 ? memchr(rest->p, '/', rest->n) : NULL;
    if (slash == NULL)
        return false;
    *part = value_trim(head(*rest, (size_t)(slash - rest->p)));
    *rest = str_skip(*rest, (size_t)(slash - rest->p) + 1);
    return part->n > 0;
}

bool via_parse(struct str value, struct via *out)
{
    struct str rest = value, name, version;
    *out = (struct via){0};
    if (!protocol_part(&rest, &name) || !protocol_part(&rest, &version) ||
        !str_ieq(name, STR("SIP")) || !str_eq(version, STR("2.0")))
        return false;
    rest = value_trim(rest);
    size_t n = 0;
    while (n < rest.n && !blank(rest.p[n]) && rest.p[n] != ';' && rest.p[n] != ',')
        n++;
    out->transport = head(rest, n);
    out->protocol = (struct str){.p = value.p, .n = (size_t)(rest.p + n - value.p)};
    rest = value_trim(str_skip(rest, n));
    size_t end = scan(rest, ';', false);
    out->sent_by = value_trim(head(rest, end));
    out->params = str_skip(rest, end);
    if (n == 0 || !host_port(out->sent_by, &out->host, &out->port))
        return false;
    param_find(out->params, STR("branch"), &out->branch);
    out->rport = param_find(out->params, STR("rport"), NULL);
    return true;
}

void value_put(struct buf *b, struct str value)
{
    while (value.n > 0) {
        const size_t n = find(head(value, find(value, '\n')), '\r');
        buf_str(b, head(value, n));
        value = str_skip(value, n);
        if (value.n == 0)
            return;
        while (value.n > 0 && blank(value.p[0]))
            value = str_skip(value, 1);
        buf_u8(b, ' ');
    }
}
