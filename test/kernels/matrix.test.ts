import {readdirSync} from 'node:fs';
import path from 'node:path';
import * as names from '../../src/kernel_names';

const root = path.join(__dirname, '../..');
const kernels = Object.values(names).filter((value) => typeof value === 'string');

/** The files of a folder that are named after a kernel. */
function kernelFiles(folder: string): string[] {
  return readdirSync(path.join(root, folder))
    .filter((name) => /^[A-Z].*\.ts$/.test(name))
    .map((name) => name.replace('.ts', ''))
    .sort();
}

test('there are eight kernels', () => {
  expect(kernels).toHaveLength(8);
});

const folders = readdirSync(path.join(root, 'kernels')).map((name) => `kernels/${name}`);

test.each([...folders, 'src/gradients'])('%s has a file for each kernel and no other', (folder) => {
  expect(kernelFiles(folder)).toEqual([...kernels].sort());
});
