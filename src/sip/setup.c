#include "sip/setup.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

bool address_parse(struct str text, struct in6_addr *out)
{
    char copy[64];
    struct in_addr v4;
    if (text.n > 1 && text.p[0] == '[' && text.p[text.n - 1] == ']')
        text = (struct str){.p = text.p + 1, .n = text.n - 2};
    if (!str_copy(text, copy, sizeof copy))
        return false;
    if (inet_pton(AF_INET, copy, &v4) == 1) {
        memset(out, 0, sizeof *out);
        out->s6_addr[10] = out->s6_addr[11] = 0xff;
        memcpy(&out->s6_addr[12], &v4, 4);
        return true;
    }
    return inet_pton(AF_INET6, copy, out) == 1;
}

void address_format(const struct in6_addr *address, char out[static ADDRESS_TEXT])
{
    char text[INET6_ADDRSTRLEN] = "";
    if (IN6_IS_ADDR_V4MAPPED(address)) {
        inet_ntop(AF_INET, &address->s6_addr[12], text, sizeof text);
        snprintf(out, ADDRESS_TEXT, "%s", text);
    } else {
        inet_ntop(AF_INET6, address, text, sizeof text);
        snprintf(out, ADDRESS_TEXT, "[%s]", text);
    }
}

/* "host" or "host:port", numeric or a name: it is only written into a Contact. */
static bool read_next_hop(struct setup *s, const char *text)
{
    char uri[300];
    struct uri parts;
    s->next_hop = str_of(text);
    if (snprintf(uri, sizeof uri, "sip:x@%s", text) >= (int)sizeof uri ||
        !uri_parse(str_of(uri), &parts) || parts.params.n > 0)
        return false;
    s->next_host = (struct str){.p = text, .n = parts.host.n};
    s->next_port = parts.port == 0 ? 5060 : parts.port;
    return true;
}

static void read_base_url(struct setup *s, const struct config *c)
{
    if (c->http.public_url != NULL && c->http.public_url[0] != '\0')
        snprintf(s->base_url, sizeof s->base_url, "%s", c->http.public_url);
    else
        snprintf(s->base_url, sizeof s->base_url, "http://%s",
                 c->http.listen == NULL ? "localhost" : c->http.listen);
    size_t n = strlen(s->base_url);
    while (n > 0 && s->base_url[n - 1] == '/')
        s->base_url[--n] = '\0';
}

enum err setup_new(const struct config *c, const struct rules *rules, struct setup **out,
                   struct problem *problem)
{
    struct setup *s = calloc(1, sizeof *s);
    *out = NULL;
    if (s == NULL)
        return problem_set(problem, ERR_MEMORY, "sip: out of memory");
    s->config = c;
    s->rules = rules;
    s->plan = rules_plan(rules);
    s->area = str_of(c->sip.area_code);
    s->announcement = str_of(c->sip.announcement);
    read_base_url(s, c);
    struct uri announcement;
    if (s->announcement.n > 0 && !uri_parse(s->announcement, &announcement)) {
        setup_free(s);
        return problem_set(problem, ERR_INVALID,
                           "sip.announcement: \"%s\" is not a SIP URI, such as "
                           "sip:warning@10.0.0.5",
                           c->sip.announcement);
    }
    if (c->sip.next_hop != NULL && c->sip.next_hop[0] != '\0' &&
        !read_next_hop(s, c->sip.next_hop)) {
        setup_free(s);
        return problem_set(problem, ERR_INVALID, "sip.next_hop: \"%s\" is not host or host:port",
                           c->sip.next_hop);
    }
    *out = s;
    return OK;
}

void setup_free(struct setup *s)
{
    free(s);
}
