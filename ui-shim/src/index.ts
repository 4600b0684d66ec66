import { connection } from './plugins/connection';
import { counts } from './plugins/counts';
import { cuts } from './plugins/cuts';
import { largeNotebooks } from './plugins/largeNotebooks';
import { pageCounters } from './plugins/pageCounters';
import { policy } from './plugins/policy';
import { rendering } from './plugins/rendering';
import { rules } from './plugins/rules';
import { runs } from './plugins/runs';
import { saving } from './plugins/saving';
import { states } from './plugins/states';
import { status } from './plugins/status';

/**
 * What is added to the page.
 */
export default [
  counts,
  connection,
  cuts,
  largeNotebooks,
  pageCounters,
  policy,
  rendering,
  rules,
  runs,
  saving,
  states,
  status
];
