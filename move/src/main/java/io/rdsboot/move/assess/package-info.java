/**
 * Whether a database can move: what of it logical replication brings to the target, and
 * what stands in the way.
 */
@NullMarked
package io.rdsboot.move.assess;

import org.jspecify.annotations.NullMarked;
