// A plain ZIP archive without compression: pictures do not get smaller, and every phone opens it.

const TABLE = Uint32Array.from({ length: 256 }, (_, number) => {
  let value = number;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

export function crc32(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = TABLE[(value ^ byte) & 0xff] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

// `files` are {name, blob}; one at a time is read into memory.
export async function zip(files) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const { name, blob } of files) {
    const label = new TextEncoder().encode(name);
    const sum = crc32(new Uint8Array(await blob.arrayBuffer()));
    const common = header(sum, blob.size, label.length);
    const local = joined([uint(0x04034b50, 4), common, uint(0, 2), label]);
    parts.push(local, blob);
    directory.push(joined([uint(0x02014b50, 4), uint(20, 2), common, uint(0, 2), uint(0, 2), uint(0, 2), uint(0, 2), uint(0, 4), uint(offset, 4), label]));
    offset += local.length + blob.size;
  }
  const length = directory.reduce((sum, one) => sum + one.length, 0);
  const end = joined([uint(0x06054b50, 4), uint(0, 4), uint(files.length, 2), uint(files.length, 2), uint(length, 4), uint(offset, 4), uint(0, 2)]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}

// Version, UTF-8 names, stored, no time, checksum, both sizes, length of the name.
function header(sum, size, length) {
  return joined([uint(20, 2), uint(0x0800, 2), uint(0, 2), uint(0, 2), uint(0x21, 2), uint(sum, 4), uint(size, 4), uint(size, 4), uint(length, 2)]);
}

function uint(value, bytes) {
  return Uint8Array.from({ length: bytes }, (_, index) => (value >>> (8 * index)) & 0xff);
}

function joined(pieces) {
  const whole = new Uint8Array(pieces.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const piece of pieces) { whole.set(piece, at); at += piece.length; }
  return whole;
}
