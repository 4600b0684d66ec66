import fc from 'fast-check';

import { MessageCounts, channelsAt } from '../../core/messageCounts';

describe('MessageCounts', () => {
  it('counts what the newest connection of a session gets, and nothing else', () => {
    const step = fc.record({
      session: fc.constantFrom('a', 'b'),
      connects: fc.boolean()
    });
    fc.assert(
      fc.property(fc.array(step), steps => {
        const counts = new MessageCounts();
        const turns = new Map([
          ['a', [counts.take('k', 'a')]],
          ['b', [counts.take('k', 'b')]]
        ]);
        const expected = new Map([
          ['a', 0],
          ['b', 0]
        ]);
        for (const { session, connects } of steps) {
          if (connects) {
            turns.get(session)?.push(counts.take('k', session));
          } else {
            // All that ever were get something; the newest alone counts.
            turns.get(session)?.forEach(turn => {
              turn.received();
            });
            expected.set(session, (expected.get(session) ?? 0) + 1);
          }
        }

        for (const [session, count] of expected) {
          expect(counts.get('k', session)).toBe(count);
        }
        expect(counts.get('other', 'a')).toBe(0);
      })
    );
  });
});

describe('channelsAt', () => {
  it('finds kernel and session, however they are written', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: 'grapheme' }),
        fc.string({ minLength: 1, unit: 'grapheme' }),
        (kernelId, sessionId) => {
          const [kernel, session] = [kernelId, sessionId].map(
            encodeURIComponent
          );
          const url = `ws://host/base/api/kernels/${String(kernel)}/channels`;

          expect(channelsAt(`${url}?session_id=${String(session)}`)).toEqual({
            kernelId,
            sessionId
          });
        }
      )
    );
  });

  it.each([
    'ws://host/terminals/websocket/1',
    'ws://host/api/events/subscribe',
    'ws://host/api/kernels/1/channels',
    'ws://host/api/kernels/1/channels?token=x',
    'ws://host/api/kernels/%/channels?session_id=1'
  ])('leaves %s alone', url => {
    expect(channelsAt(url)).toBeNull();
  });
});
