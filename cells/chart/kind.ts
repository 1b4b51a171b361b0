import { defineKind } from '../kind.ts';

export const chartKind = defineKind({
  id: 'chart',
  label: 'Chart',
  hint: 'A drawing of a result',
  mime: 'text/x-yaml',
  template: 'type: line\nfrom: {from}\nx: \ny: ',
});
