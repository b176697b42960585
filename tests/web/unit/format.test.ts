import {expect, test} from 'vitest';
import {Format} from '../../../web/src/shared/format';

test('a small share is not said to be none', () => {
  const format = new Format('pt_BR', 'BRL');
  const words = [null, 0, 0.0004, 0.0006, 0.05, 0.9].map((share) => format.percent(share).replaceAll(/\s/g, ' '));
  expect(words).toEqual(['-', '0 %', '<0,1 %', '0,1 %', '5,0 %', '90 %']);
});
