/** A web server for one page on 127.0.0.1, isolated as SharedArrayBuffer (threads of WebAssembly) demands it. */
import {createReadStream, existsSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.wasm': 'application/wasm',
};

const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

export interface Server {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves `files` by their path (`/index.html`), and what is below `/node_modules/`. */
export async function serve(files: ReadonlyMap<string, string | Uint8Array>): Promise<Server> {
  const server = createServer((request, response) => {
    const {pathname} = new URL(request.url ?? '/', 'http://127.0.0.1');
    const name = pathname === '/' ? '/index.html' : decodeURIComponent(pathname);
    const headers = {...ISOLATED, 'Content-Type': TYPES[path.extname(name)] ?? 'application/octet-stream'};
    const content = files.get(name);
    if (content !== undefined) {
      response.writeHead(200, headers).end(content);
      return;
    }
    const file = path.join(ROOT, path.normalize(name));
    if (file.startsWith(path.join(ROOT, 'node_modules') + path.sep) && existsSync(file)) {
      response.writeHead(200, headers);
      createReadStream(file).pipe(response);
    } else {
      response.writeHead(404, headers).end(`no ${name} here`);
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const {port} = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
