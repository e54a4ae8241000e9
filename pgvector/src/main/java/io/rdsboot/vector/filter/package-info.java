/**
 * Conditions on metadata as a typed model, and their text form. Nothing here knows SQL.
 */
@NullMarked
package io.rdsboot.vector.filter;

import org.jspecify.annotations.NullMarked;
