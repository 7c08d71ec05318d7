// Seals and opens with npm @wecom/crypto, so that our envelope is compared with code that is not ours.
// In, as JSON on stdin: {token, key, id, timestamp, nonce, texts, sealed}.
// Out: {sealed: [{encrypted, signature}] of the texts, opened: [{text, id, signature}] of the sealed}.
// Run in the folder that holds node_modules.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(`${process.cwd()}/`);
const { decrypt, encrypt, getSignature } = require('@wecom/crypto');
const { token, key, id, timestamp, nonce, texts, sealed } = JSON.parse(readFileSync(0, 'utf8'));
const sign = (encrypted) => getSignature(token, timestamp, nonce, encrypted);

const seal = (text) => {
  const encrypted = encrypt(key, text, id);
  return { encrypted, signature: sign(encrypted) };
};
const open = (encrypted) => {
  const opened = decrypt(key, encrypted);
  return { text: opened.message, id: opened.id, signature: sign(encrypted) };
};
process.stdout.write(JSON.stringify({ sealed: texts.map(seal), opened: sealed.map(open) }));
