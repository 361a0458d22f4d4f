/* The route table as OpenAPI 3.1, and as docs/api.md's table. */
#include "core/buf.h"
#include "http/cookie.h"
#include "http/idempotency.h"
#include "http/route.h"
#include "http/schemas.h"
#include "http/scopes.h"

#include <ctype.h>
#include <stdio.h>

/* Compiled into the program, so that they always fit together; a missing piece shows in the tests.
 */
static void put(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) != 0)
        return;
}

static json_t *reference(const char *schema)
{
    char text[96];
    if (schema == NULL)
        return json_pack("{s:s}", "type", "string");
    snprintf(text, sizeof text, "#/components/schemas/%s", schema);
    return json_pack("{s:s}", "$ref", text);
}

/* What a refusal with this status has in common; its "code" says which it is. */
static const char *meaning(const char *status)
{
    static const char *const texts[][2] = {
        {"400", "what was sent is not what this route takes; \"detail\" says where"},
        {"401", "nobody is signed in, or the token is not in force"},
        {"403", "not for this role or scope, or the gate refuses it"},
        {"404", "it is not there, or not there for you"},
        {"406", "not in a form that was asked for"},
        {"409", "as things stand it cannot be done"},
        {"410", "it was there and is gone"},
        {"412", "it has changed since it was read; read it again"},
        {"413", "too long"},
        {"415", "another Content-Type is wanted"},
        {"422", "understood, and what it says cannot be accepted"},
        {"428", "the header If-Match is missing"},
        {"429", "too often; come back after Retry-After"},
        {"503", "not at the moment; try again, after Retry-After if it is there"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(texts[i][0], status) == 0)
            return texts[i][1];
    return "a problem";
}

/* "503!" is a status with the body of success. */
static void add_answer(json_t *all, const struct route *r, struct str code)
{
    char status[8];
    if (!str_copy((struct str){code.p, code.n < 3 ? code.n : 3}, status, sizeof status))
        return;
    if (strcmp(status, "304") == 0) {
        put(all, status, json_pack("{s:s}", "description", "the same as the ETag names"));
        return;
    }
    const bool own = code.n == 4 && code.p[3] == '!';
    const bool opaque = r->answer_schema == NULL && strcmp(r->answers, "application/json") == 0;
    json_t *schema = !own     ? reference("Problem")
                     : opaque ? json_pack("{s:s}", "type", "object")
                              : reference(r->answer_schema);
    put(all, status,
        json_pack("{s:s, s:{s:{s:o}}}", "description", own ? r->summary : meaning(status),
                  "content", own ? r->answers : "application/problem+json", "schema", schema));
    struct str rest = str_of(own ? r->also : ""), one;
    char also[64];
    while (str_split(&rest, ' ', &one))
        if (one.n > 0 && str_copy(one, also, sizeof also))
            put(json_object_get(json_object_get(all, status), "content"), also,
                json_pack("{s:o}", "schema", reference(NULL)));
}

static void add_answers(json_t *all, const struct route *r, const char *codes)
{
    struct str rest = str_of(codes), code;
    while (str_split(&rest, ' ', &code))
        if (code.n > 0)
            add_answer(all, r, code);
}

/* Those of its entry, and those that everything it asks for brings with it. */
static json_t *responses(const struct route *r)
{
    json_t *all = json_object();
    char success[16];
    snprintf(success, sizeof success, "%d!", r->status > 0 ? r->status : 200);
    add_answers(all, r, "400 503");
    if (r->access == ACCESS_ROLE)
        add_answers(all, r, "401 403");
    if (r->takes != BODY_NONE)
        add_answers(all, r, "413");
    if (r->takes == BODY_JSON)
        add_answers(all, r, "415");
    if (r->if_match)
        add_answers(all, r, "412 428");
    if (r->once)
        add_answers(all, r, "409 422");
    add_answers(all, r, r->codes != NULL ? r->codes : "");
    add_answers(all, r, success);
    return all;
}

static void add(json_t *list, json_t *value)
{
    if (json_array_append_new(list, value) != 0)
        return;
}

static void add_parameter(json_t *parameters, struct str name)
{
    add(parameters, json_pack("{s:s%, s:s, s:b, s:{s:s}}", "name", name.p, name.n, "in", "path",
                              "required", 1, "schema", "type", "string"));
}

static json_t *query_schema(const struct query_param *p)
{
    struct str rest = str_of(p->words), word;
    json_t *words;
    switch (p->type) {
    case QUERY_TEXT:
        return json_pack("{s:s, s:i}", "type", "string", "maxLength", (int)p->max);
    case QUERY_WORD:
        words = json_array();
        while (str_split(&rest, ' ', &word))
            add(words, json_stringn(word.p, word.n));
        return json_pack("{s:s, s:o}", "type", "string", "enum", words);
    case QUERY_COUNT:
        return json_pack("{s:s, s:i, s:i}", "type", "integer", "minimum", 1, "maximum",
                         (int)p->max);
    }
    return NULL;
}

static void add_header(json_t *parameters, const char *name, bool required, const char *says)
{
    add(parameters,
        json_pack("{s:s, s:s, s:b, s:s, s:{s:s}}", "name", name, "in", "header", "required",
                  required, "description", says, "schema", "type", "string"));
}

/* What the route wants beside its path. */
static void add_wanted(const struct route *r, json_t *parameters)
{
    for (const struct query_param *p = r->query; p != NULL && p->name != NULL; p++)
        add(parameters, json_pack("{s:s, s:s, s:s, s:o}", "name", p->name, "in", "query",
                                  "description", p->summary, "schema", query_schema(p)));
    if (r->purpose)
        add_header(parameters, "Purpose", true, "what the look is for: a code of the rule pack");
    if (r->may_look)
        add_header(parameters, "Purpose", false,
                   "makes it a look, which is for this: a code of the rule pack");
    if (r->if_match)
        add_header(parameters, "If-Match", true, "the ETag of what is to be changed");
    if (r->may_match)
        add_header(parameters, "If-Match", false,
                   "the ETag of what it was decided on; 412 if that has changed");
    if (r->access == ACCESS_ROLE && strcmp(r->method, "GET") != 0)
        add_header(parameters, "X-CSRF-Token", false,
                   "with a session: the \"csrf\" of GET /v1/session");
    if (r->once)
        add(parameters,
            json_pack("{s:s, s:s, s:b, s:s, s:{s:s, s:i, s:i}}", "name", "Idempotency-Key", "in",
                      "header", "required", 0, "description",
                      "the same key again: the same answer, and no second effect, for 24 hours",
                      "schema", "type", "string", "minLength", IDEMPOTENCY_KEY_MIN, "maxLength",
                      IDEMPOTENCY_KEY_MAX + 2));
}

/* "{path*}" is "{path}" in OpenAPI. */
static void openapi_path(const char *path, char out[static 96], json_t *parameters)
{
    size_t n = 0;
    const char *begin = NULL;
    for (; *path != '\0' && n + 1 < 96; path++) {
        if (*path == '*')
            continue;
        if (*path == '}' && begin != NULL)
            add_parameter(parameters, (struct str){begin, (size_t)(out + n - begin)});
        out[n++] = *path;
        if (*path == '{')
            begin = out + n;
    }
    out[n] = '\0';
}

static json_t *role_list(unsigned roles)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < ROLES; i++)
        if ((roles >> i & 1) != 0 && json_array_append_new(list, json_string(role_word(i))) != 0)
            break;
    return list;
}

/* Takes the reference to `parameters`. */
static json_t *operation(const struct route *r, json_t *parameters)
{
    json_t *op = json_pack("{s:s, s:o}", "summary", r->summary, "responses", responses(r));
    if (r->begins)
        put(op, "description",
            json_string("403 organisation-suspended to an organisation that an "
                        "order has stopped, and its staff."));
    if (json_array_size(parameters) > 0)
        put(op, "parameters", json_incref(parameters));
    json_decref(parameters);
    if (r->takes == BODY_JSON)
        put(op, "requestBody",
            json_pack("{s:b, s:{s:{s:o}}}", "required", 1, "content", "application/json", "schema",
                      reference(r->question_schema)));
    else if (r->takes == BODY_TEXT)
        put(op, "requestBody",
            json_pack("{s:b, s:{s:{s:o}}}", "required", 1, "content", "text/plain", "schema",
                      reference(NULL)));
    else if (r->takes == BODY_IMAGE)
        put(op, "requestBody",
            json_pack("{s:b, s:{s:{}, s:{}, s:{}}}", "required", 1, "content", "image/jpeg",
                      "image/png", "image/webp"));
    else if (r->takes == BODY_FILE)
        put(op, "requestBody",
            json_pack("{s:b, s:{s:{}}}", "required", 1, "content", "application/octet-stream"));
    if (r->access == ACCESS_ROLE) {
        json_t *security = json_pack("[{s:[]}]", "session");
        if (r->scope != 0 && json_array_append_new(security, json_pack("{s:[s]}", "token",
                                                                       scope_word(r->scope))) != 0)
            security = NULL;
        put(op, "security", security);
        put(op, "x-roles", role_list(r->roles));
    }
    return op;
}

static json_t *all_schemas(void)
{
    json_t *all = json_object();
    json_error_t error;
    for (const struct schema_file *f = schema_files; f->name != NULL; f++) {
        json_t *some = json_loads(f->text, JSON_REJECT_DUPLICATES, &error);
        if (some == NULL || json_object_update_new(all, some) != 0) {
            json_decref(all);
            return NULL;
        }
    }
    return all;
}

json_t *openapi_document(const char *version)
{
    json_t *paths = json_object();
    EACH_ROUTE (r) {
        if (r->screen)
            continue;
        char path[96], method[16];
        size_t i = 0;
        json_t *parameters = json_array();
        openapi_path(r->path, path, parameters);
        add_wanted(r, parameters);
        for (; r->method[i] != '\0' && i + 1 < sizeof method; i++)
            method[i] = (char)tolower((unsigned char)r->method[i]);
        method[i] = '\0';
        if (json_object_get(paths, path) == NULL)
            put(paths, path, json_object());
        put(json_object_get(paths, path), method, operation(r, parameters));
    }
    return json_pack(
        "{s:s, s:{s:s, s:s, s:s, s:{s:s, s:s}}, s:o, s:{s:o, s:{s:{s:s, s:s, s:s}, s:{s:s, s:s, "
        "s:s, s:s}}}}",
        "openapi", "3.1.0", "info", "title", "menshen", "version", version, "summary",
        "May this party use this person, for this purpose, now? Say why, and put it on the record.",
        "license", "name", "Apache-2.0", "identifier", "Apache-2.0", "paths", paths, "components",
        "schemas", all_schemas(), "securitySchemes", "token", "type", "http", "scheme", "bearer",
        "description", "made by `menshen user token SUBJECT --scopes …`", "session", "type",
        "apiKey", "in", "cookie", "name", SESSION_COOKIE, "description",
        "set by POST /v1/session; methods but GET also need X-CSRF-Token");
}

static void put_needs(const struct route *r, struct buf *out)
{
    if (r->access != ACCESS_ROLE) {
        buf_printf(out, "nothing | ");
        return;
    }
    buf_printf(out, "session%s", r->confirmed ? ", confirmed" : "");
    if (r->begins)
        buf_printf(out, ", not suspended");
    if (r->scope != 0)
        buf_printf(out, " or scope `%s`", scope_word(r->scope));
    buf_printf(out, " |");
    for (unsigned i = 0; i < ROLES; i++)
        if ((r->roles >> i & 1) != 0)
            buf_printf(out, " %s", role_word(i));
}

void openapi_markdown(struct buf *out)
{
    buf_printf(out, "| route | needs | roles | answers | else | does |\n"
                    "|---|---|---|---|---|---|\n");
    EACH_ROUTE (r) {
        if (r->screen)
            continue;
        buf_printf(out, "| `%s %s`", r->method, r->path);
        for (const struct query_param *p = r->query; p != NULL && p->name != NULL; p++)
            buf_printf(out, "%s`%s`", p == r->query ? "<br>?" : " ", p->name);
        if (r->purpose)
            buf_printf(out, "<br>`Purpose:`");
        if (r->may_look)
            buf_printf(out, "<br>(`Purpose:`)");
        if (r->if_match)
            buf_printf(out, "<br>`If-Match:`");
        if (r->may_match)
            buf_printf(out, "<br>(`If-Match:`)");
        if (r->once)
            buf_printf(out, "<br>(`Idempotency-Key:`)");
        buf_printf(out, " | ");
        put_needs(r, out);
        buf_printf(out, " | `%s` | ", r->answers);
        for (const char *c = r->codes; c != NULL && *c != '\0'; c++)
            if (*c != '!')
                buf_u8(out, (uint8_t)*c);
        buf_printf(out, " | %s |\n", r->summary);
    }
}
