#include "cli/pasted.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void put_quoted(const char *word)
{
    if (strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._+-:=,") ==
        strlen(word)) {
        fputs(word, stdout);
        return;
    }
    putchar('\'');
    for (; *word != '\0'; word++) {
        if (*word == '\'')
            fputs("'\\''", stdout);
        else
            putchar(*word);
    }
    putchar('\'');
}

void pasted_print(const struct cli *cli, const char *rest)
{
    fputs("    ", stdout);
    put_quoted(program_invocation_name);
    printf(" %s", rest);
    if (strcmp(cli->data, "menshen-data") != 0) {
        fputs(" -d ", stdout);
        put_quoted(cli->data);
    }
    if (cli->store != NULL) {
        fputs(" --store ", stdout);
        put_quoted(cli->store);
    }
    putchar('\n');
}
