import {expect, test} from 'vitest';
import {changed, formatAddress, parseAddress} from '../../../web/src/dashboard/address';

test('a view is what its address says', () => {
  const address = {page: 'explorer', params: {cluster: '0,2', colour: 'size_m2', 'is.regional': 'a&b=c #d %, é', q: 'São Paulo + 1'}};
  expect(parseAddress(formatAddress(address))).toEqual(address);
});

test('no page is the first page', () => {
  for (const hash of ['', '#', '#/']) expect(parseAddress(hash)).toEqual({page: 'overview', params: {}});
});

test('an address is the same whatever the order in which a view was made', () => {
  expect(formatAddress({page: 'x', params: {b: '1', a: '2'}})).toBe(formatAddress({page: 'x', params: {a: '2', b: '1'}}));
});

test('a change takes away what is null', () => {
  expect(changed({a: '1', b: '2'}, {a: null, c: '3'})).toEqual({b: '2', c: '3'});
});
