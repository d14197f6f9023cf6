import { expect, test } from 'vitest'
import { readDemands } from './read-demands.ts'

const summarize = (text: string, wanted: boolean) =>
  readDemands(text, wanted).map(
    ({ strength, subject, matcher, expected, tolerance, condition }) =>
      `${strength}: ${subject} ${matcher} ${expected ?? ''}`.trim() +
      (tolerance === null ? '' : ` ±${tolerance}`) +
      (condition === null ? '' : ` if ${condition}`),
  )

test.each([
  ['a == 1', ['equal: a == 1']],
  ['1 == a', ['equal: a == 1']],
  ['"a || b" == x', ['equal: x == "a || b"']],
  ['x.total() == pytest.approx(2, rel=0.5)', ['equal: x.total() == pytest.approx(2, rel=0.5) ±1']],
  ['(h - 90.0).abs() < 1e-2', ['equal: (h - 90.0).abs() < 1e-2 ±0.01']],
  ['len(x) == 3', ['shape: len(x) == 3']],
  ['len(x) > 0', ['exists: len(x) > 0']],
  ['len(x) >= 0', ['nothing: len(x) >= 0']],
  ['x is not None', ['exists: x is not None']],
  ['x is None', ['equal: x is None']],
  ['"a" in x', ['shape: x in "a"']],
  ['0 < x < 5', ['shape: x <']],
  ['isinstance(x, int)', ['shape: x isinstance int']],
  ['list.contains("a")', ['shape: list contains "a"']],
  ['matches!(x, Err(E::Late))', ['equal: x matches Err(E::Late)']],
  ['matches!(x, Err(_))', ['exists: x matches Err(_)']],
  ['x.is_ok()', ['exists: x is_ok']],
  ['x', ['exists: x true']],
  ['a == 1 and b == 2', ['equal: a == 1', 'equal: b == 2']],
  ['a == 1 or b == 2', ['shape: a == 1 or b == 2 or']],
])('%s must be true', (text, demands) => expect(summarize(text, true)).toEqual(demands))

test.each([
  ['got != want', ['equal: got == want']],
  ['got < 1', ['shape: got >= 1']],
  ['err != nil', ['runs: err == nil']],
  ['err == nil', ['exists: err != nil']],
  ['!errors.Is(err, ErrFull)', ['equal: err Is ErrFull']],
  ['!reflect.DeepEqual(a, b)', ['equal: a DeepEqual b']],
  ['err == nil || got != 1', ['exists: err != nil', 'equal: got == 1']],
  ['!onWindows && mode != 0600', ['equal: mode == 0600 if !onWindows']],
  ['list.isEmpty()', ['exists: list isEmpty']],
])('%s must be false', (text, demands) => expect(summarize(text, false)).toEqual(demands))

test.each(['True', 'x == x', '1 == 1', 'x or True', '(x == 1, "message")', '"text"'])(
  '%s demands nothing',
  (text) => expect(readDemands(text, true).map(({ strength }) => strength)).toEqual(['nothing']),
)

test.each(['(', '!', 'not ', '(a && '])(
  '%j many times over is read without end of the stack',
  (sign) => {
    expect(readDemands(`${sign.repeat(5000)}a`, true).length).toBeGreaterThan(0)
  },
)
