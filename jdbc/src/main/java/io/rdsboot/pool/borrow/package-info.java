/**
 * Borrowing from one pool: who waits, who holds which connection, and why there was none.
 */
@NullMarked
package io.rdsboot.pool.borrow;

import org.jspecify.annotations.NullMarked;
