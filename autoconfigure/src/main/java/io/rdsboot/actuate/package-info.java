/**
 * Meters, health and endpoints for operators.
 */
@NullMarked
package io.rdsboot.actuate;

import org.jspecify.annotations.NullMarked;
