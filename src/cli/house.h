/*
 * house: everything a running server is made of, opened and closed in order.
 *
 *     config, rules ─► gate ─► (demo city) ─► control socket, SIP, HTTP
 *
 * Fronts open last and close first, so that nobody asks a gate that is not there.
 */
#pragma once
#include "cli/cli.h"
#include "cli/control.h"
#include "cli/demo_stage.h"
#include "http/server.h"
#include "sip/sip.h"

struct house {
    struct config *config;
    struct config *sip_config; /* of the last reload that concerned only SIP, or NULL */
    struct rules *rules;
    struct gate *gate;
    struct control_server *control;
    struct http_server *http;
    struct sip *sip;
    char setup[SETUP_LINK_TEXT]; /* the link to tell, which memory keeps no longer; else "" */
};

struct house_options {
    const char *folder;
    const char *store;                  /* --store, or NULL: as configured */
    const char *config;                 /* path or NULL */
    const char *http, *sip;             /* addresses instead of the configured ones, or NULL */
    const struct console_file *console; /* or NULL */
    bool demo;                          /* an empty store gets the city */
    struct demo_stage *stage;           /* of the folder */
    void (*reload)(void *);
    void *reload_to;
};

/* On failure everything is closed again, and `code` says how to exit. */
MUST_USE bool house_open(const struct house_options *, struct house *out, struct problem *,
                         int *code);

/* Stop answering, finish what is under way, close. Safe on a house that is not open. */
void house_close(struct house *);

/*
 * Another configuration in force without losing a question that waits for its record.
 * When only what SIP takes over differs, nobody notices; else all is closed and opened again,
 * for well below a second. On false the old one is in force: the new one was found wrong
 * before anything was closed, or the old house was opened again. Only if that fails too the
 * house is closed (`gate` NULL), and `code` says how to exit.
 */
MUST_USE bool house_reload(const struct house_options *, struct house *, struct problem *,
                           int *code);
