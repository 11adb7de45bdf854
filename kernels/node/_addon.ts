/** The native addon, and whether its ops are in the TensorFlow of this process. */
import {env} from '@tensorflow/tfjs-core';
import {registerAddToRows} from '../../src/add_to_rows';
import {addToRows} from './_add_to_rows';

/** What native/addon.cc exports. */
export interface Addon {
  /** Puts the ops into the TensorFlow of this process and returns its version. Throws where there is none, or it is too old. */
  register(): string;
  /** Those that this processor has, the best first: it is the one in use. */
  instructionSets(): string[];
  useInstructionSet(name: string): void;
  /** How many threads a large call works with. */
  threads(): number;
  /** Reads `from` twice and writes it to `to` once, with these threads: what the memory asks of a loss with its gradient. */
  readTwiceWriteOnce(from: Float32Array, to: Float32Array): void;
}

/** The tfjs flag that says whether the native ops are used; set it to false to do without the addon. */
export const ADDON_FLAG = 'LOSSES_NODE_ADDON';

/** Where the addon may be, from this file in the sources and from the bundle in dist/. */
const FOLDERS = ['native/prebuilds', '../kernels/node/native/prebuilds'];

/** Loads the addon of this platform, or the one that TFJS_LOSSES_ADDON names. Throws where there is none. */
export function loadAddon(): Addon {
  const {platform, arch, env: variables} = process;
  // The names that prebuildify gives and node-gyp-build looks for.
  const name = `${platform}-${arch}/tfjs-losses${platform === 'linux' ? '.glibc' : ''}.node`;
  const {TFJS_LOSSES_ADDON: own} = variables;
  const paths = own === undefined ? FOLDERS.map((folder) => `${__dirname}/${folder}/${name}`) : [own];
  const reasons: string[] = [];
  for (const path of paths) {
    const loaded: {exports: Partial<Addon>} = {exports: {}};
    try {
      process.dlopen(loaded, path);
      return loaded.exports as Addon;
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(`no addon for ${platform}-${arch} could be loaded (${reasons.join('; ')})`);
}

let isRegistered = false;

function register(): void {
  loadAddon().register();
  registerAddToRows('tensorflow', addToRows);
  isRegistered = true;
}

/** Evaluated by tfjs on first use, and once. */
function tryToRegister(): boolean {
  try {
    register();
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.warn(
      `tfjs-losses: the losses of the backend 'tensorflow' run in JavaScript's own memory, which is right but slower than the ` +
        `native ops, which cannot be used here: ${reason}. The package has them built for linux-x64; for ` +
        `other systems build them with 'npm run native' in its repository and name the file in TFJS_LOSSES_ADDON.`,
    );
    return false;
  }
}

export function registerAddonFlag(): void {
  env().registerFlag(ADDON_FLAG, tryToRegister);
}

export function usesAddon(): boolean {
  if (!env().getBool(ADDON_FLAG)) return false;
  // Somebody may have set the flag.
  if (!isRegistered) register();
  return true;
}
