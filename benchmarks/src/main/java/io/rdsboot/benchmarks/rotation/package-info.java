/**
 * A secret's rotation under load.
 */
@NullMarked
package io.rdsboot.benchmarks.rotation;

import org.jspecify.annotations.NullMarked;
