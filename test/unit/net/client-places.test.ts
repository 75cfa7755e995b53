import { describe, expect, it } from '@jest/globals';
import { ClientPlaces, type Place } from '../../../src/net/client-places.js';

function places(connections: number, connectionsPerIp: number): ClientPlaces {
  return new ClientPlaces(() => ({ connections, connectionsPerIp }));
}

function enter(house: ClientPlaces, address: string): Place {
  const place = house.take();
  if (place === undefined || !place.claim(address)) throw new Error(`${address} found no place`);
  return place;
}

describe('the places of clients', () => {
  it('are as many as allowed, and come back', () => {
    const house = places(2, 2);
    const first = enter(house, '192.0.2.1');
    enter(house, '192.0.2.2');
    expect(house.take()).toBeUndefined();
    first.release();
    expect(house.taken).toBe(1);
    expect(house.take()).toBeDefined();
  });

  it('are as many as allowed for each address', () => {
    const house = places(10, 2);
    const first = enter(house, '192.0.2.1');
    enter(house, '192.0.2.1');
    const third = house.take();
    expect(third?.claim('192.0.2.1')).toBe(false);
    expect(house.take()?.claim('192.0.2.2')).toBe(true);
    first.release();
    expect(third?.claim('192.0.2.1')).toBe(true);
  });

  it('come back once, however often they are given up', () => {
    const house = places(10, 1);
    const first = enter(house, '192.0.2.1');
    first.release();
    first.release();
    expect(house.taken).toBe(0);
    enter(house, '192.0.2.1');
    first.release();
    expect(house.take()?.claim('192.0.2.1')).toBe(false);
  });

  it('come back from who was refused for his address', () => {
    const house = places(2, 1);
    enter(house, '192.0.2.1');
    const second = house.take();
    expect(second?.claim('192.0.2.1')).toBe(false);
    second?.release();
    expect(house.taken).toBe(1);
    expect(house.take()?.claim('192.0.2.1')).toBe(false);
  });

  it('cannot be claimed for an address once given up', () => {
    const house = places(2, 1);
    const place = house.take();
    place?.release();
    expect(place?.claim('192.0.2.1')).toBe(false);
    expect(house.take()?.claim('192.0.2.1')).toBe(true);
  });

  it.each([
    { kind: 'one spelling or another', one: '192.0.2.1', other: '::ffff:192.0.2.1' },
    { kind: 'one of the addresses of an IPv6 /64', one: '2001:db8::1', other: '2001:db8:0:0:ffff::2' },
  ])('count $kind as one address', ({ one, other }) => {
    const house = places(2, 1);
    enter(house, one);
    expect(house.take()?.claim(other)).toBe(false);
  });

  it('tell one IPv6 /64 from the next', () => {
    const house = places(2, 1);
    enter(house, '2001:db8::1');
    expect(house.take()?.claim('2001:db8:0:1::1')).toBe(true);
  });

  it('follow the limits as they are at the moment', () => {
    let connections = 1;
    const house = new ClientPlaces(() => ({ connections, connectionsPerIp: 5 }));
    enter(house, '192.0.2.1');
    expect(house.take()).toBeUndefined();
    connections = 2;
    expect(house.take()).toBeDefined();
  });
});
