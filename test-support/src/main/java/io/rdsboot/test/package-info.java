/**
 * A local RDS for tests and development: real PostgreSQL with streaming replicas.
 */
@NullMarked
package io.rdsboot.test;

import org.jspecify.annotations.NullMarked;
