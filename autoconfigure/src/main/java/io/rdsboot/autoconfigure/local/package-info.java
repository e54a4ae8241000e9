/**
 * Connects applications under test to a local cluster.
 */
@NullMarked
package io.rdsboot.autoconfigure.local;

import org.jspecify.annotations.NullMarked;
