/*
 * neighbour: another carrier's node, as far as a trace asks it where a call came from (docs/desk.md).
 */
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface HopSaid {
  line: string;
  purpose: string;
  holder: string;
  holder_name: string;
  principal: string;
  record: string;
  previous?: string; // the carrier whose trunk the line is
}

export class Neighbour {
  /** It has no time now. */
  busy = false;
  asked = 0;

  private constructor(
    readonly id: string,
    private readonly server: Server,
  ) {}

  static async open(id: string, said: HopSaid): Promise<Neighbour> {
    const server = createServer();
    const one = new Neighbour(id, server);
    server.on('request', (request, answer) => {
      let text = '';
      request.on('data', (part) => {
        text += part;
      });
      request.on('end', () => {
        one.asked++;
        if (one.busy) {
          answer.writeHead(503).end();
          return;
        }
        const { hop, at } = JSON.parse(text) as { hop: number; at: string };
        const trace = request.url?.split('/')[3];
        answer.writeHead(200, { 'Content-Type': 'application/json' });
        answer.end(JSON.stringify({ trace, hop, status: 'answered', at, ...said }));
      });
    });
    await new Promise<void>((go) => server.listen(0, '127.0.0.1', go));
    return one;
  }

  /** Its entry among the `carriers` of a configuration. */
  entry(folder: string): string {
    const { port } = this.server.address() as AddressInfo;
    const file = join(folder, `${this.id}.token`);
    writeFileSync(file, 'made-up\n', { mode: 0o600 });
    return `  - {id: ${this.id}, url: "http://127.0.0.1:${port}", token_file: ${file}}\n`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
