/**
 * Selects the instance that serves: a reader that is fresh enough, or the writer; and
 * waits for it.
 */
@NullMarked
package io.rdsboot.routing.selection;

import org.jspecify.annotations.NullMarked;
