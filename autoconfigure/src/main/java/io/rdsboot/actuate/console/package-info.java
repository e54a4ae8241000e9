/**
 * The operator's page, with its files.
 */
@NullMarked
package io.rdsboot.actuate.console;

import org.jspecify.annotations.NullMarked;
