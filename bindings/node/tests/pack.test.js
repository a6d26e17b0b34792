'use strict';
// What `npm pack` makes works in an empty project.

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');

test('the package installs into an empty project, and its README runs there', (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'casewise-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const npm = (args, cwd) => execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
  const [{ filename }] = JSON.parse(npm(['pack', '--json', '--pack-destination', folder], path.join(__dirname, '..')));
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
  npm(['install', '--offline', '--no-audit', '--no-fund', '--legacy-peer-deps', `./${filename}`], folder);
  const [, readme] = /^```js\n(.*?)^```$/ms.exec(fs.readFileSync(path.join(folder, 'node_modules', 'casewise', 'README.md'), 'utf8'));
  fs.writeFileSync(path.join(folder, 'readme.cjs'), readme);
  const said = execFileSync(process.execPath, ['readme.cjs'], { cwd: folder, encoding: 'utf8' });
  assert.match(said, /^liqueur\n\[ 'age' \]\n/);
  fs.writeFileSync(path.join(folder, 'module.mjs'), "import { open, version } from 'casewise'; console.log(typeof open, version);");
  assert.match(execFileSync(process.execPath, ['module.mjs'], { cwd: folder, encoding: 'utf8' }), /^function 0\.1\.0/);
});
