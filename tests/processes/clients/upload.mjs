// Uploads files by tus-js-client; what to send is JSON on standard input, the addresses come out.
import { createReadStream } from "node:fs";
import { text } from "node:stream/consumers";
import { Upload } from "tus-js-client";

const asked = JSON.parse(await text(process.stdin));

const sent = ({ path, metadata }) =>
  new Promise((resolve, reject) => {
    const upload = new Upload(createReadStream(path), {
      endpoint: asked.endpoint,
      headers: asked.headers,
      metadata,
      chunkSize: asked.chunk ?? Infinity,
      retryDelays: Array(asked.tries).fill(asked.pause),
      onError: reject,
      onSuccess: () => resolve(upload.url),
    });
    upload.start();
  });

process.stdout.write(JSON.stringify(await Promise.all(asked.files.map(sent))));
