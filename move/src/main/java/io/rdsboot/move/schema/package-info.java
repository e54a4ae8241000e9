/**
 * The source's schema comes to the target, and both are compared.
 */
@NullMarked
package io.rdsboot.move.schema;

import org.jspecify.annotations.NullMarked;
