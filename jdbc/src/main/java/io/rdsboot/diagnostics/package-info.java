/**
 * Diagnosis of a cluster: what an operator asks of its databases, answered from all
 * instances.
 */
@NullMarked
package io.rdsboot.diagnostics;

import org.jspecify.annotations.NullMarked;
