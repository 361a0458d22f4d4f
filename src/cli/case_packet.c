#include "cli/case_packet.h"

#include "cli/ask_owner.h"
#include "core/disk.h"
#include "desk/packet_check.h"
#include "gate/packet_make.h"
#include "ledger/base64.h"
#include "person/vault.h"
#include "registry/json_text.h"

#include <stdlib.h>

enum { PART = 2 << 20 };

/* The owner ------------------------------------------------------------------------------------ */

json_t *case_packet_make(struct control_state *s, const struct desk_work *w, const json_t *request,
                         struct problem *problem)
{
    struct packet_asked asked = {.of = json_text_of(request, "id"),
                                 .evidence = json_is_true(json_object_get(request, "evidence"))};
    struct desk_no no;
    vault_wipe(&s->packet);
    buf_init(&s->packet, PACKET_MAX);
    enum err e = packet_make(s->options.gate, w, &asked, &s->packet, &no, problem);
    if (e == OK)
        e = control_refused(&no, problem);
    return e == OK ? json_pack("{s:s, s:I}", "packet", asked.id, "size", (json_int_t)s->packet.n)
                   : NULL;
}

json_t *case_packet_part(struct control_state *s, const json_t *request, struct problem *problem)
{
    const json_int_t at = json_integer_value(json_object_get(request, "at"));
    struct buf text;
    if (at < 0 || (size_t)at >= s->packet.n) {
        problem_set(problem, ERR_INVALID, "\"at\" is behind the end of the packet");
        return NULL;
    }
    const struct str rest = str_skip(buf_view(&s->packet), (size_t)at);
    buf_init(&text, 2 * (size_t)PART);
    base64_put(&text, rest.p, rest.n < PART ? rest.n : PART);
    json_t *out = text.failed ? NULL : json_pack("{s:s%}", "part", text.p, text.n);
    if (out == NULL)
        problem_set(problem, ERR_MEMORY, "out of memory");
    vault_wipe(&text);
    return out;
}

/* The command ---------------------------------------------------------------------------------- */

/* All of it at the end of `file`. */
static int fetch(struct owner *o, size_t size, struct buf *file)
{
    int code = CLI_OK;
    while (code == CLI_OK && file->n < size) {
        json_t *answer;
        size_t n = 0;
        code = owner_ask(o,
                         json_pack("{s:s, s:s, s:s, s:I}", "do", "case", "verb", "packet-part",
                                   "staff", cli_option(o->cli, "staff"), "at", (json_int_t)file->n),
                         &answer);
        if (code != CLI_OK)
            return code;
        const struct str part = json_text_of(answer, "part");
        uint8_t *room = buf_reserve(file, PART);
        if (room == NULL || !base64_decode(part, room, PART, &n) || n == 0) {
            cli_note(o->cli, "menshen: the packet came in pieces that do not fit; try again");
            code = CLI_FAILED;
        }
        file->n -= room != NULL ? PART - n : 0;
        json_decref(answer);
    }
    return code;
}

static int save(const struct cli *cli, const char *id, const struct buf *file)
{
    const char *path = cli_option(cli, "output");
    struct problem problem = {.code = OK};
    struct packet_report *report = malloc(sizeof *report);
    if (report == NULL)
        return CLI_FAILED;
    enum err e = packet_check(buf_view(file), NULL, report, &problem);
    if (e == OK && (e = disk_replace(&disk_real, path, 0600, file->p, file->n)) != OK)
        problem_set(&problem, e, "%s: cannot be written: %s", path, err_name(e));
    if (e == OK && cli->json)
        cli_json(json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:I}", "packet", id, "case", report->of,
                           "file", path, "size", (json_int_t)file->n, "records",
                           (json_int_t)report->records, "papers", (json_int_t)report->papers,
                           "evidence", (json_int_t)report->files));
    else if (e == OK)
        cli_note(cli,
                 "%s: packet %s with %zu records; `menshen ledger verify %s --key KEY` checks it "
                 "anywhere",
                 path, id, report->records, path);
    free(report);
    return e == OK ? CLI_OK : cli_fail(cli, &problem);
}

int case_packet_run(struct cli *cli)
{
    struct owner owner;
    struct buf file;
    json_t *answer = NULL;
    int code = owner_open(cli, &owner);
    if (code != CLI_OK)
        return code;
    buf_init(&file, PACKET_MAX + PART);
    code = owner_ask(&owner,
                     json_pack("{s:s, s:s, s:s, s:s, s:b}", "do", "case", "verb", "packet", "id",
                               cli->argument[0], "staff", cli_option(cli, "staff"), "evidence",
                               cli_option(cli, "evidence") != NULL),
                     &answer);
    if (code == CLI_OK)
        code = fetch(&owner, (size_t)json_integer_value(json_object_get(answer, "size")), &file);
    if (code == CLI_OK)
        code = save(cli, answer_text(answer, "packet"), &file);
    json_decref(answer);
    vault_wipe(&file);
    owner_close(&owner);
    return code;
}
