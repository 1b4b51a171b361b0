/**
 * The source of a cell that shows noise as a PNG, three bytes a pixel and not compressed. Made by
 * hand, so that nothing has to be installed.
 */
export const pictureSource = (width: number, height: number): string => `const { deflateSync } = require('zlib');
const [width, height] = [${width}, ${height}];
const rows = require('crypto').randomBytes((width * 3 + 1) * height);
for (let y = 0; y < height; y += 1) rows[y * (width * 3 + 1)] = 0;
const table = Array.from({ length: 256 }, (_, n) => { let c = n; for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1; return c >>> 0 });
const crc = (bytes) => { let c = 0xffffffff; for (const byte of bytes) c = table[(c ^ byte) & 255] ^ (c >>> 8); return (c ^ 0xffffffff) >>> 0 };
const chunk = (type, data) => { const body = Buffer.concat([Buffer.from(type), data]); const size = Buffer.alloc(4); size.writeUInt32BE(data.length); const sum = Buffer.alloc(4); sum.writeUInt32BE(crc(body)); return Buffer.concat([size, body, sum]) };
const head = Buffer.alloc(13); head.writeUInt32BE(width, 0); head.writeUInt32BE(height, 4); head.set([8, 2, 0, 0, 0], 8);
const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', head), chunk('IDAT', deflateSync(rows, { level: 0 })), chunk('IEND', Buffer.alloc(0))]);
({ [Symbol.for('Jupyter.display')]: () => ({ 'image/png': png.toString('base64'), 'text/plain': 'noise' }) })`;
