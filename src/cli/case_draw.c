#include "cli/case_draw.h"

#include "cli/ask_owner.h"
#include "core/str.h"
#include "desk/draw_told.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DRAW_FILE = 1 << 20 };

static bool is_id(const char *text)
{
    return str_starts(str_of(text), STR("drw_")) && access(text, F_OK) != 0;
}

/* NULL after a message. */
static json_t *read_file(const struct cli *cli, const char *path)
{
    json_error_t error;
    char *text = malloc(DRAW_FILE + 1);
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    const size_t n = text != NULL && file != NULL ? fread(text, 1, DRAW_FILE + 1, file) : 0;
    json_t *draw = n > 0 && n <= DRAW_FILE
                       ? json_loadb(text, n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error)
                       : NULL;
    if (file == NULL)
        cli_note(cli, "menshen: %s: there is no such file", path);
    else if (n == 0 || n > DRAW_FILE)
        cli_note(cli, "menshen: %s: no draw: it is empty, or longer than %d bytes", path,
                 DRAW_FILE);
    else if (draw == NULL)
        cli_note(cli, "menshen: %s:%d:%d: no JSON: %s", path, error.line, error.column, error.text);
    if (file != NULL && file != stdin)
        fclose(file);
    free(text);
    return draw;
}

static int ask(const struct cli *cli, const char *id, json_t **draw)
{
    const char *staff = cli_option(cli, "staff");
    if (staff == NULL)
        return cli_usage(cli, "say by --staff who asks for the draw %s", id);
    return owner_ask_once(
        cli,
        json_pack("{s:s, s:s, s:s, s:s}", "do", "case", "verb", "draw", "id", id, "staff", staff),
        draw);
}

static void print_list(const json_t *list)
{
    size_t i;
    const json_t *id;
    json_array_foreach(list, i, id) printf(" %s", json_string_value(id));
    printf("\n");
}

static int report(const struct cli *cli, const char *name, const json_t *draw)
{
    struct problem problem = {.code = OK};
    const enum err e = draw_told_check(draw, &problem);
    if (e != OK) {
        if (cli->json)
            cli_json(json_pack("{s:b, s:s}", "ok", 0, "problem", problem.text));
        fprintf(stderr, "menshen: %s: %s\n", name, problem.text);
        return cli_exit_of(e);
    }
    const json_t *drawn = json_object_get(draw, "drawn"),
                 *team = json_object_get(draw, "team_drawn");
    if (cli->json) {
        cli_json(json_pack("{s:b, s:s, s:O, s:O}", "ok", 1, "commit", answer_text(draw, "commit"),
                           "drawn", drawn, "team_drawn", team));
        return CLI_OK;
    }
    printf(text_in(cli->lang, "drawn again: commitment %s\n"), answer_text(draw, "commit"));
    printf("%s", text_in(cli->lang, "organisations:"));
    print_list(drawn);
    printf("%s", text_in(cli->lang, "inspectors:"));
    print_list(team);
    printf("%s\n", text_in(cli->lang, "compare the commitment with what was announced before"));
    return CLI_OK;
}

int case_draw_run(struct cli *cli)
{
    const char *name = cli->argument[1];
    json_t *draw = NULL;
    int code = CLI_OK;
    if (strcmp(cli->argument[0], "verify") != 0)
        return cli_usage(cli, "\"%s\" is nothing that can be done with a draw; it is `verify`",
                         cli->argument[0]);
    if (is_id(name))
        code = ask(cli, name, &draw);
    else if ((draw = read_file(cli, name)) == NULL)
        code = CLI_FAILED;
    if (code == CLI_OK)
        code = report(cli, name, draw);
    json_decref(draw);
    return code;
}
