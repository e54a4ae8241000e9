/**
 * The {@code DataSource} that sends each transaction to the instance that may serve it.
 */
@NullMarked
package io.rdsboot.routing;

import org.jspecify.annotations.NullMarked;
