import {fileURLToPath} from 'node:url';
import js from '@eslint/js';
import {defineConfig, globalIgnores} from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Run from the top level: `npx eslint --config .config/eslint.config.mjs .` */
export default defineConfig(
  globalIgnores([
    'dist',
    'coverage',
    // AssemblyScript: its types (v128, usize) and intrinsics are unknown to TypeScript.
    'kernels/simd/*.ts',
    'kernels/simd/build',
    'kernels/node/native/build',
    '.config',
  ]),
  {linterOptions: {reportUnusedDisableDirectives: 'error'}},
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {projectService: true, tsconfigRootDir: fileURLToPath(new URL('..', import.meta.url))},
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      // noUncheckedIndexedAccess makes every element of a typed array possibly undefined; the loops of the kernels stay in bounds.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Numbers, and shapes as [2,3], belong into error messages as they are.
      '@typescript-eslint/restrict-template-expressions': 'off',
      // `() => void array.push(x)` and arrow functions that call something are easier to read than blocks.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // tfjs documents numbers for its enums (verbose: 0).
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      // Constants are written with all the digits of their source.
      'no-loss-of-precision': 'off',
      // tfjs's own typings call a missing kernel, gradient or backend non-null, which it may be.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // A leading underscore says: here for the signature.
      '@typescript-eslint/no-unused-vars': ['error', {argsIgnorePattern: '^_', varsIgnorePattern: '^_'}],
      // tfjs and asynchronous interfaces ask for promises also where there is nothing to wait for.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    // Tests and benchmarks take tfjs apart: methods off their prototypes, parsed JSON, classes that are not quite tfjs's.
    files: ['test/**', 'bench/**'],
    rules: {
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
    },
  },
  {
    // Scripts and configs in JavaScript stand outside of tsconfig.json.
    files: ['**/*.{js,mjs,cjs}'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {globals: {Buffer: 'readonly', console: 'readonly', process: 'readonly', URL: 'readonly'}},
  },
  {
    files: ['**/*.js'],
    languageOptions: {sourceType: 'commonjs', globals: {module: 'writable', process: 'readonly', require: 'readonly'}},
  },
);
