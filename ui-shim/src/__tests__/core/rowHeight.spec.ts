import { estimateHeight, type IRowOutput } from '../../core/rowHeight';

// A picture of 1 by 5 pixels.
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAAFCAYAAACEhIafAAAADklEQVR42mNgGPSAgQEAAAUAAZ0zYG4AAAAASUVORK5CYII=';

function output(
  mimeType: string,
  value: unknown,
  metadata: unknown = {}
): IRowOutput {
  return { mimeType, value, metadata };
}

function code(source: string, ...outputs: IRowOutput[]): number {
  return estimateHeight({ type: 'code', source, outputs });
}

describe('estimateHeight', () => {
  // As they are in JupyterLab 4.6 with its own settings, in pixels.
  it('knows code cells', () => {
    expect(code('a = 1')).toBe(42);
    expect(code('1\n2\n3\n4')).toBe(93);
  });

  it('knows what is printed, whose last line is none', () => {
    const printed = 'line\n'.repeat(12);
    const stdout = output('application/vnd.jupyter.stdout', printed);

    expect(code('1\n2\n3\n4', stdout)).toBe(302);
  });

  it.each([
    ['a picture that says so', output('image/png', PNG), 5],
    ['one that is not whole', output('image/png', 'iVBORw0KGgo'), 300],
    [
      'one that is shown in another size',
      output('image/png', PNG, { 'image/png': { height: 40 } }),
      40
    ],
    ['a picture that does not', output('image/jpeg', 'abc'), 300],
    ['a table', output('text/html', '<table><tr><td>1<tr>\n</table>'), 50],
    ['a frame', output('text/html', '<iframe src="a"></iframe>'), 300],
    ['markup', output('text/html', '<b>one</b>\n<i>two</i>'), 44],
    ['text', output('text/plain', 'one\ntwo'), 34],
    ['Markdown', output('text/markdown', 'one'), 22],
    ['what is not known', output('application/x-any', { a: 1 }), 300]
  ])('guesses the height of %s', (_, shown, height) => {
    expect(code('1', shown) - code('1')).toBe(5 + height);
  });

  it('guesses the height of Markdown', () => {
    const source = '## Section\n\nSome text\n\n- one\n- two';

    const height = estimateHeight({ type: 'markdown', source, outputs: [] });

    expect(height).toBeGreaterThan(130);
    expect(height).toBeLessThan(160);
  });
});
