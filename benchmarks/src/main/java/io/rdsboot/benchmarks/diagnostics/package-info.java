/**
 * What a diagnosis of a database with very many tables takes.
 */
@NullMarked
package io.rdsboot.benchmarks.diagnostics;

import org.jspecify.annotations.NullMarked;
