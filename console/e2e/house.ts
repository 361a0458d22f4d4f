/*
 * house: a gate with the sample city in it, in a folder of its own, for one file of tests.
 *
 * It is started by `menshen serve --demo` and stopped with its folder removed by `close`. What
 * needs no browser is asked here: commands, codes, the texts that persons got, the demo's clock.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
export const BUILD = process.env.BUILD ?? join(ROOT, 'build');
const BINARY = process.env.MENSHEN ?? join(BUILD, 'menshen');
const START_MS = 180_000; // a busy machine
const STOP_MS = 30_000;
const ENV = { ...process.env, LANG: 'C.UTF-8' };

export interface Login {
  login: string;
  password: string;
  role: string;
  organisation: string;
  staff: string;
}

export interface Ran {
  code: number;
  out: string;
  err: string;
}

export const pause = (ms: number) => new Promise((go) => setTimeout(go, ms));

/** Ask until there is an answer. */
export async function until<T>(
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  what: string,
  ms = 15_000,
) {
  const end = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await pause(25);
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((tell) => {
    const socket = createServer();
    socket.once('error', () => tell(false));
    socket.listen(port, '127.0.0.1', () => socket.close(() => tell(true)));
  });
}

/* Below the ports that the kernel gives to who connects: other suites run beside this one. */
async function freePort(): Promise<number> {
  for (let i = 0; i < 100; i++) {
    const port = 10_000 + Math.floor(Math.random() * 10_000);
    if (await isFree(port)) return port;
  }
  throw new Error('no free port');
}

export class House {
  private process: ChildProcess | undefined;
  private said = -1;

  private constructor(
    readonly folder: string,
    readonly data: string,
    readonly base: string,
    private readonly host: string,
    private readonly city: boolean,
    readonly sip: number, // its port; 0: none
  ) {}

  /** With the sample city, or empty. `config` is added to the configuration; its files go to the folder. */
  static async open(
    city = true,
    manner: { sip?: boolean; config?: (folder: string) => string } = {},
  ): Promise<House> {
    const folder = mkdtempSync(join(tmpdir(), 'menshen-browser-'));
    const host = `127.0.0.1:${await freePort()}`;
    const sip = manner.sip ? await freePort() : 0;
    const house = new House(folder, join(folder, 'data'), `http://${host}`, host, city, sip);
    // A late record would change answers on a busy machine.
    const more = manner.config?.(folder) ?? '';
    writeFileSync(join(folder, 'patient.yaml'), `ledger: {deadline_ms: 20000}\n${more}`);
    await house.start().catch(async (wrong) => {
      await house.stop('SIGKILL');
      throw wrong;
    });
    return house;
  }

  async start(): Promise<void> {
    this.said = openSync(join(this.folder, 'log'), 'a');
    const config = join(this.folder, 'patient.yaml');
    const sip = this.sip > 0 ? `127.0.0.1:${this.sip}` : '';
    this.process = spawn(
      BINARY,
      [
        ...['serve', ...(this.city ? ['--demo'] : []), '-d', this.data],
        ...['--http', this.host, '--sip', sip, '--config', config],
      ],
      { stdio: ['ignore', this.said, this.said], env: ENV },
    );
    await until(
      async () => {
        if (this.process?.exitCode !== null) throw new Error(`it did not start\n${this.messages()}`);
        return await fetch(`${this.base}/readyz`).then(
          (r) => r.ok,
          () => false,
        );
      },
      'the server is ready',
      START_MS,
    );
  }

  /** Its exit code; null: ended by a signal. */
  async stop(how: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const running = this.process;
    if (!running) return 0;
    this.process = undefined;
    const ended = new Promise<number | null>((tell) => {
      if (running.exitCode !== null || running.signalCode !== null) tell(running.exitCode);
      else running.once('exit', tell);
    });
    running.kill(how);
    const late = setTimeout(() => running.kill('SIGKILL'), STOP_MS);
    const code = await ended;
    clearTimeout(late);
    closeSync(this.said);
    return code;
  }

  async close(): Promise<void> {
    const code = await this.stop();
    const said = this.messages();
    rmSync(this.folder, { recursive: true, force: true });
    if (code !== 0) throw new Error(`the server ended with ${code}\n${said}`);
  }

  messages(): string {
    return readFileSync(join(this.folder, 'log'), 'utf8').slice(-6000);
  }

  /** `menshen ARGS` on its data. */
  run(...args: string[]): Promise<Ran> {
    return new Promise((tell) => {
      execFile(BINARY, [...args, '-d', this.data], { env: ENV }, (failed, out, err) => {
        tell({ code: failed ? Number(failed.code ?? -1) : 0, out, err });
      });
    });
  }

  logins(): Login[] {
    const lines = readFileSync(join(this.data, 'demo-logins'), 'utf8').trim().split('\n');
    return lines
      .filter((l) => !l.startsWith('#'))
      .map((line) => {
        const [login = '', password = '', , role = '', organisation = '', staff = ''] = line.split(' ');
        return { login, password, role, organisation, staff };
      });
  }

  login(name: string): Login {
    const found = this.logins().find((l) => l.login === name);
    if (!found) throw new Error(`no login ${name}`);
    return found;
  }

  /** What the login's authenticator app shows now. */
  async code(login: string): Promise<string> {
    return (await this.run('demo', 'code', login)).out.trim();
  }

  /** The last code that was sent to a person, after the first `before` texts; the newest is shown first. */
  async personCode(number: string, before = 0): Promise<string> {
    return until(async () => {
      const all = await this.outbox();
      const sent = all
        .slice(0, all.length - before)
        .find((m) => m.number.includes(number) && /\d{6}/.test(m.text));
      return /\d{6}/.exec(sent?.text ?? '')?.[0];
    }, 'a code in the outbox');
  }

  async outbox(): Promise<{ number: string; text: string }[]> {
    const answer = await fetch(`${this.base}/v1/outbox`);
    return ((await answer.json()) as { messages: { number: string; text: string }[] }).messages;
  }
}
