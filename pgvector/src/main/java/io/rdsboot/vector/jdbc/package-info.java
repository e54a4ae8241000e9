/**
 * Vector repositories on JDBC.
 */
@NullMarked
package io.rdsboot.vector.jdbc;

import org.jspecify.annotations.NullMarked;
