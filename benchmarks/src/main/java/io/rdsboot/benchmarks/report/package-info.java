/**
 * Figures, the ratios between them, and how they are printed and judged.
 */
@NullMarked
package io.rdsboot.benchmarks.report;

import org.jspecify.annotations.NullMarked;
