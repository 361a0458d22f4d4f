/* serve: the gate, until somebody stops it. */
#include "cli/cli.h"
#include "cli/house.h"
#include "cli/notify.h"
#include "cli/pasted.h"
#include "cli/version.h"
#include "core/log.h"
#include "http/console.h"
#include "ledger/note.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* A leak checker reads its own process as a debugger does. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#endif

/* Memory holds keys and numbers: it goes to no file, and no other process of ours reads it. */
static void keep_memory_private(void)
{
    struct rlimit none = {0, 0};
    umask(077);
    if (setrlimit(RLIMIT_CORE, &none) != 0)
        log_warning("core dumps cannot be switched off");
#ifndef SANITIZED
    if (prctl(PR_SET_DUMPABLE, 0) != 0)
        log_warning("the process stays readable for a debugger");
#endif
}

/* A connection is a descriptor; what the administrator allows is used. */
static void allow_connections(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &files) != 0)
            log_warning("the limit of open files cannot be raised");
    }
}

/* Signals are waited for, in one thread; all others started later have them blocked. */
static sigset_t block_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    return set;
}

/* Asked through the control socket: the same as SIGHUP. */
static void reload_soon(void *to)
{
    kill(getpid(), SIGHUP);
}

static void print_address(const struct cli *cli, const char *what, const char *scheme,
                          const char *address)
{
    printf("  %-9s %s%s\n", text_in(cli->lang, what), scheme, address);
}

static void print_tries(const struct cli *cli)
{
    printf("\n%s\n", text_in(cli->lang, "Try, in another terminal:"));
    pasted_print(cli, "import organisations FILE.csv");
    pasted_print(cli, "call --from NUMBER --to NUMBER --line LINE");
    pasted_print(cli, "ledger verify");
    pasted_print(cli, "doctor");
}

/* The sample city: what to type, then where to click, and the one address to open last. */
static void print_city(const struct cli *cli, const char *console)
{
    static const char *const roles[] = {"agency", "carrier", "regulator", "person"};
    printf("\n%s\n", text_in(cli->lang, "In another terminal, calls worth trying, and logins:"));
    pasted_print(cli, "demo try");
    if (*console == '\0' || cli->console->path == NULL)
        return;
    printf("\n%s\n", text_in(cli->lang, "Or be one of them with one click:"));
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        printf("  %-9s %s/try/%s\n", roles[i], console, roles[i]);
    printf("\n  %s %s/\n", text_in(cli->lang, "Open"), console);
}

/* "http://127.0.0.1:8480", with the port that it got; "": no HTTP. */
enum { CONSOLE_TEXT = 160 };
static void find_console(const struct house *h, char out[static CONSOLE_TEXT])
{
    const char *listen = h->config->http.listen;
    out[0] = '\0';
    if (listen == NULL || *listen == '\0')
        return;
    const char *colon = strrchr(listen, ':');
    snprintf(out, CONSOLE_TEXT, "http://%.*s:%d", colon != NULL ? (int)(colon - listen) : 0, listen,
             http_port(h->http));
}

static void print_where(const struct cli *cli, const struct house *h, const char *console)
{
    char key[VKEY_TEXT];
    printf("menshen %s · %s\n\n", MENSHEN_VERSION, text_in(cli->lang, "the gate is open"));
    if (h->sip != NULL)
        print_address(cli, "SIP", "", sip_address(h->sip));
    if (h->sip != NULL && *sip_tls_address(h->sip) != '\0')
        print_address(cli, "SIP TLS", "", sip_tls_address(h->sip));
    if (*console != '\0')
        print_address(cli, "HTTP", "", console);
    if (h->config->http.tls.listen != NULL && *h->config->http.tls.listen != '\0')
        print_address(cli, "HTTPS", "https://", h->config->http.tls.listen);
    print_address(cli, "data", "", cli->data);
    if (h->config->store != NULL)
        print_address(cli, "facts", "", h->config->store);
    note_key_format(ledger_key(gate_ledger(h->gate)), key);
    print_address(cli, "log key", "", key);
}

/* Once, on standard error, which no program reads; then only its hash is known. */
static void tell_setup(const struct cli *cli, struct house *h)
{
    if (h->setup[0] == '\0')
        return;
    cli_note(cli, "nobody can sign in yet; this link, good for 24 hours and once, makes the first "
                  "account (it is in the data folder, too, as setup-link):");
    fprintf(stderr, "  %s\n", h->setup);
    explicit_bzero(h->setup, sizeof h->setup);
}

/* A mode of a rule that is not there has no effect, and its rule, misspelt, another one. */
static void warn_of_modes(const struct house *h)
{
    for (size_t i = 0; i < h->config->rule_mode_count; i++) {
        const char *id = h->config->rule_modes[i].subject;
        enum rules_kind kind;
        if (rules_find_entry(h->rules, str_of(id), &kind) == NULL)
            log_warning("mode.rules names %s, which is no rule of the pack; `menshen rules list` "
                        "lists them",
                        id);
    }
}

/* Wait for signals until one says stop. The exit code. */
static int attend(const struct cli *cli, const struct house_options *o, struct house *h,
                  const sigset_t *signals)
{
    for (;;) {
        int which, code;
        if (sigwait(signals, &which) != 0)
            continue;
        if (which != SIGHUP)
            return CLI_OK;
        struct problem problem = {.code = OK};
        notify("RELOADING=1");
        bool good = house_reload(o, h, &problem, &code);
        if (h->http != NULL)
            http_announce(h->http);
        if (good) {
            log_info("the configuration was loaded again");
            warn_of_modes(h);
            tell_setup(cli, h);
        } else if (h->gate != NULL)
            log_error("the old configuration stays in force: %s", problem.text);
        else {
            log_error("%s", problem.text);
            return code;
        }
        notify("READY=1");
    }
}

static int serve(struct cli *cli)
{
    static struct demo_stage stage;
    struct house_options options = {.folder = cli->data,
                                    .console = cli->console,
                                    .store = cli->store,
                                    .config = cli->config,
                                    .http = cli_option(cli, "http"),
                                    .sip = cli_option(cli, "sip"),
                                    .demo = cli_option(cli, "demo") != NULL,
                                    .stage = &stage,
                                    .reload = reload_soon};
    struct house house;
    struct problem problem = {.code = OK};
    char console[CONSOLE_TEXT];
    int code;
    demo_stage_init(&stage, cli->data);
    keep_memory_private();
    allow_connections();
    sigset_t signals = block_signals();
    if (!house_open(&options, &house, &problem, &code)) {
        cli_fail(cli, &problem);
        return code;
    }
    warn_of_modes(&house);
    find_console(&house, console);
    print_where(cli, &house, console);
    if (options.demo)
        print_city(cli, console);
    else
        print_tries(cli);
    fflush(stdout);
    tell_setup(cli, &house);
    http_announce(house.http);
    notify("READY=1");
    code = attend(cli, &options, &house, &signals);
    notify("STOPPING=1");
    house_close(&house);
    return code;
}

const struct cli_command cmd_serve[] = {
    {.name = "serve",
     .summary = "run the gate: SIP and HTTP, until stopped",
     .details = "SIGTERM and Ctrl-C stop it after the answers under way; SIGHUP loads "
                "configuration and rules again. "
                "Other commands on the same data folder go through it.",
     .example = "  menshen serve --demo",
     .options = {{.name = "http",
                  .value = "ADDR",
                  .help = "listen here for HTTP (default 127.0.0.1:8480; \"\": not)"},
                 {.name = "sip",
                  .value = "ADDR",
                  .help = "listen here for SIP (default 127.0.0.1:5060; \"\": not)"},
                 {.name = "demo", .help = "fill an empty data folder with a small city"}},
     .common = CLI_DATA | CLI_CONF,
     .run = serve},
    {0},
};
