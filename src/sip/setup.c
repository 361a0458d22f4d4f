#include "sip/setup.h"

#include <stdio.h>
#include <stdlib.h>

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

static void read_redress(struct setup *s, const struct config *c)
{
    const char *const contacts[] = {c->redress.url, c->redress.tel, c->redress.email};
    static const char *const names[] = {"url", "tel", "email"};
    s->card = c->redress.certificate != NULL;
    /* The first that fits: a Reason has 128 characters. */
    for (size_t i = 0; i < 3 && s->appeal[0] == '\0'; i++)
        if (contacts[i] != NULL &&
            snprintf(s->appeal, sizeof s->appeal, "%s=%s", names[i], contacts[i]) > APPEAL_MAX)
            s->appeal[0] = '\0';
}

/* Empty: it is not set. */
static enum err read_announcement(const char *key, const char *text, struct str *out,
                                  struct problem *problem)
{
    struct uri uri;
    *out = str_of(text);
    if (out->n == 0 || uri_parse(*out, &uri))
        return OK;
    return problem_set(problem, ERR_INVALID,
                       "%s: \"%s\" is not a SIP URI, such as sip:warning@10.0.0.5", key, text);
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
    read_base_url(s, c);
    read_redress(s, c);
    enum err e =
        read_announcement("sip.announcement", c->sip.announcement, &s->announcement, problem);
    if (e == OK)
        e = read_announcement("sip.relay_announcement", c->sip.relay_announcement,
                              &s->relay_announcement, problem);
    if (e == OK && c->sip.next_hop != NULL && c->sip.next_hop[0] != '\0' &&
        !read_next_hop(s, c->sip.next_hop))
        e = problem_set(problem, ERR_INVALID, "sip.next_hop: \"%s\" is not host or host:port",
                        c->sip.next_hop);
    if (e != OK) {
        setup_free(s);
        return e;
    }
    if (s->relay_announcement.n == 0)
        s->relay_announcement = s->announcement;
    *out = s;
    return OK;
}

void setup_free(struct setup *s)
{
    free(s);
}
