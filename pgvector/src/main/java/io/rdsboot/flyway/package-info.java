/**
 * Flyway migrations that are made from declared vector tables.
 */
@NullMarked
package io.rdsboot.flyway;

import org.jspecify.annotations.NullMarked;
