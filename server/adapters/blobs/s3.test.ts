import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { blobsContract } from '@daybook/shared/contracts/blobs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeWith } from '../../../docker/services/need.ts';
import { type S3Service, s3, startS3 } from '../../../docker/services/s3.ts';
import { silent } from '../log.fixture.ts';
import { heldBytes } from '../memory.fixture.ts';
import { openBlobs } from '../open.ts';
import { openS3 } from './s3.ts';

/** A bucket of its own on the server. */
async function freshBucket(service: S3Service) {
  const bucket = `test-${randomUUID()}`;
  const client = new S3Client({
    endpoint: service.url,
    region: service.region,
    forcePathStyle: true,
    credentials: { accessKeyId: service.accessKey, secretAccessKey: service.secretKey },
  });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  return { ...service, endpoint: service.url, bucket };
}

describeWith(s3, 'Blobs in S3', (program) => {
  let service: S3Service;
  beforeAll(async () => {
    service = await startS3(program);
  });
  afterAll(() => service?.dispose());

  blobsContract('S3', async () => {
    const blobs = await openS3(await freshBucket(service), silent());
    return { blobs, heldBytes, dispose: () => blobs.close() };
  });

  test('a store that dies is told, and used again when it is back', async () => {
    const blobs = await openS3(await freshBucket(service), silent());
    await blobs.put('before', new Uint8Array([1]));
    await service.stop();
    const told = { code: 'blobs_unreachable', status: 503, action: expect.stringContaining('S3_ENDPOINT') };
    await expect(blobs.check()).rejects.toMatchObject(told);
    await expect(blobs.get('before')).rejects.toMatchObject(told);
    await expect(blobs.put('during', new Uint8Array([2]))).rejects.toMatchObject(told);
    await expect(blobs.putIfAbsent('during', new Uint8Array([2]))).rejects.toMatchObject(told);
    await service.start();
    expect([...(await blobs.get('before'))]).toEqual([1]);
    expect(await blobs.putIfAbsent('during', new Uint8Array([3]))).toEqual({ key: 'during', size: 1 });
    await blobs.close();
  });

  test('settings that do not fit are told at the start', async () => {
    const place = { ...service, endpoint: service.url };
    const home = 'unused';
    await expect(openBlobs({ home, s3: { ...place, bucket: 'no-such-bucket' } }, silent())).rejects.toMatchObject({
      code: 'blobs_unreachable',
      message: expect.stringContaining('no-such-bucket'),
    });
    await expect(openBlobs({ home, s3: { ...place, secretKey: 'wrong' } }, silent())).rejects.toMatchObject({
      code: 'blobs_denied',
      message: expect.not.stringContaining('wrong'),
    });
  });
});

describe('S3 without a server', () => {
  test('is told at the start', async () => {
    const s3 = { endpoint: 'http://127.0.0.1:9', bucket: 'b', accessKey: 'a', secretKey: 's', region: 'us-east-1' };
    await expect(openBlobs({ home: 'unused', s3 }, silent())).rejects.toMatchObject({ code: 'blobs_unreachable' });
  });
});
