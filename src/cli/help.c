#include "cli/help.h"
#include "cli/version.h"

#include <string.h>

enum { MARGIN = 28 };

static struct str first_word(const char *name)
{
    struct str rest = str_of(name), word = rest;
    if (!str_split(&rest, ' ', &word))
        word = str_of(name);
    return word;
}

static bool two_words(const char *name)
{
    return strchr(name, ' ') != NULL;
}

bool help_is_group(struct str word)
{
    for (size_t g = 0; cli_groups[g] != NULL; g++)
        for (const struct cli_command *c = cli_groups[g]; c->name != NULL; c++)
            if (two_words(c->name) && str_eq(first_word(c->name), word))
                return true;
    return false;
}

/* "  left                 right", the right side on its own line when the left is long. */
static void pair(FILE *to, const char *left, const char *right)
{
    int n = 2 + (int)cli_width(left);
    fprintf(to, "  %s", left);
    if (n >= MARGIN)
        fprintf(to, "\n%*s%s\n", MARGIN, "", right);
    else
        fprintf(to, "%*s%s\n", MARGIN - n, "", right);
}

void help_group(enum lang lang, struct str word, FILE *to)
{
    for (size_t g = 0; cli_groups[g] != NULL; g++)
        for (const struct cli_command *c = cli_groups[g]; c->name != NULL; c++)
            if (two_words(c->name) && str_eq(first_word(c->name), word))
                pair(to, c->name, text_in(lang, c->summary));
}

void help_all(enum lang lang, FILE *to)
{
    fprintf(to, "menshen %s · %s\n\n%s\n\n%s\n", MENSHEN_VERSION,
            text_in(lang, "guards a person's data and a person's phone with one question"),
            text_in(lang, "usage: menshen COMMAND [OPTION…] [ARGUMENT…]"),
            text_in(lang, "commands:"));
    for (size_t g = 0; cli_groups[g] != NULL; g++)
        for (const struct cli_command *c = cli_groups[g]; c->name != NULL; c++)
            pair(to, c->name, text_in(lang, c->summary));
    fprintf(to, "\n%s\n",
            text_in(lang, "\"menshen COMMAND -h\" explains a command. Try: menshen serve --demo"));
    fprintf(to, "%s\n",
            text_in(lang,
                    "exit codes: 0 ok · 1 failed · 2 usage · 3 configuration invalid · 4 refused · "
                    "5 not found · 6 conflict · 7 partly done"));
}

static void option_left(const struct cli_option *o, char *out, size_t size)
{
    char letter[8] = "";
    if (o->letter != 0)
        snprintf(letter, sizeof letter, "-%c, ", o->letter);
    snprintf(out, size, "%s--%s%s%s", letter, o->name, o->value != NULL ? " " : "",
             o->value != NULL ? o->value : "");
}

static void usage_line(enum lang lang, const struct cli_command *c, FILE *to)
{
    fprintf(to, "menshen %s", c->name);
    for (size_t i = 0; i < CLI_OPTIONS && c->options[i].name != NULL; i++)
        if (c->options[i].required)
            fprintf(to, " --%s %s", c->options[i].name, c->options[i].value);
    if (c->arguments != NULL)
        fprintf(to, " %s", c->arguments);
    fprintf(to, " %s\n", text_in(lang, "[OPTION…]"));
}

void help_command(enum lang lang, const struct cli_command *c, FILE *to)
{
    char left[96];
    fprintf(to, "%s\n\n%s ", text_in(lang, c->summary), text_in(lang, "usage:"));
    usage_line(lang, c, to);
    if (c->details != NULL)
        fprintf(to, "\n%s\n", text_in(lang, c->details));
    fprintf(to, "\n%s\n", text_in(lang, "options:"));
    for (size_t i = 0; i < CLI_OPTIONS && c->options[i].name != NULL; i++) {
        option_left(&c->options[i], left, sizeof left);
        pair(to, left, text_in(lang, c->options[i].help));
    }
    const struct cli_option *o;
    for (size_t i = 0; (o = cli_common_option(c, i)) != NULL; i++) {
        option_left(o, left, sizeof left);
        pair(to, left, text_in(lang, o->help));
    }
    if (c->example != NULL)
        fprintf(to, "\n%s\n%s\n", text_in(lang, "example:"), c->example);
}

/* -- Completion ------------------------------------------------------------ */

static void option_words(const struct cli_command *c, FILE *to)
{
    const struct cli_option *o;
    for (size_t i = 0; i < CLI_OPTIONS && c->options[i].name != NULL; i++)
        fprintf(to, " --%s", c->options[i].name);
    for (size_t i = 0; (o = cli_common_option(c, i)) != NULL; i++)
        fprintf(to, " --%s", o->name);
}

/* A group's first word stands only once: before its first member. */
static bool starts_group(const struct cli_command *c, const struct cli_command *group)
{
    for (const struct cli_command *before = group; before < c; before++)
        if (str_eq(first_word(before->name), first_word(c->name)))
            return false;
    return true;
}

static void bash(FILE *to)
{
    fputs("# menshen: completion for bash (and zsh with bashcompinit)\n"
          "_menshen() {\n"
          "  local cur=${COMP_WORDS[COMP_CWORD]} words\n"
          "  if [ \"$COMP_CWORD\" -eq 1 ]; then words=\"help",
          to);
    for (size_t g = 0; cli_groups[g] != NULL; g++)
        for (const struct cli_command *c = cli_groups[g]; c->name != NULL; c++)
            if (starts_group(c, cli_groups[g]))
                fprintf(to, " %.*s", STR_ARG(first_word(c->name)));
    fputs("\"\n  else case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n", to);
    for (size_t g = 0; cli_groups[g] != NULL; g++)
        for (const struct cli_command *c = cli_groups[g]; c->name != NULL; c++)
            if (two_words(c->name)) {
                fprintf(to, "    \"%s\") words=\"", c->name);
                option_words(c, to);
                fputs("\";;\n", to);
            }
    for (size_t g = 0; cli_groups[g] != NULL; g++)
        for (const struct cli_command *c = cli_groups[g]; c->name != NULL; c++) {
            struct str word = first_word(c->name);
            if (!two_words(c->name)) {
                fprintf(to, "    \"%s \"*) words=\"", c->name);
                option_words(c, to);
                fputs("\";;\n", to);
            } else if (starts_group(c, cli_groups[g])) {
                fprintf(to, "    \"%.*s \"*) words=\"", STR_ARG(word));
                for (const struct cli_command *m = c; m->name != NULL; m++)
                    if (two_words(m->name) && str_eq(first_word(m->name), word))
                        fprintf(to, "%s ", m->name + word.n + 1);
                fputs("\";;\n", to);
            }
        }
    fputs("  esac; fi\n"
          "  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
          "  case $cur in -*) ;; *) [ \"$COMP_CWORD\" -gt 1 ] && COMPREPLY+=($(compgen -f -- "
          "\"$cur\"));; esac\n"
          "}\n"
          "complete -F _menshen menshen\n",
          to);
}

/* Inside fish's single quotes only a quote and a backslash need a backslash. */
static void fish_text(FILE *to, const char *text)
{
    fputs(" -d '", to);
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\')
            fputc('\\', to);
        fputc(*text, to);
    }
    fputs("'\n", to);
}

static void fish(FILE *to)
{
    fputs("# menshen: completion for fish\n", to);
    for (size_t g = 0; cli_groups[g] != NULL; g++)
        for (const struct cli_command *c = cli_groups[g]; c->name != NULL; c++) {
            struct str word = first_word(c->name);
            if (!two_words(c->name)) {
                fprintf(to, "complete -c menshen -n __fish_use_subcommand -a %s", c->name);
                fish_text(to, c->summary);
            } else {
                if (starts_group(c, cli_groups[g]))
                    fprintf(to, "complete -c menshen -n __fish_use_subcommand -a %.*s\n",
                            STR_ARG(word));
                fprintf(to, "complete -c menshen -n '__fish_seen_subcommand_from %.*s' -a %s",
                        STR_ARG(word), c->name + word.n + 1);
                fish_text(to, c->summary);
            }
            for (size_t i = 0; i < CLI_OPTIONS && c->options[i].name != NULL; i++) {
                fprintf(to, "complete -c menshen -n '__fish_seen_subcommand_from %.*s' -l %s%s",
                        STR_ARG(word), c->options[i].name,
                        c->options[i].value != NULL ? " -r" : "");
                fish_text(to, c->options[i].help);
            }
        }
}

bool help_completion(const char *shell, FILE *to)
{
    if (strcmp(shell, "bash") == 0) {
        bash(to);
    } else if (strcmp(shell, "zsh") == 0) {
        fputs("#compdef menshen\nautoload -U +X bashcompinit && bashcompinit\n", to);
        bash(to);
    } else if (strcmp(shell, "fish") == 0) {
        fish(to);
    } else {
        return false;
    }
    return true;
}

/* -- Man pages ------------------------------------------------------------- */

/* roff: a backslash and a leading dot or quote have a meaning of their own, a hyphen must stay one.
 */
static void roff(FILE *to, const char *text)
{
    bool line_start = true;
    for (; *text != '\0'; text++) {
        if (line_start && (*text == '.' || *text == '\''))
            fputs("\\&", to);
        if (*text == '\\')
            fputs("\\e", to);
        else if (*text == '-')
            fputs("\\-", to);
        else
            fputc(*text, to);
        line_start = *text == '\n';
    }
}

static void man_options(const struct cli_command *c, FILE *to)
{
    char left[96];
    const struct cli_option *o;
    fputs(".SH OPTIONS\n", to);
    for (size_t i = 0; i < CLI_OPTIONS && c->options[i].name != NULL; i++) {
        option_left(&c->options[i], left, sizeof left);
        fputs(".TP\n.B ", to);
        roff(to, left);
        fputc('\n', to);
        roff(to, c->options[i].help);
        fputc('\n', to);
    }
    for (size_t i = 0; (o = cli_common_option(c, i)) != NULL; i++) {
        option_left(o, left, sizeof left);
        fputs(".TP\n.B ", to);
        roff(to, left);
        fputc('\n', to);
        roff(to, o->help);
        fputc('\n', to);
    }
}

static void man_command(const struct cli_command *c, FILE *to)
{
    char name[64];
    snprintf(name, sizeof name, "%s", c->name);
    for (char *p = name; *p != '\0'; p++)
        if (*p == ' ')
            *p = '-';
    fprintf(to, ".TH MENSHEN\\-%s 1 \"\" \"menshen %s\"\n.SH NAME\nmenshen\\-%s \\- ", name,
            MENSHEN_VERSION, name);
    roff(to, c->summary);
    fprintf(to, "\n.SH SYNOPSIS\n.B menshen %s\n", c->name);
    for (size_t i = 0; i < CLI_OPTIONS && c->options[i].name != NULL; i++)
        if (c->options[i].required)
            fprintf(to, "\\-\\-%s %s\n", c->options[i].name, c->options[i].value);
    if (c->arguments != NULL) {
        roff(to, c->arguments);
        fputc('\n', to);
    }
    fputs("[OPTION...]\n", to);
    if (c->details != NULL) {
        fputs(".SH DESCRIPTION\n", to);
        roff(to, c->details);
        fputc('\n', to);
    }
    man_options(c, to);
    if (c->example != NULL) {
        fputs(".SH EXAMPLE\n.nf\n", to);
        roff(to, c->example);
        fputs("\n.fi\n", to);
    }
    fputs(".SH SEE ALSO\n.BR menshen (1)\n", to);
}

void help_man(const struct cli_command *command, FILE *to)
{
    if (command != NULL) {
        man_command(command, to);
        return;
    }
    fprintf(to,
            ".TH MENSHEN 1 \"\" \"menshen %s\"\n.SH NAME\nmenshen \\- guards a person's data and a "
            "person's phone\n"
            ".SH SYNOPSIS\n.B menshen\nCOMMAND [OPTION...] [ARGUMENT...]\n.SH COMMANDS\n",
            MENSHEN_VERSION);
    for (size_t g = 0; cli_groups[g] != NULL; g++)
        for (const struct cli_command *c = cli_groups[g]; c->name != NULL; c++) {
            fprintf(to, ".TP\n.B %s\n", c->name);
            roff(to, c->summary);
            fputc('\n', to);
        }
    fputs(".SH EXIT STATUS\n.nf\n0  ok\n1  failed\n2  usage\n3  configuration invalid\n4  refused "
          "by the gate or a rule\n"
          "5  not found\n6  conflict\n7  partly done\n.fi\n"
          ".SH SEE ALSO\nEach command has a page of its own, such as\n.BR menshen\\-call (1),\n"
          "and explains itself with\n.BR \\-h .\n",
          to);
}
