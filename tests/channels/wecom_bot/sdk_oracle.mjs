// WeCom's own client (npm @wecom/aibot-node-sdk) as an AI bot: node sdk_oracle.mjs URL BOT SECRET.
// Run in the folder that holds node_modules. It answers texts with a stream and a push, entries with
// a welcome, presses with a new card, files with their decrypted content and an upload. Each thing it
// finds out is a line of JSON on stdout. With one argument, crypto, it seals and opens what stdin says.
import { readFileSync } from 'node:fs';
import { createCipheriv } from 'node:crypto';
import { createRequire } from 'node:module';

const require = createRequire(`${process.cwd()}/`);
const { WSClient, WecomCrypto, decryptFile, pkcs7Pad } = require('@wecom/aibot-node-sdk');
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
const base64 = (text) => Buffer.from(text, 'base64');

const sealAndOpen = () => {
  const { token, key, texts, sealed, files, encrypted } = JSON.parse(readFileSync(0, 'utf8'));
  const crypto = new WecomCrypto(token, key, '');
  const lock = ({ content, aeskey }) => {
    const secret = base64(aeskey);
    const cipher = createCipheriv('aes-256-cbc', secret, secret.subarray(0, 16)).setAutoPadding(false);
    return Buffer.concat([cipher.update(pkcs7Pad(base64(content), 32)), cipher.final()]).toString('base64');
  };
  say({
    sealed: texts.map((text) => crypto.encrypt(text, '1700000000', 'n-1')),
    opened: sealed.map((text) => crypto.decrypt(text)),
    locked: files.map(lock),
    unlocked: encrypted.map(({ content, aeskey }) => decryptFile(base64(content), aeskey).toString('base64')),
  });
};

const live = (wsUrl, botId, secret) => {
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  const client = new WSClient({ botId, secret, wsUrl, logger: quiet, heartbeatInterval: 200, reconnectInterval: 50 });
  const card = { card_type: 'button_interaction', main_title: { title: 't' }, button_list: [{ text: 'a', key: 'k' }], task_id: 'T1' };
  client.on('authenticated', () => say({ authenticated: true }));
  client.on('error', (error) => say({ error: error.message }));
  client.on('message.text', async (frame) => {
    try {
      await client.replyStream(frame, 'sdk-1', 'working', false, undefined, { id: 'fb' });
      await client.replyStream(frame, 'sdk-1', frame.body.text.content, true);
      await client.sendMessage(frame.body.from.userid, { msgtype: 'markdown', markdown: { content: 'pushed' } });
      await client.sendMessage(frame.body.from.userid, { msgtype: 'template_card', template_card: card });
      await client.replyStream(frame, 'sdk-1', 'too late', true).catch((ack) => say({ refused: ack.errcode }));
      say({ answered: frame.body.text.content });
    } catch (error) { say({ failed: error.errcode ?? error.message }); }
  });
  client.on('message.file', async (frame) => {
    const { buffer, filename } = await client.downloadFile(frame.body.file.url, frame.body.file.aeskey);
    const media = await client.uploadMedia(buffer, { type: 'file', filename });
    await client.sendMediaMessage(frame.body.from.userid, 'file', media.media_id);
    say({ file: filename, content: buffer.toString('utf8').slice(0, 40), size: buffer.length });
  });
  client.on('event.enter_chat', async (frame) => {
    await client.replyWelcome(frame, { msgtype: 'text', text: { content: 'hello' } });
    say({ welcomed: frame.body.from.userid });
  });
  client.on('event.template_card_event', async (frame) => {
    await client.updateTemplateCard(frame, card);
    say({ pressed: frame.body.event.template_card_event.event_key });
  });
  client.on('event.feedback_event', (frame) => say({ feedback: frame.body.event.feedback_event.type }));
  client.on('event.disconnected_event', () => { say({ displaced: true }); process.exit(0); });
  client.connect();
};

if (process.argv[2] === 'crypto') sealAndOpen();
else live(...process.argv.slice(2));
