/*
 * guard: what must hold for every page of every story, heard while it runs.
 *
 *     no request to another origin          no word on the console, no error of the page
 *     the page's policy is there and kept   no secret in address, title, page, answer, download
 *     an answer of 4xx or 5xx only where the story expects it
 *     only what a keyboard reaches hears clicks
 *
 * `fails` says what did not, and forgets it; a story's end asserts that nothing is left.
 */
import type { BrowserContext, ConsoleMessage, Download, Request, Response } from 'playwright-core';
import { pause } from './house';
import { secretsIn } from './secrets';

const POLICY = ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"];
const READ = /^(application\/(.+\+)?json|text\/(html|plain|csv|markdown))/;
const QUIET_MS = 60;
const UNREAD_MS = 10_000;

/* In the page, before its own scripts. */
function listen(): void {
  const tell = (window as unknown as { menshenTold: (what: string) => void }).menshenTold;
  document.addEventListener('securitypolicyviolation', (e) =>
    tell(
      `the page's policy was broken: ${e.violatedDirective} by ${e.blockedURI} at ${e.sourceFile}:${e.lineNumber}`,
    ),
  );

  // Shifts of what is painted already, but for those that somebody's own act brings.
  const seen = window as unknown as { menshenShift: number; menshenShifted: string[] };
  seen.menshenShift = 0;
  seen.menshenShifted = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const shift = entry as PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
        sources?: { node: Node | null }[];
      };
      if (shift.hadRecentInput) continue;
      seen.menshenShift += shift.value;
      const nodes = (shift.sources ?? []).map((s) =>
        s.node instanceof Element ? `${s.node.localName}.${s.node.className}` : s.node?.nodeName,
      );
      seen.menshenShifted.push(`${shift.value.toFixed(3)} ${nodes.join(' ')}`);
    }
  }).observe({ type: 'layout-shift', buffered: true });

  // Who hears clicks, for `clickable` below.
  const hears = new WeakSet<EventTarget>();
  const add = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (this: EventTarget, ...args: Parameters<typeof add>) {
    if (/^(click|mousedown|mouseup|pointerdown|pointerup|dblclick)$/.test(args[0])) hears.add(this);
    add.apply(this, args);
  };
  (window as unknown as { menshenHears: WeakSet<EventTarget> }).menshenHears = hears;
}

/* In the page: what hears clicks and cannot be reached without a mouse. */
function mouseOnly(): string[] {
  const hears = (window as unknown as { menshenHears: WeakSet<EventTarget> }).menshenHears;
  const reached =
    'a[href], button, input, select, textarea, summary, label, [tabindex], dialog, canvas, .u-wrap, .u-over';
  return [...document.body.querySelectorAll('*')]
    .filter((e) => hears.has(e) && !e.matches(reached))
    .map((e) => e.outerHTML.slice(0, 120));
}

export class Guard {
  private readonly told: string[] = [];
  private readonly work = new Set<Promise<void>>();
  private readonly asked = new Set<Request>();
  private readonly expected: { status: number; path: RegExp }[] = [];
  private readonly allowed = new Set<string>();
  private readonly assets = new Set<string>();
  private quietSince = Date.now();

  private constructor(
    private readonly context: BrowserContext,
    private readonly base: string,
  ) {}

  static async over(context: BrowserContext, base: string): Promise<Guard> {
    const guard = new Guard(context, base);
    await context.exposeFunction('menshenTold', (what: string) => guard.tell(what));
    await context.addInitScript(listen);
    context.on('request', (r) => guard.onRequest(r));
    context.on('response', (r) => guard.onResponse(r));
    context.on('requestfinished', (r) => guard.done(r));
    context.on('requestfailed', (r) => guard.done(r));
    context.on('console', (m) => guard.onConsole(m));
    context.on('weberror', (e) => guard.tell(`an error of the page: ${e.error().stack ?? e.error()}`));
    context.on('page', (p) => p.on('download', (d) => guard.later(guard.onDownload(d))));
    return guard;
  }

  /** The story asks for what is refused. */
  expects(status: number, path: RegExp): void {
    this.expected.push({ status, path });
  }

  /** Her own number, or one that she typed herself. */
  allows(...numbers: string[]): void {
    for (const n of numbers) this.allowed.add(n.replace(/\D/g, '').slice(-11));
  }

  /** Everything asked has been answered, for a moment; streams never are. */
  isQuiet(): boolean {
    return this.asked.size === 0 && Date.now() - this.quietSince > QUIET_MS;
  }

  pending(): string[] {
    return [...this.asked].map((r) => `${r.method()} ${r.url()}`);
  }

  /** Look at each page as it is now. */
  async look(): Promise<void> {
    for (const page of this.context.pages()) {
      const [html, title, values, mice] = await Promise.all([
        page.content(),
        page.title(),
        page.evaluate(() =>
          [...document.querySelectorAll<HTMLInputElement>('input, textarea')].map((i) => i.value).join('\n'),
        ),
        page.evaluate(mouseOnly),
      ]);
      this.secrets(`the page ${page.url()}`, html);
      this.secrets(`the title of ${page.url()}`, title);
      this.secrets(`a field of ${page.url()}`, values);
      for (const m of mice) this.tell(`only a mouse reaches ${m} of ${page.url()}`);
    }
  }

  /** What was wrong since it was asked last. */
  async fails(): Promise<string[]> {
    await this.look();
    while (this.work.size > 0) await Promise.all(this.work);
    return this.told.splice(0);
  }

  private tell(what: string): void {
    if (!this.told.includes(what)) this.told.push(what);
  }

  private secrets(where: string, text: string): void {
    for (const secret of secretsIn(text, this.allowed)) this.tell(`${where} holds ${secret}`);
  }

  private later(work: Promise<void>): void {
    this.work.add(work);
    void work.finally(() => this.work.delete(work));
  }

  private onRequest(request: Request): void {
    const url = request.url();
    if (url.startsWith('data:')) return;
    if (new URL(url).origin !== this.base) this.tell(`a request to another origin: ${url}`);
    this.secrets(`the address ${url}`, decodeURIComponent(url.replace(/\+/g, ' ')));
    if (request.resourceType() !== 'eventsource') this.asked.add(request);
  }

  private done(request: Request): void {
    this.asked.delete(request);
    this.quietSince = Date.now();
  }

  private onResponse(response: Response): void {
    const type = response.headers()['content-type'] ?? '';
    const path = new URL(response.url()).pathname;
    const status = response.status();
    if (type.startsWith('text/event-stream')) this.asked.delete(response.request());
    if (status >= 400 && !this.isExpected(status, path))
      this.tell(`${response.request().method()} ${path} was answered with ${status}`);
    if (response.request().resourceType() === 'document' && status === 200 && type.startsWith('text/html'))
      this.policy(response);
    if (status === 204 || status === 304 || (status >= 300 && status < 400)) return;
    if (READ.test(type)) this.later(this.body(response));
    else if (path.startsWith('/assets/') && !this.assets.has(path)) {
      this.assets.add(path);
      this.later(this.body(response));
    }
  }

  private isExpected(status: number, path: string): boolean {
    return this.expected.some((e) => e.status === status && e.path.test(path));
  }

  private policy(response: Response): void {
    const policy = response.headers()['content-security-policy'] ?? '';
    for (const part of POLICY)
      if (!policy.includes(part)) this.tell(`${response.url()} comes without ${part}: ${policy}`);
    if (/unsafe-|\*/.test(policy)) this.tell(`${response.url()} comes with ${policy}`);
  }

  private async body(response: Response): Promise<void> {
    // A page that is left takes its answers along, and one that nobody reads does not end.
    const text = await Promise.race([response.text().catch(() => ''), pause(UNREAD_MS).then(() => '')]);
    this.secrets(`the answer to ${response.request().method()} ${response.url()}`, text);
  }

  private onConsole(message: ConsoleMessage): void {
    const at = message.location().url;
    const refused = /responded with a status of (\d{3})/.exec(message.text());
    if (refused && at && this.isExpected(Number(refused[1]), new URL(at).pathname)) return;
    if (message.type() === 'error' || message.type() === 'warning' || message.type() === 'assert')
      this.tell(`the console: ${message.text()} ${at}`);
    this.secrets('the console', message.text());
  }

  private async onDownload(download: Download): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of await download.createReadStream()) parts.push(part as Buffer);
    this.secrets(`the name of a download`, download.suggestedFilename());
    this.secrets(`the download ${download.suggestedFilename()}`, Buffer.concat(parts).toString('utf8'));
  }
}
