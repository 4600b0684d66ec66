import { Pulse } from '../../core/pulse';

/** What the server says if it has sent so many messages. */
function sent(count: number): { is_connected: boolean; sent: number } {
  return { is_connected: true, sent: count };
}

describe('Pulse', () => {
  it('takes a connection for dead at the second look that misses something', () => {
    const pulse = new Pulse();

    expect(pulse.isDead(sent(5), 5)).toBe(false);
    expect(pulse.isDead(sent(7), 5)).toBe(false);
    expect(pulse.isDead(sent(7), 5)).toBe(true);
  });

  it('waits as long as something comes', () => {
    const pulse = new Pulse();

    expect(pulse.isDead(sent(7), 5)).toBe(false);
    expect(pulse.isDead(sent(9), 6)).toBe(false);
    expect(pulse.isDead(sent(9), 9)).toBe(false);
    expect(pulse.isDead(sent(9), 9)).toBe(false);
  });

  it('believes a server that says there is none', () => {
    const pulse = new Pulse();
    const gone = { is_connected: false, sent: 5 };

    expect(pulse.isDead(gone, 5)).toBe(false);
    expect(pulse.isDead(gone, 5)).toBe(true);
  });

  it('begins anew with a new connection', () => {
    const pulse = new Pulse();

    expect(pulse.isDead(sent(7), 5)).toBe(false);
    pulse.forget();
    expect(pulse.isDead(sent(7), 5)).toBe(false);
    expect(pulse.isDead(sent(7), 5)).toBe(true);
    expect(pulse.isDead(sent(7), 5)).toBe(false);
  });
});
