// openapi.mjs DOCUMENT ANSWERS: is an OpenAPI document valid, and do answers, a list of {"name", "schema", "body"}, match its schemas? Prints what is wrong.
import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import { Validator } from '@seriousme/openapi-schema-validator';

const [document, answers] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')));
const checked = await new Validator().validate(structuredClone(document));
const problems = checked.valid ? [] : [checked.errors].flat().map((error) => `document: ${error.instancePath ?? ''} ${error.message ?? error}`);

const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false });
ajv.addSchema({ $id: 'api:document', ...document });
for (const { name, schema, body } of answers) {
  const check = ajv.getSchema(`api:document#${schema}`);
  if (!check) problems.push(`${name}: there is no ${schema}`);
  else if (!check(body)) problems.push(...check.errors.map((error) => `${name}${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`));
}
console.log(JSON.stringify(problems));
