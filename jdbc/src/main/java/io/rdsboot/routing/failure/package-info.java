/**
 * What became of a transaction whose server was lost, and whether it may be repeated.
 */
@NullMarked
package io.rdsboot.routing.failure;

import org.jspecify.annotations.NullMarked;
