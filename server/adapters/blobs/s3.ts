import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { DaybookError } from '@daybook/shared/errors/error';
import type { Blobs, ByteRange, StoredBlob } from '@daybook/shared/ports/blobs';
import type { Log } from '../log.ts';
import { makeConditional } from './conditional.ts';
import { checkKey, checkPrefix, checkRange, notFound } from './key.ts';
import { statusOf } from './s3-status.ts';

/** Where the objects are. */
export interface S3Place {
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
}

/** Bytes per part of a streamed upload; two are held at a time. S3 takes 10,000 parts: 80 GB. */
const PART_SIZE = 8 << 20;
const PARTS_IN_FLIGHT = 2;
/** Milliseconds. */
const CONNECT_TIMEOUT = 3_000;
const REQUEST_TIMEOUT = 60_000;

/**
 * Blobs as objects of an S3 bucket, which must exist. Addresses are path-style and checksums only
 * where required: what stores other than AWS's understand. The SDK is loaded here and not before.
 * Errors beyond the port's: `blobs_unreachable`, `blobs_denied`.
 */
export async function openS3(place: S3Place, log: Log): Promise<Blobs> {
  const [sdk, { Upload }] = await Promise.all([import('@aws-sdk/client-s3'), import('@aws-sdk/lib-storage')]);
  const Bucket = place.bucket;
  const client: S3Client = new sdk.S3Client({
    endpoint: place.endpoint,
    region: place.region,
    credentials: { accessKeyId: place.accessKey, secretAccessKey: place.secretKey },
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 3,
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT, requestTimeout: REQUEST_TIMEOUT },
  });
  const named = (error: unknown) => explain(error, place);
  const conditional = makeConditional(client, sdk, Bucket, log);

  async function statOf(key: string): Promise<StoredBlob | undefined> {
    try {
      const head = await client.send(new sdk.HeadObjectCommand({ Bucket, Key: key }));
      return { key, size: head.ContentLength ?? 0, modified: head.LastModified?.getTime() ?? Date.now() };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw named(error);
    }
  }

  async function* bytes(key: string, range: ByteRange | undefined): AsyncGenerator<Uint8Array> {
    try {
      const Range = range === undefined ? {} : { Range: `bytes=${range.start}-${range.end - 1}` };
      const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket, Key: key, ...Range }));
      for await (const chunk of Body as Readable) yield chunk as Uint8Array;
    } catch (error) {
      if (statusOf(error) === 416) return;
      throw isMissing(error) ? notFound(key, error) : named(error);
    }
  }

  return {
    async put(key, body, { contentType } = {}) {
      checkKey(key);
      const params = { Bucket, Key: key, ...(contentType === undefined ? {} : { ContentType: contentType }) };
      try {
        if (body instanceof Uint8Array) {
          await client.send(new sdk.PutObjectCommand({ ...params, Body: body }));
          return { key, size: body.byteLength };
        }
        const counted = counting(body);
        const stream = Readable.from(counted, { objectMode: false });
        const upload = new Upload({
          client,
          params: { ...params, Body: stream },
          partSize: PART_SIZE,
          queueSize: PARTS_IN_FLIGHT,
        });
        await upload.done();
        return { key, size: counted.size };
      } catch (error) {
        throw named(error);
      }
    },
    async putIfAbsent(key, body, { contentType } = {}) {
      checkKey(key);
      try {
        return (await conditional.put(key, body, contentType)) ? { key, size: body.byteLength } : undefined;
      } catch (error) {
        throw named(error);
      }
    },
    async get(key, range) {
      checkKey(key);
      checkRange(range);
      if (range !== undefined && range.start === range.end) {
        if ((await statOf(key)) === undefined) throw notFound(key);
        return new Uint8Array();
      }
      const chunks: Uint8Array[] = [];
      for await (const chunk of bytes(key, range)) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
    async read(key, range) {
      checkKey(key);
      checkRange(range);
      const stat = await statOf(key);
      if (stat === undefined) throw notFound(key);
      // Asked for when iterated, so an iteration that never begins holds no connection.
      return bytes(
        key,
        range === undefined || range.start < range.end ? range : { start: stat.size, end: stat.size + 1 },
      );
    },
    async stat(key) {
      checkKey(key);
      return statOf(key);
    },
    async delete(key) {
      checkKey(key);
      try {
        await client.send(new sdk.DeleteObjectCommand({ Bucket, Key: key }));
      } catch (error) {
        if (!isMissing(error)) throw named(error);
      }
    },
    list(prefix) {
      checkPrefix(prefix);
      return (async function* () {
        try {
          for await (const page of sdk.paginateListObjectsV2({ client }, { Bucket, Prefix: prefix })) {
            for (const { Key, Size, LastModified } of page.Contents ?? []) {
              if (Key !== undefined)
                yield { key: Key, size: Size ?? 0, modified: LastModified?.getTime() ?? Date.now() };
            }
          }
        } catch (error) {
          throw named(error);
        }
      })();
    },
    async check() {
      try {
        await client.send(new sdk.HeadBucketCommand({ Bucket }));
      } catch (error) {
        throw named(error);
      }
    },
    async close() {
      client.destroy();
    },
  };
}

/** Passes bytes through and adds up how many there were. */
function counting(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> & { readonly size: number } {
  let size = 0;
  return {
    get size() {
      return size;
    },
    async *[Symbol.asyncIterator]() {
      for await (const chunk of body) {
        size += chunk.byteLength;
        yield chunk;
      }
    },
  };
}

function isMissing(error: unknown): boolean {
  const { name } = error as Error;
  return name !== 'NoSuchBucket' && (name === 'NoSuchKey' || statusOf(error) === 404);
}

/** An answer or a network failure of the store; what the caller's own stream threw passes as it is. */
function explain(error: unknown, { endpoint, bucket }: S3Place): unknown {
  if (error instanceof DaybookError || !(error instanceof Error)) return error;
  const status = statusOf(error);
  if (status === 401 || status === 403) {
    return new DaybookError('blobs_denied', `The object store ${endpoint} denied access to the bucket “${bucket}”.`, {
      cause: error,
      status: 503,
      action: 'Check S3_ACCESS_KEY, S3_SECRET_KEY and what they may do on the bucket.',
    });
  }
  if (status === 404) {
    return new DaybookError('blobs_unreachable', `The object store ${endpoint} has no bucket “${bucket}”.`, {
      cause: error,
      status: 503,
      action: 'Make the bucket, or correct S3_BUCKET.',
    });
  }
  const isNetwork = (error as NodeJS.ErrnoException).code !== undefined || error.name === 'TimeoutError';
  if (status === undefined && !isNetwork) return error;
  return new DaybookError(
    'blobs_unreachable',
    `The object store ${endpoint} cannot be used: ${error.message || error.name}.`,
    {
      cause: error,
      status: 503,
      action: 'Start it, or correct S3_ENDPOINT, or unset the S3 settings to keep blobs as files.',
    },
  );
}
