/**
 * Whether a service that writes and then reads sees what it has written.
 */
@NullMarked
package io.rdsboot.benchmarks.consistency;

import org.jspecify.annotations.NullMarked;
