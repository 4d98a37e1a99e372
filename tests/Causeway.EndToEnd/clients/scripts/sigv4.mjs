// Signs a request with the official signer and prints its Authorization header: what the gateway's own must equal.
import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

class Sha256 {
  constructor(secret) { this.hash = secret ? createHmac('sha256', secret) : createHash('sha256'); }
  update(data) { this.hash.update(data); }
  async digest() { return new Uint8Array(this.hash.digest()); }
}

const [url, body, date, sessionToken] = process.argv.slice(2);
const { host, hostname, pathname: path } = new URL(url);
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret/key+example', sessionToken };
const signer = new SignatureV4({ service: 'bedrock', region: 'eu-west-1', credentials, sha256: Sha256, applyChecksum: false });
const at = new Date(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
const signed = await signer.sign({ method: 'POST', protocol: 'http:', hostname, path, query: {}, headers: { host }, body }, { signingDate: at });
console.log(signed.headers.authorization);
