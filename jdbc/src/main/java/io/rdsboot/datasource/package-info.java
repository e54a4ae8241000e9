/**
 * The data source of a cluster, made from addresses and credentials: for applications
 * without Spring Boot.
 */
@NullMarked
package io.rdsboot.datasource;

import org.jspecify.annotations.NullMarked;
