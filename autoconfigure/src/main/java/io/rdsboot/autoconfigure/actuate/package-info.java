/**
 * Auto-configuration of health, meters and endpoints.
 */
@NullMarked
package io.rdsboot.autoconfigure.actuate;

import org.jspecify.annotations.NullMarked;
