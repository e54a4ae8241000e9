/**
 * How services get through a Blue/Green switchover: this library beside AWS's JDBC
 * wrapper.
 */
@NullMarked
package io.rdsboot.benchmarks.bluegreen;

import org.jspecify.annotations.NullMarked;
