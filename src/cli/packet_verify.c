#include "cli/packet_verify.h"

#include "cli/published.h"
#include "desk/packet_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

bool packet_verify_takes(const char *path)
{
    struct stat s;
    return path != NULL && stat(path, &s) == 0 && S_ISREG(s.st_mode);
}

static json_t *witnesses_json(const struct packet_report *r)
{
    char key[VKEY_TEXT];
    json_t *list = json_array();
    for (size_t i = 0; i < r->witnesses; i++) {
        note_key_format(&r->witness[i].key, key);
        if (r->witness[i].receipts > 0)
            json_array_append_new(list, json_pack("{s:s, s:I}", "key", key, "receipts",
                                                  (json_int_t)r->witness[i].receipts));
    }
    return list;
}

static void print_json(const struct packet_report *r, bool pinned)
{
    char key[VKEY_TEXT], at[WHEN_TEXT];
    note_key_format(&r->log, key);
    when_format(r->at, 0, at);
    cli_json(json_pack(
        "{s:b, s:s, s:s, s:s, s:s, s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "ok", 1,
        "packet", r->id, "case", r->of, "issued_by", r->organisation, "issued_at", at, "key", key,
        "pinned", pinned, "records", (json_int_t)r->records, "closed", (json_int_t)r->closed,
        "elsewhere", (json_int_t)r->elsewhere, "papers", (json_int_t)r->papers, "evidence",
        (json_int_t)r->evidence, "files", (json_int_t)r->files, "uncosigned",
        (json_int_t)r->uncosigned, "witnesses", witnesses_json(r)));
}

static void print_text(const struct cli *cli, const struct packet_report *r, bool pinned)
{
    char key[VKEY_TEXT], at[WHEN_TEXT];
    bool cosigned = false;
    note_key_format(&r->log, key);
    when_format(r->at, 0, at);
    printf(text_in(cli->lang, "verified: packet %s of case %s, issued by %s at %s\n"), r->id, r->of,
           r->organisation, at);
    printf(text_in(cli->lang, "%zu records are proven, %zu of them without showing what they hold; "
                              "%zu more are in the logs of other nodes\n"),
           r->records, r->closed, r->elsewhere);
    printf(text_in(cli->lang, "the hashes of %zu papers and %zu files of evidence are in them; %zu "
                              "files of evidence are inside\n"),
           r->papers, r->evidence, r->files);
    for (size_t i = 0; i < r->witnesses; i++) {
        if (r->witness[i].receipts == 0)
            continue;
        cosigned = true;
        printf(text_in(cli->lang, "cosigned by %s: %zu receipts\n"), r->witness[i].key.name,
               r->witness[i].receipts);
    }
    if (!cosigned)
        printf("%s\n", text_in(cli->lang, "unwitnessed: no other party has cosigned this log"));
    if (pinned)
        printf(text_in(cli->lang, "signed by the key that you gave: %s\n"), key);
    else
        printf(text_in(cli->lang, "NOTE: the packet vouches for itself only. Compare its key with "
                                  "one that you have from elsewhere, or give that by --key: %s\n"),
               key);
    printf("%s\n", text_in(cli->lang, "nothing of it was changed since; whether it is admitted as "
                                      "evidence is for a court to say"));
}

int packet_verify_run(struct cli *cli, const char *path)
{
    struct problem problem = {.text = ""};
    struct note_key key;
    void *bytes = NULL;
    size_t n = 0;
    const int given = published_key(cli, &key);
    struct packet_report *report = calloc(1, sizeof *report);
    if (given == CLI_USAGE || report == NULL) {
        free(report);
        return given == CLI_USAGE ? given : CLI_FAILED;
    }
    const bool pinned = given == CLI_OK;
    enum err e = disk_load(&disk_real, path, PACKET_MAX, &bytes, &n);
    if (e != OK)
        problem_set(&problem, e, "it cannot be read: %s", err_name(e));
    else
        e = packet_check(str_bytes(bytes, n), pinned ? &key : NULL, report, &problem);
    if (e != OK && cli->json)
        cli_json(
            json_pack("{s:b, s:s, s:s}", "ok", 0, "place", report->part, "problem", problem.text));
    if (e != OK)
        fprintf(stderr, "menshen: %s: %s\n", path, problem.text);
    else if (cli->json)
        print_json(report, pinned);
    else
        print_text(cli, report, pinned);
    free(bytes);
    free(report);
    return e == OK ? CLI_OK : CLI_FAILED;
}
