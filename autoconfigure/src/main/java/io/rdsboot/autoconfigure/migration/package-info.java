/**
 * Auto-configuration of Flyway's and Liquibase's logins.
 */
@NullMarked
package io.rdsboot.autoconfigure.migration;

import org.jspecify.annotations.NullMarked;
