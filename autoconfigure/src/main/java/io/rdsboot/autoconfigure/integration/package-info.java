/**
 * What other libraries of an application need beside a routing {@code DataSource}:
 * Hibernate, Spring Data, schedulers, executors and R2DBC.
 */
@NullMarked
package io.rdsboot.autoconfigure.integration;

import org.jspecify.annotations.NullMarked;
