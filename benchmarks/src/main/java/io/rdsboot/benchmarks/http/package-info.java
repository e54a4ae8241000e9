/**
 * Whether clients of a web application find what they have just written.
 */
@NullMarked
package io.rdsboot.benchmarks.http;

import org.jspecify.annotations.NullMarked;
