import { Problem } from '@daybook/shared/errors/problem';

/** A response of an API route that is an RFC 9457 problem. */
export const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: Problem } },
});

/** What every route behind the guard may answer besides its own. */
export const COMMON_PROBLEMS = {
  400: problem('The request is not valid.'),
  401: problem('Nobody is signed in.'),
};
