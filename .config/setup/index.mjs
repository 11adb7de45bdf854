/**
 * npm run setup: makes @tensorflow/tfjs-node usable and builds the addon of this package.
 *
 *   --wheel, --download   TensorFlow from the wheel, or by tfjs-node's own download, only (default: the second if reachable)
 *   --tensorflow=2.21.0   the wheel's version; 2.12.0 is known too, for the suites of node on an old TensorFlow. It stays until
 *                         another one is asked for
 *   --for-tests           what `npm test` runs: without CI=true a failure is a warning, since all but node's suites work
 *
 * Nothing is written outside of node_modules, kernels/node/native and the user's cache (XDG_CACHE_HOME or ~/.cache, folder
 * tfjs-losses). `npm ci` empties node_modules; the next run copies the built addon back from the cache. Deleting the cache's
 * folder is always safe: the next run makes it anew.
 */
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {buildAddon} from '../../kernels/node/native/build.mjs';
import {setUpTfjsNode} from './_binding.mjs';
import {say} from './_progress.mjs';
import {SetupError} from './_run.mjs';
import {TENSORFLOW_VERSIONS} from './_tensorflow.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

try {
  const {values} = parseArgs({
    options: {
      wheel: {type: 'boolean'},
      download: {type: 'boolean'},
      tensorflow: {type: 'string', default: TENSORFLOW_VERSIONS[0]},
      'for-tests': {type: 'boolean'},
    },
  });
  try {
    const chosen = process.argv.some((argument) => argument.startsWith('--tensorflow'));
    const source = values.download ? 'download' : values.wheel || chosen ? 'wheel' : 'any';
    const version = await setUpTfjsNode(path.resolve(root), {source, version: values.tensorflow});
    if (!values['for-tests']) say(`@tensorflow/tfjs-node runs on TensorFlow ${version}`);
    const built = await buildAddon();
    if (built !== undefined) say(`built ${path.relative(process.cwd(), built)}`);
  } catch (error) {
    if (!(error instanceof SetupError) || !values['for-tests'] || process.env.CI === 'true') throw error;
    say(`${error.message}\nsetup: the suites of the node backend are skipped; 'npm run setup' tries again.`);
  }
} catch (error) {
  say(error instanceof SetupError || error?.code?.startsWith('ERR_PARSE_ARGS') ? error.message : error.stack);
  process.exitCode = 1;
}
