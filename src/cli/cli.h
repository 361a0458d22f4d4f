/*
 * cli: one table of commands, and what every command needs.
 *
 * A command is an entry of a table: name, arguments, options, summary, handler.
 * From the table come parsing, `-h`, `menshen help`, shell completion and the
 * man pages; a handler never reads argv. To add a command file:
 *
 *     cmd_thing.c:    const struct cli_command cmd_thing[] = {{.name = "thing do", …}, {0}};
 *     table.c:        one line in the list of groups
 *     meson.build:    the file
 *
 * Data goes to standard output, messages to standard error, in the user's
 * language (text.h). A handler returns an exit code; what it printed is flushed
 * and checked by the caller. One thread.
 */
#pragma once
#include "cli/text.h"
#include "core/clock.h"
#include "core/config.h"
#include "core/error.h"
#include "rules/rules.h"

#include <jansson.h>

enum cli_exit {
    CLI_OK = 0,
    CLI_FAILED = 1,  /* a failure: disk, network, memory */
    CLI_USAGE = 2,   /* the command line is wrong */
    CLI_CONFIG = 3,  /* configuration or rule pack invalid */
    CLI_REFUSED = 4, /* the gate or a rule refused */
    CLI_NOT_FOUND = 5,
    CLI_CONFLICT = 6, /* somebody else holds the data folder, or it changed meanwhile */
    CLI_PARTLY = 7,   /* done, but for some rows */
};

struct cli_option {
    const char *name;  /* "from", given as --from VALUE or --from=VALUE */
    char letter;       /* 'o' for -o VALUE, or 0 */
    const char *value; /* "NUMBER"; NULL: a flag */
    const char *help;  /* English; translated where shown */
    bool required;
};

/* Which of the common options a command takes; -h and --lang always. */
enum cli_common {
    CLI_DATA = 1, /* -d DATA, and --store URL */
    CLI_CONF = 2, /* --config FILE */
    CLI_JSON = 4, /* --json */
    CLI_NODE = CLI_DATA | CLI_CONF | CLI_JSON,
};

enum { CLI_OPTIONS = 16, CLI_ARGUMENTS = 16 };

struct cli;
struct console_file;

struct cli_command {
    const char *name;                       /* "call", "ledger verify"; at most two words */
    const char *arguments;                  /* "LIST.csv", "KIND FILE", or NULL */
    const char *summary;                    /* one line, no full stop */
    const char *details;                    /* paragraphs for -h and the man page, or NULL */
    const char *example;                    /* lines to try, or NULL */
    struct cli_option options[CLI_OPTIONS]; /* ends with an empty one */
    unsigned common;                        /* enum cli_common, or'ed */
    unsigned min_arguments, max_arguments;
    int (*run)(struct cli *);
};

/* A command line, parsed and checked. Text lives as long as argv. */
struct cli {
    const struct cli_command *command;
    const char *data;   /* never NULL */
    const char *store;  /* --store, or NULL */
    const char *config; /* --config, or NULL */
    const struct console_file *console;
    bool json;
    enum lang lang;
    const char *argument[CLI_ARGUMENTS];
    size_t argument_count;
    const char *value[CLI_OPTIONS]; /* by the command's options; a given flag is "" */
};

/* All groups of commands; each group ends with an empty entry, the list with NULL. */
extern const struct cli_command *const cli_groups[];

/* Parse argv, run, flush. Returns the exit code. `serve` serves the console (http/console.h). */
int cli_main(int argc, char **argv, const struct console_file *);

/* The value of an option of this command, or NULL if not given; "" for a given flag. */
const char *cli_option(const struct cli *, const char *name);

/* -- Failing ------------------------------------------------------------- */

/* The exit code that fits. ERR_INVALID is CLI_FAILED: a wrong command line says CLI_USAGE itself.
 */
int cli_exit_of(enum err);

/* Print "menshen: <problem>" and return cli_exit_of its code. */
int cli_fail(const struct cli *, const struct problem *);

/* Print a usage error (translated, then formatted) with a hint to -h; returns CLI_USAGE. */
int cli_usage(const struct cli *, const char *format, ...) PRINTF(2, 3);

/* A message for people on standard error, translated, then formatted; a newline is added. */
void cli_note(const struct cli *, const char *format, ...) PRINTF(2, 3);

/* -- Reading what the user gave ------------------------------------------ */

/* Configuration and rule packs in force. Returns CLI_OK, or CLI_CONFIG after having printed why. */
int cli_load(const struct cli *, struct config **, struct rules **);

/* --store, else the configuration's, else NULL (DATA/menshen.db). */
const char *cli_store(const struct cli *, const struct config *);

/* Option `name` as an instant (RFC 3339, or local time of the plan); `fallback` if not given.
 * CLI_OK or CLI_USAGE. */
int cli_time(const struct cli *, const char *name, const struct rules *, when fallback, when *out);

/* "90s" "15m" "24h" "30d" as nanoseconds, above 0, at most ten years. */
bool cli_duration(struct str, when *out);

/* "host:0": who acts when a command changes something. */
enum { CLI_ACTOR = 32 };
void cli_actor(char out[static CLI_ACTOR]);

/* -- Printing ------------------------------------------------------------ */

/* One JSON object on one line, keys in the order they were set. Takes the reference; NULL prints
 * nothing. */
void cli_json(json_t *);

/* Columns on a terminal: CJK and full-width forms take two, combining marks none. */
size_t cli_width(const char *text);

/* A table for people: columns padded by display width, headings translated. */
struct cli_table;
struct cli_table *cli_table_new(const struct cli *, const char *const *headings, size_t columns);
/* `cells` are copied; NULL is an empty cell. Out of memory drops the row and cli_table_end says so.
 */
void cli_table_row(struct cli_table *, const char *const *cells);
/* Print and free. CLI_OK or CLI_FAILED. */
int cli_table_end(struct cli_table *);

/* A progress line on standard error, only on a terminal and at most ten times a second. */
struct cli_progress {
    int64_t shown;
    bool terminal, drawn;
};
void cli_progress_start(struct cli_progress *);
/* `of` 0: unknown total. */
void cli_progress(struct cli_progress *, const struct cli *, uint64_t done, uint64_t of,
                  const char *unit);
/* Remove the line. */
void cli_progress_end(struct cli_progress *);
