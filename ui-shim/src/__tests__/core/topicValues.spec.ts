import { TopicValues } from '../../core/topicValues';

describe('TopicValues', () => {
  it('takes what its pattern means', () => {
    const values = new TopicValues('kernels/k/*');
    const frame = { 'kernels/k/a': 1, 'kernels/k/b/c': 2, 'kernels/j/a': 3 };

    expect([...values.take(new Map(Object.entries(frame)))]).toEqual([
      ['kernels/k/a', 1]
    ]);
    expect([...values.all]).toEqual([['kernels/k/a', 1]]);
  });

  it('has the newest values, and not what is gone', () => {
    const values = new TopicValues('**');
    values.take(new Map(Object.entries({ a: 1, b: 2 })));
    values.take(new Map(Object.entries({ a: 3, b: null })));

    expect([...values.all]).toEqual([['a', 3]]);
  });

  it('takes, after a break, all that is not told for gone', () => {
    const values = new TopicValues('**');
    values.take(new Map(Object.entries({ a: 1, b: 2 })));
    values.broke();
    const changed = values.take(new Map(Object.entries({ b: 3 })));
    values.take(new Map(Object.entries({ c: 4 })));

    expect(Object.fromEntries(changed)).toEqual({ a: null, b: 3 });
    expect(Object.fromEntries(values.all)).toEqual({ b: 3, c: 4 });
  });
});
