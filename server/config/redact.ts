/** What may be shown of a setting's value: secrets become dots, URLs lose their password. */
export function redact(value: string, show: 'plain' | 'secret' | 'url'): string {
  if (show === 'secret') return '••••••';
  if (show === 'plain') return value;
  if (!URL.canParse(value)) return '••••••';
  const url = new URL(value);
  if (url.password !== '') url.password = '••••••';
  for (const name of [...url.searchParams.keys()]) {
    if (/pass|secret|token|key/i.test(name)) url.searchParams.set(name, '••••••');
  }
  return decodeURI(url.href);
}
