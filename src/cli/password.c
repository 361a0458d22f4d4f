#include "cli/password.h"
#include "cli/ask_owner.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Unbuffered, so that no copy stays behind. */
static bool read_line(FILE *in, char out[static PASSWORD_TEXT])
{
    setvbuf(in, NULL, _IONBF, 0);
    if (fgets(out, PASSWORD_TEXT, in) == NULL)
        return false;
    out[strcspn(out, "\r\n")] = '\0';
    return true;
}

static int failed(const struct cli *cli, const char *what)
{
    struct problem problem;
    problem_errno(&problem, errno != 0 ? errno : EIO, "%s", what);
    return cli_fail(cli, &problem);
}

static const int deadly[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
enum { DEADLY = sizeof deadly / sizeof *deadly };

static volatile sig_atomic_t interrupted;

static void note_signal(int which)
{
    interrupted = which;
}

/* A line, or false at a signal: those of `deadly` come through only while waiting for it. */
static bool wait_for_line(const sigset_t *open, char out[static PASSWORD_TEXT])
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    while (ppoll(&input, 1, NULL, open) < 0)
        if (errno != EINTR || interrupted != 0)
            return false;
    return read_line(stdin, out);
}

static bool ask_silently(const char *prompt, const struct termios *before, const sigset_t *open,
                         char out[static PASSWORD_TEXT])
{
    struct termios silent = *before;
    silent.c_lflag &= (tcflag_t)~ECHO;
    /* Before the prompt, or what is typed at once is shown, and flushed. */
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) != 0)
        return false;
    fputs(prompt, stderr);
    fflush(stderr);
    bool good = wait_for_line(open, out);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, before);
    fputc('\n', stderr);
    return good;
}

/* A signal that ends the program does so once the terminal shows again what is typed. */
static bool ask(const char *prompt, char out[static PASSWORD_TEXT])
{
    struct termios before;
    struct sigaction note = {.sa_handler = note_signal}, old[DEADLY];
    sigset_t held, open;
    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return false;
    interrupted = 0;
    sigemptyset(&note.sa_mask);
    sigemptyset(&held);
    for (size_t i = 0; i < DEADLY; i++)
        sigaddset(&held, deadly[i]);
    sigprocmask(SIG_BLOCK, &held, &open);
    for (size_t i = 0; i < DEADLY; i++) {
        sigaction(deadly[i], NULL, &old[i]);
        if (old[i].sa_handler != SIG_IGN)
            sigaction(deadly[i], &note, NULL);
    }
    bool good = ask_silently(prompt, &before, &open, out);
    for (size_t i = 0; i < DEADLY; i++)
        sigaction(deadly[i], &old[i], NULL);
    sigprocmask(SIG_SETMASK, &open, NULL);
    if (interrupted != 0)
        raise(interrupted);
    return good;
}

static int ask_twice(const struct cli *cli, char out[static PASSWORD_TEXT])
{
    char again[PASSWORD_TEXT];
    errno = 0;
    if (!ask(text_in(cli->lang, "New password: "), out) ||
        !ask(text_in(cli->lang, "The same again: "), again))
        return failed(cli, "the password cannot be read");
    bool same = strcmp(out, again) == 0;
    explicit_bzero(again, sizeof again);
    return same ? CLI_OK : cli_usage(cli, "the two passwords differ; nothing was changed");
}

int password_read(const struct cli *cli, const char *path, char out[static PASSWORD_TEXT])
{
    *out = '\0';
    if (path == NULL && isatty(STDIN_FILENO))
        return ask_twice(cli, out);
    errno = 0;
    FILE *in = path != NULL ? fopen(path, "re") : stdin;
    bool good = in != NULL && read_line(in, out);
    int code = good ? CLI_OK : failed(cli, path != NULL ? path : "standard input");
    if (path != NULL && in != NULL)
        fclose(in);
    return code;
}

int password_told(const struct cli *cli, json_t *answer)
{
    if (cli->json)
        cli_json(json_incref(answer));
    else
        printf("%s\n%s\n", answer_text(answer, "uri"), answer_text(answer, "secret"));
    json_decref(answer);
    return CLI_OK;
}
