import {
  Copied,
  CopyVersion,
  DeletedCellContent,
  DeletedCellList,
  DeletedCellsQuery,
  DiffQuery,
  NameVersion,
  RenameVersion,
  RestoreCell,
  Restored,
  Version,
  VersionDiff,
  VersionList,
  VersionPath,
  VersionsQuery,
} from '@daybook/shared/api/versions';
import { createRoute, z } from '@hono/zod-openapi';
import { COMMON_PROBLEMS, problem } from '../http/problem-response.ts';

const tags = ['versions'];
const json = <T extends z.ZodType>(schema: T) => ({ content: { 'application/json': { schema } } });
const answer = <T extends z.ZodType>(description: string, schema: T) => ({ description, ...json(schema) });
const VERSION_PROBLEMS = {
  ...COMMON_PROBLEMS,
  403: problem('The role does not reach so far.'),
  404: problem('There is no such version, document or cell.'),
};

export const listVersions = createRoute({
  method: 'get',
  path: '/api/v1/versions',
  tags,
  operationId: 'listVersions',
  summary: 'Versions of a document, newest first',
  request: { query: VersionsQuery },
  responses: { 200: answer('A page of versions.', VersionList), ...VERSION_PROBLEMS },
});

export const nameNow = createRoute({
  method: 'post',
  path: '/api/v1/versions',
  tags,
  operationId: 'nameVersion',
  summary: 'Keep the document as it is now under a name',
  request: { body: { required: true, ...json(NameVersion) } },
  responses: { 201: answer('The version.', Version), ...VERSION_PROBLEMS },
});

export const getVersion = createRoute({
  method: 'get',
  path: '/api/v1/versions/{id}',
  tags,
  operationId: 'getVersion',
  summary: 'A version',
  request: { params: VersionPath },
  responses: { 200: answer('The version.', Version), ...VERSION_PROBLEMS },
});

export const renameVersion = createRoute({
  method: 'patch',
  path: '/api/v1/versions/{id}',
  tags,
  operationId: 'renameVersion',
  summary: 'Name a version, or take its name away',
  request: { params: VersionPath, body: { required: true, ...json(RenameVersion) } },
  responses: { 200: answer('The version.', Version), ...VERSION_PROBLEMS },
});

export const getContent = createRoute({
  method: 'get',
  path: '/api/v1/versions/{id}/content',
  tags,
  operationId: 'getVersionContent',
  summary: 'The file of a version',
  request: { params: VersionPath },
  responses: {
    200: {
      description: 'A notebook as an `.ipynb` file, or a text.',
      content: { 'application/x-ipynb+json': { schema: z.object({}) }, 'text/plain': { schema: z.string() } },
    },
    ...VERSION_PROBLEMS,
    410: problem('The bytes of the version are gone from the store.'),
  },
});

export const getDiff = createRoute({
  method: 'get',
  path: '/api/v1/versions/{id}/diff',
  tags,
  operationId: 'diffVersion',
  summary: 'What changed from a version to another one or to now: by cell, or by line in a text',
  request: { params: VersionPath, query: DiffQuery },
  responses: {
    200: answer('The difference.', VersionDiff),
    ...VERSION_PROBLEMS,
    409: problem('One is a version of a notebook, the other of a text.'),
    410: problem('The bytes of a version are gone from the store.'),
  },
});

const RESTORE_PROBLEMS = {
  ...VERSION_PROBLEMS,
  409: problem('The document is of another type now, or is changed too fast.'),
  410: problem('The bytes of the version are gone from the store.'),
};

export const restoreVersion = createRoute({
  method: 'post',
  path: '/api/v1/versions/{id}/restore',
  tags,
  operationId: 'restoreVersion',
  summary: 'Make the live document what it was, as a change that everybody sees',
  description: 'The document as it is before is a version first, `before`; restoring that one takes this back.',
  request: { params: VersionPath },
  responses: { 200: answer('It is restored, and durable.', Restored), ...RESTORE_PROBLEMS },
});

export const restoreOneCell = createRoute({
  method: 'post',
  path: '/api/v1/versions/{id}/restore-cell',
  tags,
  operationId: 'restoreVersionCell',
  summary: 'Make one cell what it was, at its place',
  request: { params: VersionPath, body: { required: true, ...json(RestoreCell) } },
  responses: { 200: answer('It is restored, and durable.', Restored), ...RESTORE_PROBLEMS },
});

export const copyVersion = createRoute({
  method: 'post',
  path: '/api/v1/versions/{id}/copy',
  tags,
  operationId: 'copyVersion',
  summary: 'Write a version to a new file',
  request: { params: VersionPath, body: json(CopyVersion) },
  responses: {
    201: answer('The new file.', Copied),
    ...VERSION_PROBLEMS,
    409: problem('Something is at that path.'),
    410: problem('The bytes of the version are gone from the store.'),
  },
});

export const listDeletedCells = createRoute({
  method: 'get',
  path: '/api/v1/deleted-cells',
  tags,
  operationId: 'listDeletedCells',
  summary: 'Cells that were deleted from a notebook, newest first',
  request: { query: DeletedCellsQuery },
  responses: { 200: answer('A page of cells.', DeletedCellList), ...VERSION_PROBLEMS },
});

export const getDeletedCell = createRoute({
  method: 'get',
  path: '/api/v1/deleted-cells/{id}',
  tags,
  operationId: 'getDeletedCell',
  summary: 'A deleted cell as it was',
  request: { params: VersionPath },
  responses: { 200: answer('The cell.', DeletedCellContent), ...VERSION_PROBLEMS },
});

export const restoreDeletedCell = createRoute({
  method: 'post',
  path: '/api/v1/deleted-cells/{id}/restore',
  tags,
  operationId: 'restoreDeletedCell',
  summary: 'Put a deleted cell back at its place',
  request: { params: VersionPath },
  responses: { 200: answer('It is there again, and durable.', Restored), ...RESTORE_PROBLEMS },
});
