import { isQuiet, quietly } from '../quietly';

describe('quietly', () => {
  it.each([true, false])('leaves a model that was dirty: %p', wasDirty => {
    const model = { dirty: wasDirty };
    const isDirty = quietly(model, () => {
      model.dirty = true;
    });

    expect(isDirty).toBe(true);
    expect(model.dirty).toBe(wasDirty);
  });

  it('tells that nothing has to be saved', () => {
    const model = { dirty: false };

    expect(quietly(model, () => undefined)).toBe(false);
  });

  it('is known while it lasts', () => {
    const model = { dirty: false };
    const seen: boolean[] = [isQuiet(model)];
    quietly(model, () => {
      seen.push(isQuiet(model));
    });
    seen.push(isQuiet(model));

    expect(seen).toEqual([false, true, false]);
  });
});
