/**
 * Validates all {@code rds.} properties at once.
 */
@NullMarked
package io.rdsboot.autoconfigure.validation;

import org.jspecify.annotations.NullMarked;
