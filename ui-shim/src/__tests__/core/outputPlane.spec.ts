import fc from 'fast-check';

import {
  cellPlane,
  concernsOthers,
  planeOf,
  type IOutputContent,
  type Plane
} from '../../core/outputPlane';

interface ICase {
  readonly name: string;
  readonly output: IOutputContent;
  readonly plane: Plane;
}

const CASES = jest.requireActual<ICase[]>(
  '../../../../tests/fixtures/planes.json'
);

/** Types whose text is read. */
const MARKUP = ['text/html', 'text/markdown', 'image/svg+xml'];

/** What is persistent wherever it is. */
const ACTING = [
  '<script>',
  '<ScRiPt src=x>',
  '</b><iframe>',
  '<b onclick=x>',
  '<B/ONCLICK\n=x>',
  '<a href=javascript:x>'
];

/** What may hide it. */
const HIDING = [
  '<!--',
  '-->',
  '<style>',
  '</style>',
  '<b title="',
  '"',
  "'",
  '<',
  '>',
  '`',
  '```',
  '\n\n',
  '<![CDATA[',
  ']]>',
  '<b ',
  '</',
  '$',
  '\\',
  '&lt;',
  '<svg>',
  '@@0@@',
  '~'
];

/** What would take hours if it were read more than once. */
const REPEATED = [
  '<',
  '<b ',
  '<b a',
  '<b a="',
  '<b a="">',
  '<b a = ',
  ' ',
  '\n',
  '`',
  '`` ',
  '```',
  '```  x',
  '~',
  '](',
  ']: ',
  '](https://',
  ']:https://',
  '](a',
  'www.',
  'https://',
  '\\',
  '\\a',
  '&#0',
  '&#x0',
  '/*',
  '<style>.dataframe{',
  '<style>',
  '@@',
  '<!',
  'a'
];

function display(type: string, value: unknown): IOutputContent {
  return { output_type: 'display_data', data: { [type]: value } };
}

describe('planeOf', () => {
  it.each(CASES.map(({ name, ...one }) => [one.plane, name, one] as const))(
    'is %s for %s',
    (plane, _, { output }) => {
      expect(planeOf(output)).toBe(plane);
    }
  );

  it('takes all that the table has', () => {
    expect(CASES.length).toBeGreaterThan(160);
  });

  it('is persistent for what acts, whatever is around it', () => {
    const piece = fc.oneof(
      fc.constantFrom(...HIDING),
      fc.string({ maxLength: 5 })
    );
    const around = fc.array(piece, { maxLength: 6 });
    fc.assert(
      fc.property(
        fc.constantFrom(...MARKUP),
        fc.constantFrom(...ACTING),
        around,
        around,
        (type, acting, before, after) => {
          const text = [...before, acting, ...after].join('');

          expect(planeOf(display(type, text))).toBe('persistent');
        }
      )
    );
  });

  it('is the same where text is in pieces', () => {
    const text = fc.array(fc.constantFrom(...HIDING, ...ACTING, 'b'));
    fc.assert(
      fc.property(fc.constantFrom(...MARKUP), text, (type, pieces) => {
        expect(planeOf(display(type, pieces))).toBe(
          planeOf(display(type, pieces.join('')))
        );
      })
    );
  });

  it.each(MARKUP)('is persistent for %s that is too long to be read', type => {
    const row = '<g>1</g>\n';
    const text = row.repeat(70_000);

    expect(planeOf(display(type, row.repeat(1_000)))).toBe('ephemeral');
    expect(planeOf(display(type, text))).toBe('persistent');
    expect(planeOf(display(type, text.split('\n')))).toBe('persistent');
    expect(planeOf(display('text/plain', text))).toBe('ephemeral');
  });

  it.each(REPEATED)('reads many times %j in time', piece => {
    const text = piece.repeat(400_000 / piece.length);
    for (const type of [...MARKUP, 'text/latex']) {
      planeOf(display(type, text));
      planeOf(display(type, `<b ${text}`));
      planeOf(display(type, `<style>${text}`));
    }
  });
});

describe('cellPlane', () => {
  const text: IOutputContent = { output_type: 'stream' };
  const script = display('application/javascript', '1');

  it('is what the outputs need, if nothing else is wanted', () => {
    expect(cellPlane([], 'auto')).toBe('ephemeral');
    expect(cellPlane([text, text], 'auto')).toBe('ephemeral');
    expect(cellPlane([text, script, text], 'auto')).toBe('persistent');
  });

  it('is what is wanted', () => {
    expect(cellPlane([text], 'persistent')).toBe('persistent');
    expect(cellPlane([script], 'ephemeral')).toBe('ephemeral');
  });
});

describe('concernsOthers', () => {
  it.each([
    'application/javascript',
    'application/vnd.bokehjs_exec.v0+json',
    'image/svg+xml',
    'text/html',
    'unknown'
  ])('is true for %s', type => {
    expect(concernsOthers(type)).toBe(true);
  });

  it.each([
    'application/pdf',
    'application/vnd.jupyter.widget-view+json',
    'application/vnd.plotly.v1+json',
    'image/png',
    'image/tiff',
    'text/plain',
    'video/mp4'
  ])('is false for %s', type => {
    expect(concernsOthers(type)).toBe(false);
  });
});
