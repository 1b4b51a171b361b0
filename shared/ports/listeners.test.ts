import { expect, test } from 'vitest';
import { Listeners } from './listeners.ts';

test('a listener that fails costs the others nothing', () => {
  const heard: string[] = [];
  const failures: unknown[] = [];
  const listeners = new Listeners<string>((error) => failures.push(error));
  const broken = new Error('broken');
  listeners.add(() => {
    throw broken;
  });
  const remove = listeners.add((news) => heard.push(news));
  listeners.tell('first');
  remove();
  remove();
  listeners.tell('second');
  expect(heard).toEqual(['first']);
  expect(failures).toEqual([broken, broken]);
});

test('a listener may take itself and others away while it is told', () => {
  const heard: string[] = [];
  const listeners = new Listeners<string>(() => {});
  const removers = ['a', 'b'].map((name) =>
    listeners.add((news) => {
      heard.push(name + news);
      for (const remove of removers) remove();
    }),
  );
  listeners.tell('1');
  listeners.tell('2');
  expect(heard).toEqual(['a1', 'b1']);
});
