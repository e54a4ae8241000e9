/**
 * The answer of a diagnosis: sections, findings, and what could not be asked.
 */
@NullMarked
package io.rdsboot.diagnostics.report;

import org.jspecify.annotations.NullMarked;
