/** The Chromium (or Chrome) of this machine. */
import {execFileSync} from 'node:child_process';
import {accessSync, constants} from 'node:fs';
import path from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const ELSEWHERE = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/** WebGL 2 and WebGPU on the processor (SwiftShader), the same on every machine, whether it has a GPU or not. */
export const CHROMIUM_FLAGS: readonly string[] = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
];

/** Where the browser is: `CHROME_PATH`, or the first one on the PATH. */
export function findChromium(): string | undefined {
  const {CHROME_PATH, PATH = ''} = process.env;
  if (CHROME_PATH !== undefined && CHROME_PATH !== '') return CHROME_PATH;
  const folders = PATH.split(path.delimiter);
  const candidates = [...NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))), ...ELSEWHERE];
  return candidates.find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Why the tests in a browser cannot run here; undefined where they can. */
export function whyNoChromium(): string | undefined {
  if (findChromium() !== undefined) return undefined;
  return 'no Chromium on the PATH: install it, or name it in CHROME_PATH';
}

/** Debian's chromium, where there is no browser: for CI, which skips nothing. */
export function installChromium(): void {
  if (findChromium() !== undefined) return;
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo'];
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const [program = '', ...rest] = [...asRoot, 'apt-get', ...args];
    execFileSync(program, rest, {stdio: 'inherit', env: {...process.env, DEBIAN_FRONTEND: 'noninteractive'}});
  }
  const reason = whyNoChromium();
  if (reason !== undefined) throw new Error(`CI=true needs a browser, and apt-get has brought none: ${reason}`);
}
