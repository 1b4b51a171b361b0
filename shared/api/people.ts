import { z } from 'zod';

/** Somebody who has used this workspace. */
export const Person = z.object({
  id: z.string(),
  /** What is written after `@` to mention them. */
  name: z.string(),
  displayName: z.string(),
  initials: z.string(),
  /** A CSS colour. */
  color: z.string(),
});
export type Person = z.infer<typeof Person>;

/** `GET /api/v1/people`: everybody, the latest seen first. */
export const PeopleReply = z.object({ people: z.array(Person) });
export type PeopleReply = z.infer<typeof PeopleReply>;
