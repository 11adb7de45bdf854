/** Every public name is documented, down to the options; the examples in the docs are run by docstrings.test.ts. */
import {spawnSync} from 'node:child_process';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');

test('npm run docs finds nothing that lacks a word', () => {
  const typedoc = path.join(ROOT, 'node_modules/typedoc/bin/typedoc');
  const args = [typedoc, '--options', '.config/typedoc.json', '--emit', 'none', '--logLevel', 'Warn'];
  const {stdout, stderr, status} = spawnSync(process.execPath, args, {cwd: ROOT, encoding: 'utf8'});
  expect(`${stdout}${stderr}`.trim()).toBe('');
  expect(status).toBe(0);
}, 180_000);
