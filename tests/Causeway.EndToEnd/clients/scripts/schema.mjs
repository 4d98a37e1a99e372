// schema.mjs SCHEMA FILE...: holds JSON files to a JSON Schema; "-" reads the schema from standard input. Prints what is wrong.
import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';

const [schema, ...files] = process.argv.slice(2);
const check = new Ajv2020({ allErrors: true, strict: false, validateFormats: false }).compile(JSON.parse(readFileSync(schema === '-' ? 0 : schema, 'utf8')));
const problems = files.flatMap((file) =>
  check(JSON.parse(readFileSync(file, 'utf8'))) ? [] : check.errors.map((error) => `${file}${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`));
console.log(JSON.stringify(problems));
