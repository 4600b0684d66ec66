import { connection } from './plugins/connection';
import { counts } from './plugins/counts';
import { rendering } from './plugins/rendering';
import { runs } from './plugins/runs';

/**
 * What is added to the page.
 */
export default [counts, connection, rendering, runs];
