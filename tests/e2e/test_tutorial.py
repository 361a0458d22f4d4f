"""docs/tutorial*.md, as a newcomer types them: every command is run and gives what the page shows."""
import os
import re
import subprocess
import time

import menshen

DAY, HALF_PAST_TEN = 24 * 3600, 2 * 3600 + 1800  # in China, by the clock of UTC


def steps(path):
    """(line, command, expected output) of every ```console block; "> " goes on with a command."""
    found, inside = [], False
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            if line.startswith("```"):
                inside = line.strip() == "```console"
            elif inside and line.startswith("$ "):
                found.append((number, line[2:], ""))
            elif inside and line.startswith("> ") and not found[-1][2]:
                found[-1] = (found[-1][0], found[-1][1] + line[2:], "")
            elif inside:
                found[-1] = (found[-1][0], found[-1][1], found[-1][2] + line)
    return found


def pattern(expected):
    """The text with … for anything; a line of … alone for any number of lines."""
    out = ""
    for line in expected.splitlines(keepends=True):
        out += r"(?:.*\n)*" if line == "…\n" else ".*".join(re.escape(part) for part in line.split("…"))
    return out


class Tutorial(menshen.Case):
    def test_every_command_gives_what_the_page_shows(self):
        self.follow("docs/tutorial.md", 30)

    def test_every_command_of_the_data_gate_gives_what_the_page_shows(self):
        self.follow("docs/tutorial-data.md", 20)

    def test_every_command_of_lawful_work_gives_what_the_page_shows(self):
        self.follow("docs/tutorial-work.md", 50, morning=True)

    def test_every_command_of_a_day_at_the_desk_gives_what_the_page_shows(self):
        self.follow("docs/tutorial-desk.md", 45)

    def follow(self, page, least, morning=False):
        os.mkdir(self.path("build"))
        os.symlink(menshen.BINARY, self.path("build/menshen"))
        os.symlink(os.path.join(menshen.ROOT, "tests"), self.path("tests"))
        server = self.server("menshen-data", demo=True, start=False)
        if morning:  # the next half past ten in China, when a member may be rung
            server.clock().later((HALF_PAST_TEN - int(time.time())) % DAY)
        server.start()
        shell = subprocess.Popen(["bash", "--norc"], cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, text=True, env=dict(os.environ, LANG="C.UTF-8", **(server.env or {})))
        self.addCleanup(shell.communicate)
        all_steps = steps(os.path.join(menshen.ROOT, page))
        self.assertGreater(len(all_steps), least)
        for line, command, expected in all_steps:
            command = command.replace("127.0.0.1:8480", f"127.0.0.1:{server.http_port}")
            command = command.replace("127.0.0.1/5060", f"127.0.0.1/{server.sip_port}")
            end = f"-- {line} --"
            shell.stdin.write(f"{command}STATUS=$?; echo '{end}'; (exit $STATUS)\n")
            shell.stdin.flush()
            got = ""
            while not got.endswith(end + "\n"):
                part = shell.stdout.readline()
                self.assertTrue(part, f"the shell ended at line {line}")
                got += part
            got = got[:-len(end) - 1]
            self.assertRegex(got, f"\\A{pattern(expected)}\\Z", f"{page}:{line}: {command}")


if __name__ == "__main__":
    import unittest
    unittest.main()
