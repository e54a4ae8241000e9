/**
 * Where a physical connection's user and password come from.
 */
@NullMarked
package io.rdsboot.credentials;

import org.jspecify.annotations.NullMarked;
