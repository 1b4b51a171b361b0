/** A process to be killed: appends 1, 2, 3 … to document `a`, prints each acknowledged number. */
import { openFileLog } from './files.ts';

const log = await openFileLog(process.argv[2] ?? '');
const { snapshot, updates } = await log.load('a');
let last = (snapshot === undefined ? 0 : Number(Buffer.from(snapshot).toString())) + updates.length;

for (;;) {
  const group = Array.from({ length: 1 + (last % 7) }, () => {
    last += 1;
    const number = last;
    return log.append('a', Buffer.from(String(number))).then(() => process.stdout.write(`${number}\n`));
  });
  await Promise.all(group);
  if (last % 50 < 5) await log.compact('a', Buffer.from(String(last)));
}
