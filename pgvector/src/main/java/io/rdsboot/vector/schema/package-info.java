/**
 * Vector tables as a database has them: made, changed and compared with what is declared.
 */
@NullMarked
package io.rdsboot.vector.schema;

import org.jspecify.annotations.NullMarked;
