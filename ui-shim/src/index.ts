import { connection } from './plugins/connection';
import { counts } from './plugins/counts';
import { runs } from './plugins/runs';

/**
 * What is added to the page.
 */
export default [counts, connection, runs];
