import { randomUUID } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Log } from '../log.ts';
import { statusOf } from './s3-status.ts';

/*
 * “Store only if the key is free” on S3 is a PUT with `If-None-Match: *`. Some stores ignore the
 * header and overwrite, so the first use tries it on a key of its own. Where it is ignored, the key
 * is asked for first, one writer of this process at a time: safe with one server, and between two
 * servers the later writer wins.
 */

type Sdk = typeof import('@aws-sdk/client-s3');

export interface Conditional {
  /** True when stored, false when the key was taken. */
  put(key: string, body: Uint8Array, contentType: string | undefined): Promise<boolean>;
}

/** Times a writer that lost against another one under way tries again. */
const CONFLICT_ATTEMPTS = 5;

export function makeConditional(client: S3Client, sdk: Sdk, Bucket: string, log: Log): Conditional {
  let honoured: Promise<boolean> | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  async function putIfNoneMatch(Key: string, Body: Uint8Array, contentType?: string): Promise<boolean> {
    const type = contentType === undefined ? {} : { ContentType: contentType };
    for (let attempt = 1; ; attempt++) {
      try {
        await client.send(new sdk.PutObjectCommand({ Bucket, Key, Body, ...type, IfNoneMatch: '*' }));
        return true;
      } catch (error) {
        const status = statusOf(error);
        if (status === 412) return false;
        if (status !== 409 || attempt === CONFLICT_ATTEMPTS) throw error;
      }
    }
  }

  async function tryOut(): Promise<boolean> {
    const probe = `probe/${randomUUID()}`;
    try {
      await putIfNoneMatch(probe, new Uint8Array([1]));
      if (!(await putIfNoneMatch(probe, new Uint8Array([2])))) return true;
    } catch (error) {
      // 501: the store knows the header and says that it cannot.
      if (statusOf(error) !== 501) throw error;
    } finally {
      await client.send(new sdk.DeleteObjectCommand({ Bucket, Key: probe }));
    }
    log.warn({ bucket: Bucket }, 'the object store ignores If-None-Match; run one server only on this bucket');
    return false;
  }

  async function putAfterHead(Key: string, Body: Uint8Array, contentType?: string): Promise<boolean> {
    try {
      await client.send(new sdk.HeadObjectCommand({ Bucket, Key }));
      return false;
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
    }
    const type = contentType === undefined ? {} : { ContentType: contentType };
    await client.send(new sdk.PutObjectCommand({ Bucket, Key, Body, ...type }));
    return true;
  }

  return {
    async put(key, body, contentType) {
      honoured ??= tryOut().catch((error) => {
        honoured = undefined;
        throw error;
      });
      if (await honoured) return putIfNoneMatch(key, body, contentType);
      const mine = turn.then(() => putAfterHead(key, body, contentType));
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
}
