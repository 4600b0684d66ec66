import js from '@eslint/js';
import jupyter from '@jupyter/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      'lib',
      'node_modules',
      '**/*.js',
      '**/*.mjs',
      '**/*.d.ts',
      'schema'
    ]
  },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  { plugins: { jupyter } },
  jupyter.configs.recommended,
  {
    languageOptions: {
      parserOptions: {
        project: 'tsconfig.json',
        tsconfigRootDir: import.meta.dirname
      }
    },
    rules: {
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase'],
          custom: { regex: '^I[A-Z]', match: true }
        }
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // A class and the types that belong to it share a name, as in JupyterLab.
      '@typescript-eslint/no-namespace': 'off',
      'jupyter/require-signal-cleanup': 'error',
      'jupyter/require-signal-this-arg': 'error',
      'jupyter/require-disposable-ownership': 'error',
      'jupyter/require-disposable-transfer': 'error',
      // A class may go past what it extends, to what that extends.
      '@typescript-eslint/dot-notation': [
        'error',
        { allowProtectedClassPropertyAccess: true }
      ],
      // Signals call what is connected to them with its `this`.
      '@typescript-eslint/unbound-method': 'off',
      // What an extension does from the start cannot be loaded later.
      'jupyter/prefer-lazy-imports': 'off',
      curly: ['error', 'all'],
      eqeqeq: 'error',
      'no-console': ['error', { allow: ['warn', 'error'] }]
    }
  },
  {
    // The core computes: it knows no page, no clock and no JupyterLab.
    files: ['src/core/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [{ regex: '^(?!\\./)', message: 'The core stands alone.' }]
        }
      ],
      'no-restricted-globals': [
        'error',
        'Date',
        'WebSocket',
        'cancelAnimationFrame',
        'clearInterval',
        'clearTimeout',
        'console',
        'document',
        'fetch',
        'globalThis',
        'localStorage',
        'performance',
        'queueMicrotask',
        'requestAnimationFrame',
        'self',
        'setInterval',
        'setTimeout',
        'window'
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random' }
      ]
    }
  },
  prettier
);
