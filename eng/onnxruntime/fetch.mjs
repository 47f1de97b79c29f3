// Unpacks what a build needs of ONNX Runtime: the C# sources and this platform's native library (or, with --cuda, the
// CUDA provider), in the version and with the hash that package-lock.json pins.
//
//   node fetch.mjs --into DIR [--rid linux-x64] [--cuda]
//
// The whole package is half a gigabyte of libraries for every platform: it stays in npm's cache as one archive, only
// the files asked for are written. DIR appears in one rename, so that builds side by side never see half of it.
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    into: { type: 'string' },
    rid: { type: 'string', default: 'linux-x64' },
    cuda: { type: 'boolean', default: false },
  },
});

const nativeFolders = {
  'linux-x64': 'package/Plugins/Linux/x64',
  'osx-arm64': 'package/Plugins/macOS/arm64',
  'win-x64': 'package/Plugins/Windows/x64',
  'win-arm64': 'package/Plugins/Windows/arm64',
};

if (!values.into) fail('--into DIR is missing');
if (!(values.rid in nativeFolders)) {
  fail(`--rid ${values.rid}: the package has no native library for it; it has ${Object.keys(nativeFolders).join(', ')}`);
}

const into = resolve(values.into);
if (existsSync(into)) process.exit(0);

const name = values.cuda ? 'com.github.asus4.onnxruntime.linux-x64-gpu' : 'com.github.asus4.onnxruntime';
const wanted = values.cuda
  ? ['package/Plugins', 'package/LICENSE']
  : ['package/Runtime', nativeFolders[values.rid], 'package/LICENSE', 'package/ThirdPartyNotices.txt'];

const lock = JSON.parse(readFileSync(join(dirname(fileURLToPath(import.meta.url)), 'package-lock.json'), 'utf8'));
const pinned = lock.packages[`node_modules/${name}`];

mkdirSync(dirname(into), { recursive: true });
const work = mkdtempSync(join(dirname(into), '.fetch-'));
try {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  execFileSync(
    npm,
    ['pack', `${name}@${pinned.version}`, '--pack-destination', work, '--prefer-offline', '--silent'],
    { stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
  const archive = join(work, readdirSync(work).find((file) => file.endsWith('.tgz')));
  await verify(archive, pinned.integrity);
  execFileSync('tar', ['-xzf', archive, '-C', work, ...wanted], { stdio: 'inherit' });
  publish(join(work, 'package'), into);
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function verify(archive, integrity) {
  const [algorithm, expected] = integrity.split(/-(.*)/s);
  const hash = createHash(algorithm);
  await pipeline(createReadStream(archive), hash);
  const actual = hash.digest('base64');
  if (actual !== expected) fail(`${name}@${pinned.version}: the archive's ${algorithm} is ${actual}, package-lock.json pins ${expected}`);
}

function publish(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    // Another build was faster; what it put there is the same, by hash.
    if (!existsSync(to)) throw error;
  }
}

function fail(message) {
  console.error(`fetch.mjs: ${message}`);
  process.exit(1);
}
