/**
 * How reads are spread over readers.
 */
@NullMarked
package io.rdsboot.benchmarks.readers;

import org.jspecify.annotations.NullMarked;
