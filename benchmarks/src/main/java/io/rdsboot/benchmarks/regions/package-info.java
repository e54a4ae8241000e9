/**
 * How services get through the switchover of a global database to another region: this
 * library beside AWS's JDBC wrapper.
 */
@NullMarked
package io.rdsboot.benchmarks.regions;

import org.jspecify.annotations.NullMarked;
