import type { OutputArea } from '@jupyterlab/outputarea';

import { futureOf, reattach } from '../reattach';
import type { IExecuteFuture } from '../recoveredFuture';

const FUTURE = {} as IExecuteFuture;

describe('reattach', () => {
  it('keeps what is shown where that is possible', () => {
    const reattachFuture = jest.fn();
    const area = { reattachFuture } as unknown as OutputArea;

    expect(reattach(area, FUTURE)).toBe(true);
    expect(reattachFuture).toHaveBeenCalledWith(FUTURE);
  });

  it('says that nothing is kept where it is not', () => {
    const area = { future: null } as unknown as OutputArea;

    expect(reattach(area, FUTURE)).toBe(false);
    expect(futureOf(area)).toBe(FUTURE);
  });
});
