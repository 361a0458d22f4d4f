/*
 * help: texts made from the table of commands.
 *
 * Nothing here knows a command; what is shown is what cli.h's table says.
 */
#pragma once
#include "cli/cli.h"

#include <stdio.h>

/* The i-th common option that `command` takes, or NULL behind the last. */
const struct cli_option *cli_common_option(const struct cli_command *command, size_t i);

void help_all(enum lang, FILE *to);
void help_command(enum lang, const struct cli_command *, FILE *to);

/* Is `word` the first of a two-word command? And those commands. */
bool help_is_group(struct str word);
void help_group(enum lang, struct str word, FILE *to);

/* A completion script for "bash", "zsh" or "fish". False for another shell. */
bool help_completion(const char *shell, FILE *to);

/* The man page of a command, or menshen(1) for NULL, in roff. */
void help_man(const struct cli_command *, FILE *to);
