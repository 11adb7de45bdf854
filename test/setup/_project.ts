/** A project in a temporary folder that has the set-up, a stand-in for tfjs-node, a cache and programs of its own. */
import {spawn} from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');
/** Nothing listens there. */
const UNREACHABLE = 'http://127.0.0.1:9/';

export interface Ended {
  readonly status: number | null;
  readonly stderr: string;
}

export class Project {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'tfjs-losses-setup-'));
  private readonly bin = path.join(this.folder, 'bin');
  private readonly cache = path.join(this.folder, 'cache/tfjs-losses');

  constructor() {
    for (const name of ['.config/setup', 'kernels/node/native/build.mjs']) {
      cpSync(path.join(ROOT, name), path.join(this.folder, name), {recursive: true});
    }
    // The addon of this package is there, and newer than its sources.
    const later = new Date(Date.now() + 60_000);
    const addon = this.write('kernels/node/native/prebuilds/linux-x64/tfjs-losses.glibc.node', '');
    utimesSync(addon, later, later);
    for (const name of ['cli-progress', 'node-api-headers', 'string-width', 'strip-ansi', 'ansi-regex'])
      this.link(name);
    mkdirSync(this.bin);
    mkdirSync(this.cache, {recursive: true});
    this.installTfjsNode(UNREACHABLE);
  }

  /** Writes tfjs-node's manifest, sources of its addon, and an entry that answers as the real one where the addon is there. */
  installTfjsNode(host: string): void {
    const folder = 'node_modules/@tensorflow/tfjs-node';
    const binary = {napi_versions: [3, 4, 5, 6, 7, 8], host};
    this.write(
      `${folder}/package.json`,
      JSON.stringify({name: 'tfjs-node', version: '4.22.0', main: 'index.js', binary}),
    );
    this.write(`${folder}/binding/tfjs_binding.cc`, '');
    this.write(
      `${folder}/index.js`,
      `require('fs').readFileSync(__dirname + '/lib/napi-v8/tfjs_binding.node');
       exports.backend = () => ({binding: {TF_Version: '2.9.1'}});`,
    );
  }

  removeTfjsNode(): void {
    rmSync(path.join(this.folder, 'node_modules/@tensorflow'), {recursive: true});
  }

  write(name: string, text: string): string {
    const file = path.join(this.folder, name);
    mkdirSync(path.dirname(file), {recursive: true});
    writeFileSync(file, text);
    return file;
  }

  /** A program that the set-up finds, as a shell script; without any it finds none. */
  program(name: string, script: string): void {
    chmodSync(this.write(`bin/${name}`, `#!/bin/sh\n${script}\n`), 0o755);
  }

  /** Writes a file of the cache. */
  cached(name: string, text: string): string {
    return this.write(`cache/tfjs-losses/${name}`, text);
  }

  has(name: string): boolean {
    return existsSync(path.join(this.folder, name));
  }

  /** Runs it with these programs alone. */
  setUp(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const child = spawn(process.execPath, [path.join(this.folder, '.config/setup/index.mjs'), ...args], {
      cwd: this.folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {PATH: this.bin, XDG_CACHE_HOME: path.join(this.folder, 'cache'), ...env},
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    return new Promise((resolve, reject) => {
      child.on('error', reject).on('close', (status) => resolve({status, stderr}));
    });
  }

  remove(): void {
    rmSync(this.folder, {recursive: true});
  }

  private link(name: string): void {
    const target = path.join(this.folder, 'node_modules', name);
    mkdirSync(path.dirname(target), {recursive: true});
    symlinkSync(path.join(ROOT, 'node_modules', name), target, 'dir');
  }
}
