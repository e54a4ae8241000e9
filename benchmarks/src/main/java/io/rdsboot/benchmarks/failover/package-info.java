/**
 * How services get through a failover: this library beside AWS's JDBC wrapper and
 * pgjdbc's URL with several hosts.
 */
@NullMarked
package io.rdsboot.benchmarks.failover;

import org.jspecify.annotations.NullMarked;
