// Writes src/Causeway.Core/Catalog/models.json and eng/catalogue/disagreements.md from two npm packages that hold nothing but data
// (sources.json: pinned, checked against their integrity), and from own.json, which we keep by hand and which goes before both.
//
//     node eng/catalogue/generate.mjs            writes both files
//     node eng/catalogue/generate.mjs --check    fails if they are not what it would write
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromGenaiPrices } from './genai-prices.mjs';
import { fromPiAi } from './pi-ai.mjs';
import { merge } from './merge.mjs';
import { writeModels, writeReport } from './write.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const read = (name) => JSON.parse(readFileSync(join(here, name), 'utf8'));
const targets = { models: join(here, '../../src/Causeway.Core/Catalog/models.json'), report: join(here, 'disagreements.md') };

/** Fetches a package as it was published and unpacks it; none of its code is installed or run but what is data. */
function unpack({ package: name, version, integrity }, folder) {
  const file = execFileSync('npm', ['pack', `${name}@${version}`, '--silent'], { cwd: folder, encoding: 'utf8' }).trim().split('\n').at(-1);
  const actual = `sha512-${createHash('sha512').update(readFileSync(join(folder, file))).digest('base64')}`;
  if (actual !== integrity) throw new Error(`${name}@${version} is not what was pinned: ${actual}`);
  execFileSync('tar', ['xzf', file], { cwd: folder });
  execFileSync('mv', ['package', `unpacked-${version}`], { cwd: folder });
  return join(folder, `unpacked-${version}`);
}

const folder = mkdtempSync(join(tmpdir(), 'causeway-catalogue-'));
try {
  const sources = read('sources.json');
  const pi = fromPiAi(unpack(sources['pi-ai'], folder));
  const prices = fromGenaiPrices(createRequire(import.meta.url)(join(unpack(sources['genai-prices'], folder), 'dist/index.cjs')));
  const { models, disagreements } = merge(pi, prices, read('own.json'), sources);
  const written = { [targets.models]: writeModels(models, read('own.json'), sources), [targets.report]: writeReport(disagreements, sources) };
  for (const [file, text] of Object.entries(written)) {
    if (!process.argv.includes('--check')) writeFileSync(file, text);
    else if (readFileSync(file, 'utf8') !== text) throw new Error(`${file} is not what the sources say: run generate.mjs`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
