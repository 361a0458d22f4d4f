/*
 * Parsing. The longest command name that matches the first words wins ("ledger
 * verify" before "ledger"); options may stand before, between and behind
 * arguments, "--" ends them, "-" is an argument.
 */
#include "cli/cli.h"
#include "cli/help.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static const struct cli_option common_options[] = {
    {.name = "data",
     .letter = 'd',
     .value = "DATA",
     .help = "the data folder (default ./menshen-data)"},
    {.name = "store", .value = "URL", .help = "the facts live in PostgreSQL: postgresql://…"},
    {.name = "config", .value = "FILE", .help = "the configuration file (YAML)"},
    {.name = "json", .help = "print JSON, one object or one object a line"},
    {.name = "lang", .value = "zh|en", .help = "the language of messages (default by LANG)"},
    {.name = "help", .letter = 'h', .help = "show this help"},
};
enum { COMMON_DATA, COMMON_STORE, COMMON_CONFIG, COMMON_JSON, COMMON_LANG, COMMON_HELP, COMMON };

const struct cli_option *cli_common_option(const struct cli_command *command, size_t i)
{
    static const unsigned needs[COMMON] = {CLI_DATA, CLI_DATA, CLI_CONF, CLI_JSON, 0, 0};
    for (size_t k = 0; k < COMMON; k++) {
        bool taken = needs[k] == 0 || (command->common & needs[k]) != 0;
        if (taken && i-- == 0)
            return &common_options[k];
    }
    return NULL;
}

const char *cli_option(const struct cli *cli, const char *name)
{
    const struct cli_option *o = cli->command->options;
    for (size_t i = 0; i < CLI_OPTIONS && o[i].name != NULL; i++)
        if (strcmp(o[i].name, name) == 0)
            return cli->value[i];
    return NULL;
}

/* Edit distance (Levenshtein) of short words, for "did you mean". */
static size_t distance(struct str a, struct str b)
{
    enum { LONGEST = 32 };
    if (a.n > LONGEST || b.n > LONGEST)
        return LONGEST;
    size_t row[LONGEST + 1];
    for (size_t j = 0; j <= b.n; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            size_t above = row[j];
            size_t best = diagonal + (a.p[i - 1] != b.p[j - 1]);
            if (above + 1 < best)
                best = above + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
            diagonal = above;
        }
    }
    return row[b.n];
}

static void consider(struct str typed, const char *candidate, const char **best, size_t *least)
{
    size_t d = distance(typed, str_of(candidate));
    if (d < *least && d * 2 <= typed.n + 1) {
        *least = d;
        *best = candidate;
    }
}

/* A command that fits the words; `used` tells how many. The typed words are joined by one blank. */
static const struct cli_command *find(int argc, char **argv, int *used)
{
    const struct cli_command *best = NULL;
    *used = 0;
    for (size_t g = 0; cli_groups[g] != NULL; g++)
        for (const struct cli_command *c = cli_groups[g]; c->name != NULL; c++) {
            struct str rest = str_of(c->name), word;
            int n = 0;
            while (n < argc && str_split(&rest, ' ', &word) && str_eq(word, str_of(argv[n])))
                n++;
            int words = strchr(c->name, ' ') == NULL ? 1 : 2;
            if (n == words && n > *used) {
                best = c;
                *used = n;
            }
        }
    return best;
}

static int unknown_command(enum lang lang, int argc, char **argv)
{
    char typed[64] = "";
    const char *best = NULL;
    size_t least = 4;
    struct str first = str_of(argv[0]);
    bool group = help_is_group(first);
    if (argc > 1 && argv[1][0] != '-')
        snprintf(typed, sizeof typed, "%.30s %.30s", argv[0], argv[1]);
    for (size_t g = 0; cli_groups[g] != NULL; g++)
        for (const struct cli_command *c = cli_groups[g]; c->name != NULL; c++) {
            if (*typed != '\0')
                consider(str_of(typed), c->name, &best, &least);
            if (!group)
                consider(first, c->name, &best, &least);
        }
    fprintf(stderr,
            text_in(lang, group ? "menshen: \"%s\" needs a known subcommand"
                                : "menshen: no command \"%s\""),
            argv[0]);
    if (best != NULL)
        fprintf(stderr, text_in(lang, "; did you mean \"%s\"?"), best);
    fputc('\n', stderr);
    if (group)
        help_group(lang, first, stderr);
    else
        fprintf(stderr, "%s\n", text_in(lang, "\"menshen help\" lists all commands."));
    return CLI_USAGE;
}

static int unknown_option(const struct cli *cli, const char *typed)
{
    const char *best = NULL;
    size_t least = 4;
    struct str name = str_of(typed);
    while (name.n > 0 && *name.p == '-')
        name = str_skip(name, 1);
    const char *equals = memchr(name.p, '=', name.n);
    if (equals != NULL)
        name.n = (size_t)(equals - name.p);
    const struct cli_option *o = cli->command->options;
    for (size_t i = 0; i < CLI_OPTIONS && o[i].name != NULL; i++)
        consider(name, o[i].name, &best, &least);
    for (size_t i = 0; (o = cli_common_option(cli->command, i)) != NULL; i++)
        consider(name, o->name, &best, &least);
    if (best != NULL)
        return cli_usage(cli, "no option \"%s\"; did you mean \"--%s\"?", typed, best);
    return cli_usage(cli, "no option \"%s\"", typed);
}

/* The option that `arg` names, and its value after "=" if there is one. */
static const struct cli_option *match(const struct cli_option *o, const char *arg,
                                      const char **value)
{
    *value = NULL;
    if (arg[1] != '-') {
        if (o->letter == 0 || arg[1] != o->letter)
            return NULL;
        if (arg[2] != '\0')
            *value = arg[2] == '=' ? arg + 3 : arg + 2;
        return o;
    }
    size_t n = strlen(o->name);
    if (strncmp(arg + 2, o->name, n) != 0 || (arg[2 + n] != '\0' && arg[2 + n] != '='))
        return NULL;
    if (arg[2 + n] == '=')
        *value = arg + 3 + n;
    return o;
}

/* Where the value of the option `arg` goes; *slot stays NULL for an unknown one. */
static const struct cli_option *lookup(struct cli *cli, const char *arg, const char **value,
                                       const char ***slot, const char *common[COMMON])
{
    const struct cli_option *o = cli->command->options;
    for (size_t i = 0; i < CLI_OPTIONS && o[i].name != NULL; i++)
        if (match(&o[i], arg, value) != NULL) {
            *slot = &cli->value[i];
            return &o[i];
        }
    for (size_t i = 0; (o = cli_common_option(cli->command, i)) != NULL; i++)
        if (match(o, arg, value) != NULL) {
            *slot = &common[o - common_options];
            return o;
        }
    return NULL;
}

static int parse(struct cli *cli, int argc, char **argv, bool *help)
{
    const char *common[COMMON] = {NULL};
    bool options = true;
    for (int i = 0; i < argc; i++) {
        const char *arg = argv[i];
        if (!options || arg[0] != '-' || arg[1] == '\0') {
            if (cli->argument_count == cli->command->max_arguments ||
                cli->argument_count == CLI_ARGUMENTS)
                return cli_usage(cli, "one argument too many: \"%s\"", arg);
            cli->argument[cli->argument_count++] = arg;
            continue;
        }
        if (strcmp(arg, "--") == 0) {
            options = false;
            continue;
        }
        const char *value, **slot = NULL;
        const struct cli_option *o = lookup(cli, arg, &value, &slot, common);
        if (o == NULL)
            return unknown_option(cli, arg);
        if (o->value == NULL) {
            if (value != NULL)
                return cli_usage(cli, "option --%s takes no value", o->name);
            value = "";
        } else if (value == NULL) {
            if (i + 1 == argc)
                return cli_usage(cli, "option --%s needs a value: %s", o->name, o->value);
            value = argv[++i];
        }
        if (*slot != NULL)
            return cli_usage(cli, "option --%s is given twice", o->name);
        *slot = value;
    }
    cli->data = common[COMMON_DATA] != NULL ? common[COMMON_DATA] : "menshen-data";
    cli->store = common[COMMON_STORE];
    cli->config = common[COMMON_CONFIG];
    cli->json = common[COMMON_JSON] != NULL;
    *help = common[COMMON_HELP] != NULL;
    if (common[COMMON_LANG] != NULL) {
        if (strcmp(common[COMMON_LANG], "zh") != 0 && strcmp(common[COMMON_LANG], "en") != 0)
            return cli_usage(cli, "--lang is zh or en, not \"%s\"", common[COMMON_LANG]);
        cli->lang = lang_of(common[COMMON_LANG]);
    }
    return CLI_OK;
}

static int check(const struct cli *cli)
{
    const struct cli_option *o = cli->command->options;
    if (cli->argument_count < cli->command->min_arguments)
        return cli_usage(cli, "expected: %s", cli->command->arguments);
    for (size_t i = 0; i < CLI_OPTIONS && o[i].name != NULL; i++)
        if (o[i].required && cli->value[i] == NULL)
            return cli_usage(cli, "option --%s %s is missing", o[i].name, o[i].value);
    if (*cli->data == '\0')
        return cli_usage(cli, "the data folder's name is empty");
    const char *fault = cli->store != NULL ? config_store_fault(str_of(cli->store)) : NULL;
    if (fault != NULL)
        return cli_usage(cli,
                         "--store is %s; expected a path or a postgresql:// address without a "
                         "password, which a pgpass file keeps",
                         text_in(cli->lang, fault));
    return CLI_OK;
}

/* "--lang" counts for help and errors too, wherever it stands. */
static enum lang early_lang(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--lang=", 7) == 0)
            return lang_of(argv[i] + 7);
        if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
            return lang_of(argv[i + 1]);
    }
    return lang_of_environment();
}

/* A full disk behind standard output is a failure; a reader who has seen enough is not told so. */
static int flush(const struct cli *cli, int code)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    if (errno != EPIPE)
        cli_note(cli, "menshen: standard output: cannot write");
    return code == CLI_OK ? CLI_FAILED : code;
}

int cli_main(int argc, char **argv, const struct console_file *console)
{
    struct cli cli = {.data = "menshen-data", .lang = early_lang(argc, argv), .console = console};
    static char version[] = "version";
    signal(SIGPIPE, SIG_IGN);
    if (argc < 2) {
        help_all(cli.lang, stderr);
        return CLI_USAGE;
    }
    const char *first = argv[1];
    if (strcmp(first, "-h") == 0 || strcmp(first, "--help") == 0 || strcmp(first, "help") == 0) {
        int used;
        if (argc > 2 && (cli.command = find(argc - 2, argv + 2, &used)) != NULL)
            help_command(cli.lang, cli.command, stdout);
        else if (argc > 2 && help_is_group(str_of(argv[2])))
            help_group(cli.lang, str_of(argv[2]), stdout);
        else if (argc > 2 && argv[2][0] != '-')
            return unknown_command(cli.lang, argc - 2, argv + 2);
        else
            help_all(cli.lang, stdout);
        return flush(&cli, CLI_OK);
    }
    if (strcmp(first, "--version") == 0)
        argv[1] = version;
    int used;
    cli.command = find(argc - 1, argv + 1, &used);
    if (cli.command == NULL) {
        if (argc > 2 && help_is_group(str_of(first)) &&
            (strcmp(argv[2], "-h") == 0 || strcmp(argv[2], "--help") == 0)) {
            help_group(cli.lang, str_of(first), stdout);
            return flush(&cli, CLI_OK);
        }
        return unknown_command(cli.lang, argc - 1, argv + 1);
    }
    bool help = false;
    int code = parse(&cli, argc - 1 - used, argv + 1 + used, &help);
    if (code != CLI_OK)
        return code;
    if (help) {
        help_command(cli.lang, cli.command, stdout);
        return flush(&cli, CLI_OK);
    }
    code = check(&cli);
    return code != CLI_OK ? code : flush(&cli, cli.command->run(&cli));
}
